"""Notes to the author: who waits and since when, by her own server, to her own address.

`schedule` says when one may go, `text` what it says, `gather` looks, `send` acts; `illness` tells
of the bot itself.
"""

from inbox_bot.reports.notes.illness import tell_another, tell_illness
from inbox_bot.reports.notes.send import send_digest, send_urgent

__all__ = ["send_digest", "send_urgent", "tell_another", "tell_illness"]
