"""The page of one letter."""

from inbox_bot.web.letter.view import LetterView, letter_view

__all__ = ["LetterView", "letter_view"]
