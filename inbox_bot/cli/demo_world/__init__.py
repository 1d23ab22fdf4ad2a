"""The demo's IMAP and SMTP servers, in this process, and its letters."""

from inbox_bot.cli.demo_world.letters import DemoLetter
from inbox_bot.cli.demo_world.world import ADDRESS, DemoWorld

__all__ = ["ADDRESS", "DemoLetter", "DemoWorld"]
