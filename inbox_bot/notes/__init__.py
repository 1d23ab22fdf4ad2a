"""Notes to the author: who waits and since when, by her own server, to her own address.

`timing` says when one may go, `writing` what it says, `gathering` looks, `sending` acts.
"""

from inbox_bot.notes.sending import send_digest, send_urgent

__all__ = ["send_digest", "send_urgent"]
