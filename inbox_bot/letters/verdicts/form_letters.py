"""Detects letters that a reader's program wrote, without a header that says so: absence notes,
answers to invitations, receipts, recalls.

A letter that asks something is a reader's, whatever its program added.
"""

from __future__ import annotations

import re

from inbox_bot.letters.questions import asks_anything
from inbox_bot.letters.questions.asking import QUESTION_MARKS
from inbox_bot.letters.reading.subjects import opens_with, subjects, without_marks
from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.verdicts.private import speaks_as_reader

_LONGEST = 800
_LONGEST_RECALL = 300
_LONGEST_NOTE = 400
_LONGEST_HEAD = 40
_BEGINNING = 120
# Stems of "automatic" in many languages; the others are in subjects.tsv.
_AUTOMATIC = re.compile(
    "a[uŭ]tom|avtom|awtom|outom|otomat|áutom|автом|аўтам|аутом|αυτόμ|αυτομ|otomak|ავტომ|ավտոմ"
    "|אוטומט|تلقائ|خودکار|स्वच|स्वयं|স্বয়ং|স্বয়ং|自动|自動|자동|อัตโนมัติ|tự động|ออโต|sjálfv|samodej"
)
_RETURN = re.compile(
    r"\d{1,2}[./-]\d{1,2}|\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)? ?\w{3}|\w{3} \d{1,2}\b"
    r"|[年月日]\s?\d|\d\s?[年月日월일]"
)
_QUOTES = ('""', "“”", "„“", "„”", "«»", "「」", "『』", "''", "‘’", "””", "»«")
_CALENDARS = frozenset(("text/calendar", "application/ics"))
_ANSWERS = frozenset(("reply", "cancel", "counter", "declinecounter"))


def invitation_answer(seen: Evidence) -> str:
    """A calendar's answer or cancellation (RFC 5546), or Outlook's, which has only a subject."""
    if _asks(seen):
        return ""
    if seen.calendar in _ANSWERS:
        return "a calendar's reply to an invitation, or a cancellation"
    answers = opens_with(seen.message.subject.strip().lower(), subjects().invitation)
    bare = not seen.message.text.strip() and not seen.message.cut.strip()
    if answers and (not seen.parts.isdisjoint(_CALENDARS) or bare or _holds_calendar(seen)):
        return "a calendar's reply to an invitation"
    return ""


def _holds_calendar(seen: Evidence) -> bool:
    return any(
        "calendar" in value.lower() for value in seen.fields.get("content-class", ())
    ) or any(
        value.lower().startswith("text/calendar") for value in seen.fields.get("content-type", ())
    )


def receipt_in_words(seen: Evidence) -> str:
    """Outlook's receipts: the subject says so, and the text names the letter by its subject."""
    subject = seen.message.subject.strip().lower()
    opening = opens_with(subject, subjects().receipt)
    if not opening or not _is_short(seen) or _has_mark(seen):
        return ""
    about = without_marks(_after_colon(subject))
    named = bool(about) and about in " ".join(seen.text.split())
    if named or (seen.replies and _is_short(seen, _LONGEST_RECALL) and not _asks(seen)):
        return f"a read receipt: its subject says “{seen.message.subject[:60]}”"
    return ""


def recall(seen: Evidence) -> str:
    """ "Recall: x", and a sentence that begins with the sender's name and quotes x."""
    about = "" if seen.answering else _after_colon(seen.subject)
    text = " ".join(seen.message.text.lower().split()).replace("« ", "«").replace(" »", "»")
    if not about or len(text) > _LONGEST_RECALL or _has_mark(seen) or not seen.message.sender:
        return ""
    names = seen.message.sender.name.lower().replace(",", " ").split()
    first = text.partition(" ")[0].strip(",")
    if first in names and any(f"{each[0]}{about}{each[1]}" in text for each in _QUOTES):
        return f"a message recall: “{seen.message.subject[:60]}”"
    return ""


def absence_in_words(seen: Evidence) -> str:
    """ "Automatic" in some language above a reply, or a short text about the writer's absence and
    return. Nothing is asked, and no word of a reader's is in it."""
    by_hand = "no" in seen.terms("auto-submitted")
    if by_hand or not seen.replies or _asks(seen) or not _is_short(seen):
        return ""
    head, colon, _ = seen.subject.replace("：", ":").partition(":")
    if colon and not seen.answering and len(head) <= _LONGEST_HEAD and _AUTOMATIC.search(head):
        return f"an automatic reply: its subject says “{seen.message.subject[:60]}”"
    text = " ".join(seen.message.text.lower().replace("’", "'").split())
    said = next((phrase for phrase in subjects().away if phrase in text[:_BEGINNING]), "")
    told = len(text) <= _LONGEST_NOTE and not speaks_as_reader(text)
    if said and told and (_RETURN.search(text) or len(text) <= len(said) + _BEGINNING):
        return f"an out-of-office note: “{said}”"
    return ""


def _asks(seen: Evidence) -> bool:
    return _has_mark(seen) or asks_anything(seen.message.text)


def _has_mark(seen: Evidence) -> bool:
    return any(mark in seen.message.text for mark in QUESTION_MARKS)


def _is_short(seen: Evidence, most: int = _LONGEST) -> bool:
    return len(seen.message.text) <= most and not seen.message.forwarded


def _after_colon(subject: str) -> str:
    """The text after the first colon."""
    return subject.replace("：", ":").partition(":")[2].strip()
