"""Looking back before starting: what the bot would have answered, and how the author did.

`read` reads the mailbox, `pace` tells how fast the author really is, `page` shows both.
"""

from inbox_bot.reports.replay.pace import Pace, pace_of
from inbox_bot.reports.replay.page import page, summary
from inbox_bot.reports.replay.read import Replay, Replayed, replay

__all__ = ["Pace", "Replay", "Replayed", "pace_of", "page", "replay", "summary"]
