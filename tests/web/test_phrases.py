"""Every event of a letter has a phrase for the author."""

from __future__ import annotations

import re
from pathlib import Path

from inbox_bot.model import DraftState, Verb, Verdict
from inbox_bot.review.undo import _UNDO
from inbox_bot.web.phrases import HAPPENED, VERDICTS

PACKAGE = Path(__file__).parents[2] / "inbox_bot"
TELL_OF_EVENTS = {"events.py", "phrases.py"}
"""Modules that name every verb and record none."""


def recorded() -> set[Verb]:
    """Verbs that some module names, and those that `steps/send.py` takes from a draft's state."""
    named = {
        name
        for path in PACKAGE.rglob("*.py")
        if path.name not in TELL_OF_EVENTS
        for table in [path.read_text(encoding="utf-8").partition("\n_UNDO")[0]]
        for name in re.findall(r"\bVerb\.([A-Z_]+)", table)
    }
    return {Verb[name] for name in named | (set(DraftState.__members__) & set(Verb.__members__))}


def test_every_event_has_words_for_the_author() -> None:
    assert set(HAPPENED) == set(Verb)


def test_every_event_is_one_that_something_records() -> None:
    assert recorded() == set(Verb)


def test_every_word_that_can_be_taken_back_is_one_that_is_recorded() -> None:
    assert set(_UNDO) - recorded() == set()


def test_every_verdict_has_a_word_for_the_author() -> None:
    assert set(VERDICTS) == {None, *Verdict}
