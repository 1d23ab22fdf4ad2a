"""Notes to the author: who waits and since when, sent by her own server to her own address.

`schedule` decides when, `gather` reads the store, `text` writes, `send` sends; `illness` reports on
the bot itself; `push` tells her phone that something urgent waits.
"""

from inbox_bot.reports.notes.illness import tell_another, tell_illness
from inbox_bot.reports.notes.push import push_urgent
from inbox_bot.reports.notes.send import send_digest, send_urgent

__all__ = ["push_urgent", "send_digest", "send_urgent", "tell_another", "tell_illness"]
