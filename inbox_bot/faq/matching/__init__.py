from inbox_bot.faq.matching.matcher import Matcher

__all__ = ["Matcher"]
