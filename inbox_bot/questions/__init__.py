"""A letter's text split into the things asked, in the reader's own words."""

from inbox_bot.questions.finding import find_questions, single

__all__ = ["find_questions", "single"]
