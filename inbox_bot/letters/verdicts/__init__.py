"""Classifies a letter: a reader's, personal, a pitch, automatic, a list's, courtesy, own.

`judge` looks at a whole letter, `scope` and `judge_header` at its header alone, before anything is
fetched. Every verdict has a reason that the author can read and may overrule.
"""

from inbox_bot.letters.verdicts.evidence import is_forward, mailboxes, same_mailbox
from inbox_bot.letters.verdicts.header_only import HeaderJudgement, judge_header, rule_for, scope
from inbox_bot.letters.verdicts.judge import (
    is_automatic,
    is_from_mail_system,
    is_notice_of_form,
    is_of_list,
    judge,
    judge_unread,
)
from inbox_bot.letters.verdicts.original_sender import restore_sender
from inbox_bot.letters.verdicts.pitches_and_thanks import wants_no_answer
from inbox_bot.letters.verdicts.shared_domains import is_shared

__all__ = [
    "HeaderJudgement",
    "is_automatic",
    "is_forward",
    "is_from_mail_system",
    "is_notice_of_form",
    "is_of_list",
    "is_shared",
    "judge",
    "judge_header",
    "judge_unread",
    "mailboxes",
    "restore_sender",
    "rule_for",
    "same_mailbox",
    "scope",
    "wants_no_answer",
]
