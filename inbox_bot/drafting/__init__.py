"""Drafting: decisions on a reader's questions become a reply in the author's voice."""

from inbox_bot.drafting.drafter import Drafter, Occasion, with_line
from inbox_bot.drafting.joining import doctor_asked
from inbox_bot.drafting.names import first_name
from inbox_bot.drafting.topics import topic_of

__all__ = ["Drafter", "Occasion", "doctor_asked", "first_name", "topic_of", "with_line"]
