"""The demo's world: real IMAP and SMTP servers in this process, and letters to practise on."""

from inbox_bot.cli.demo_world.letters import DemoLetter
from inbox_bot.cli.demo_world.world import ADDRESS, DemoWorld

__all__ = ["ADDRESS", "DemoLetter", "DemoWorld"]
