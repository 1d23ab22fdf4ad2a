"""Reading: raw bytes to a Message, or a one-line reason why the letter cannot be read."""

from inbox_bot.letters.reading.letters import read
from inbox_bot.letters.reading.sandbox import Sandbox, SandboxLimits
from inbox_bot.letters.reading.visible import visible

__all__ = ["Sandbox", "SandboxLimits", "read", "visible"]
