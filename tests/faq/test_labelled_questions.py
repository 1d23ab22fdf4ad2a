"""Our own labelled questions: their contents, and how they are kept from ready-made answers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from inbox_bot.faq import load as faq_load
from inbox_bot.letters.safety import Safety
from inbox_bot.model import Answer, Question
from tests.world import KNOWLEDGE

OWN = Path(__file__).parents[2] / "faq"
QUESTIONS: list[dict[str, str]] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "data" / "questions.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def safety() -> Safety:
    safety = Safety.load(OWN)
    safety.hear_many([each["text"] for each in QUESTIONS])
    return safety


def texts(expect: str) -> list[str]:
    return [each["text"] for each in QUESTIONS if each["expect"] == expect]


def test_there_are_enough_of_every_kind() -> None:
    count = Counter(each["expect"] for each in QUESTIONS)
    ids = {entry.id for entry in faq_load.load(OWN).entries}
    assert set(count) == ids | {"none", "urgent", "personal"}
    assert len(QUESTIONS) >= 260
    assert count["none"] >= 60
    assert count["urgent"] >= 25
    assert count["personal"] >= 25
    assert min(count[each] for each in ids) >= 5


def test_none_of_them_is_a_phrasing_of_the_faq() -> None:
    def bare(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    entries = faq_load.load(OWN).entries
    known = {bare(text) for entry in entries for text in (entry.question, *entry.also_asked)}
    assert [each["text"] for each in QUESTIONS if bare(each["text"]) in known] == []


def answered(expect: str) -> list[str]:
    """Texts of this kind that an entry would answer without the author."""
    found = [(text, KNOWLEDGE.consider_text(text, [Question(text=text)])) for text in texts(expect)]
    return [text for text, decisions in found if any(isinstance(one, Answer) for one in decisions)]


def test_danger_is_heard_and_never_answered(safety: Safety) -> None:
    heard = {text: safety.hear(text) for text in texts("urgent")}
    missed = [text for text, one in heard.items() if not (one.danger or one.personal)]
    assert answered("urgent") == []
    assert len(missed) <= 0.1 * len(heard), missed


def test_what_needs_a_person_is_left_to_the_author() -> None:
    assert len(answered("personal")) <= 0.1 * len(texts("personal"))


def test_safety_leaves_the_others_alone(safety: Safety) -> None:
    others = [each["text"] for each in QUESTIONS if each["expect"] != "urgent"]
    alarms = [text for text in others if safety.hear(text).danger]
    assert len(alarms) <= 0.02 * len(others), alarms
    # What no entry answers goes to the author anyway.
    ordinary = [
        each["text"] for each in QUESTIONS if each["expect"] not in {"urgent", "personal", "none"}
    ]
    kept = [text for text in ordinary if safety.hear(text).personal]
    assert len(kept) <= 0.02 * len(ordinary), kept
