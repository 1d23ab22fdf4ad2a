"""Replay: what the bot would have answered in an existing mailbox, and what the author did.

`read` reads the mailbox, `answers` finds her answers, `pace` measures them, `page` shows it all;
`lessons` proposes entries from them.
"""

from inbox_bot.reports.replay.lessons import Proposal, proposals
from inbox_bot.reports.replay.pace import Pace, pace_of
from inbox_bot.reports.replay.page import page, summary
from inbox_bot.reports.replay.read import Replay, Replayed, replay

__all__ = [
    "Pace",
    "Proposal",
    "Replay",
    "Replayed",
    "pace_of",
    "page",
    "proposals",
    "replay",
    "summary",
]
