"""From raw bytes to a Message: every letter is read or set aside with a reason, none is trusted."""

from inbox_bot.letters.reading.letters import read
from inbox_bot.letters.reading.sandbox import Sandbox, SandboxLimits
from inbox_bot.letters.reading.visible import Visible, visible

__all__ = ["Sandbox", "SandboxLimits", "Visible", "read", "visible"]
