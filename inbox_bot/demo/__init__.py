"""The demo's world: real IMAP and SMTP servers in this process, and letters to practise on."""

from inbox_bot.demo.letters import DemoLetter
from inbox_bot.demo.world import ADDRESS, DemoWorld

__all__ = ["ADDRESS", "DemoLetter", "DemoWorld"]
