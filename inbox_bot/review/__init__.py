"""The author's actions on a draft or letter, shared by page, terminal and Drafts folder.

Most take `Shown`, the version she saw, and raise Conflict if the draft has changed since.
"""

from inbox_bot.review.decide import (
    answered_by_hand,
    approve,
    approve_with_line,
    reject,
    resume,
    snooze,
    wake,
    was_not_sent,
    was_sent,
)
from inbox_bot.review.readers import (
    a_reader_after_all,
    never_domain,
    never_sender,
    not_a_reader,
    take_back,
)
from inbox_bot.review.rewrite import (
    add_line,
    edit,
    hold,
    hold_without_date,
    not_a_question,
    readdress,
    swap,
    write_again,
)
from inbox_bot.review.shown import Shown, shown
from inbox_bot.review.undo import last_word, undo, undo_last

__all__ = [
    "Shown",
    "a_reader_after_all",
    "add_line",
    "answered_by_hand",
    "approve",
    "approve_with_line",
    "edit",
    "hold",
    "hold_without_date",
    "last_word",
    "never_domain",
    "never_sender",
    "not_a_question",
    "not_a_reader",
    "readdress",
    "reject",
    "resume",
    "shown",
    "snooze",
    "swap",
    "take_back",
    "undo",
    "undo_last",
    "wake",
    "was_not_sent",
    "was_sent",
    "write_again",
]
