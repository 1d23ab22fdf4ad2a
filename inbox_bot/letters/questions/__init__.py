"""Extracts the questions of a letter, in the reader's own words."""

from inbox_bot.letters.questions.asking import is_courtesy
from inbox_bot.letters.questions.finding import asks_anything, find_questions, single
from inbox_bot.letters.questions.gist import gist

__all__ = ["asks_anything", "find_questions", "gist", "is_courtesy", "single"]
