"""What the page of one letter shows."""

from inbox_bot.web.letter.gathering import letter_view
from inbox_bot.web.letter.views import LetterView

__all__ = ["LetterView", "letter_view"]
