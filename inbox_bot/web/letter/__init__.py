"""What the page of one letter shows."""

from inbox_bot.web.letter.values import LetterView
from inbox_bot.web.letter.view import letter_view

__all__ = ["LetterView", "letter_view"]
