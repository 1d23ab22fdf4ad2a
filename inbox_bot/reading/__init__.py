"""From raw bytes to a Message: every letter is read or set aside with a reason, none is trusted."""

from inbox_bot.reading.letters import read
from inbox_bot.reading.room import ReadingRoom, RoomLimits
from inbox_bot.reading.visible import Visible, visible

__all__ = ["ReadingRoom", "RoomLimits", "Visible", "read", "visible"]
