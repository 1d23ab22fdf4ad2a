"""The page of one letter."""

from inbox_bot.web.letter.values import LetterView
from inbox_bot.web.letter.view import letter_view

__all__ = ["LetterView", "letter_view"]
