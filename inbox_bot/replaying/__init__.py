"""Looking back before starting: what the bot would have answered, and how the author did.

`looking` reads the mailbox, `pace` tells how fast the author really is, `page` shows both.
"""

from inbox_bot.replaying.looking import Replay, Replayed, replay
from inbox_bot.replaying.pace import Pace, pace_of
from inbox_bot.replaying.page import page, summary

__all__ = ["Pace", "Replay", "Replayed", "pace_of", "page", "replay", "summary"]
