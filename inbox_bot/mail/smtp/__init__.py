"""The way out, over SMTP: one reply, taken by the server for all its recipients or for none.

What a caller must know after a failure is whether the reply may have left. Up to the server's
354 it has not (SendLater, SendRefused); from the first byte of the data to the final answer
nobody can tell (SendUncertain); the final answer settles it again.
"""

from inbox_bot.mail.smtp.smtp import SmtpOutbox

__all__ = ["SmtpOutbox"]
