from inbox_bot.matching.matcher import Matcher

__all__ = ["Matcher"]
