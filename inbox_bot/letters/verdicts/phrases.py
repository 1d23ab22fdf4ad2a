"""Words of machines, reactions and thanks, from `phrases.txt`: all in lower case.

Each entry is compared as plain text, never as a pattern, so that no letter can make it slow.
"""

from __future__ import annotations

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

# --- who sends -------------------------------------------------------------------------------

DELIVERY_SENDERS = _LISTS.words("delivery senders")
OFFICE_SENDERS = _LISTS.words("office senders")
DELIVERY_NAMES = _LISTS.phrases("delivery names")
SILENT_SENDERS = _LISTS.phrases("silent senders")
# Amazon SES reports bounces in JSON.
NOTIFYING_DOMAINS = ("amazonaws.com", "amazonses.com")
LIST_ROBOTS = _LISTS.words("list robots")

ABSENT_TEXT = _LISTS.phrases("absent text")

# --- automatic replies and bounces -----------------------------------------------------------

BOUNCE_SUBJECTS = _LISTS.phrases("bounce subjects")
BOUNCE_TEXT = _LISTS.phrases("bounce text")
SUCCESSFUL_ACTIONS = _LISTS.words("successful actions")
DELIVERED_SUBJECTS = _LISTS.phrases("delivered subjects")
COMPLAINT_SUBJECTS = ("complaint about message from", "email feedback report", "abuse report")

# --- thanks, in many languages ----------------------------------------------------------------

THANKS = _LISTS.words("thanks")
PLEASANT = _LISTS.words("pleasant")
WEIGHTY = _LISTS.words("weighty")
ORDINARY = _LISTS.words("ordinary")
GREETINGS = _LISTS.words("greetings")
REACTED_TO_YOURS = _LISTS.phrases("reacted to yours")
