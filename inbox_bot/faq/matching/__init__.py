from inbox_bot.faq.matching.matcher import Matcher, best_of

__all__ = ["Matcher", "best_of"]
