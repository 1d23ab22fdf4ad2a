"""Third screen: who wrote lately, and what would have been drafted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_bot.humanize import counted
from inbox_bot.reports.first_look import FirstLook
from inbox_bot.reports.replay import Replayed
from inbox_bot.web.setup.desk import Looking
from inbox_bot.web.setup.said import Said

LONGEST_LETTER = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A reader's letter and the reply to it."""

    reader: str
    letter: str
    reply: str
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """`forms` are addresses that she is asked about."""

    goes_on: bool
    sentence: str
    remark: str = ""
    trouble: str = ""
    samples: tuple[Sample, ...] = ()
    forms: tuple[str, ...] = ()


def look_view(said: Said, looking: Looking) -> LookView:
    if looking.found is not None:
        found = looking.found
        return LookView(
            goes_on=False,
            sentence=found_sentence(found),
            remark=_remark(found, said),
            samples=tuple(map(_sample, found.samples)),
            forms=tuple(one for one in found.forms if one not in said.forms),
        )
    if looking.trouble:
        return LookView(
            goes_on=False, sentence="I couldn't check your mailbox.", trouble=looking.trouble
        )
    read = f" {looking.done} of {looking.total} read." if looking.total else ""
    return LookView(goes_on=True, sentence=f"Looking at your letters from the last 30 days …{read}")


def found_sentence(found: FirstLook) -> str:
    """ "Found 23 letters from readers; 9 may be waiting." """
    if not found.letters:
        return "No letters from readers in the last 30 days."
    letters = counted(found.letters, "letter")
    waiting = f"{found.waiting} may be waiting" if found.waiting else "you've answered all of them"
    return f"Found {letters} from readers; {waiting}."


def _remark(found: FirstLook, said: Said) -> str:
    if found.samples:
        return ""
    if not found.letters:
        return "That's fine. I check every few minutes and tell you when someone writes."
    subject = f"“{said.title}” doesn't" if said.title else "Your posts don't"
    return (
        f"{subject} fully answer any of them, so each one would get a blank reply for you to "
        "fill in. You can save what you write for the next reader."
    )


def _sample(one: Replayed) -> Sample:
    text = one.text.strip()
    return Sample(
        reader=one.reader,
        letter=text if len(text) <= LONGEST_LETTER else f"{text[:LONGEST_LETTER].rstrip()} …",
        reply=one.draft.strip(),
        is_answered=one.answered is not None,
    )
