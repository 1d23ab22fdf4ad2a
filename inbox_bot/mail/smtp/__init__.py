"""The port `Outbox` over SMTP: sends one reply to all its recipients or to none.

Errors say whether the reply may have left. Up to the server's 354 it has not (SendLater,
SendRefused); from the first byte of the data to the final answer it may have (SendUncertain); the
final answer settles it.
"""

from inbox_bot.mail.smtp.smtp import SmtpOutbox

__all__ = ["SmtpOutbox"]
