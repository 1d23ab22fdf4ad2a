"""Real servers on loopback for the tests: Dovecot, an SMTP receiver, certificates for both."""
