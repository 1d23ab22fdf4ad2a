"""Our own labelled questions: their contents, and their results under the safety rules."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from inbox_bot.faq import load as faq_load
from inbox_bot.letters.safety import SafetyRules

OWN = Path(__file__).parents[2] / "faq"
QUESTIONS: list[dict[str, str]] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "data" / "questions.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def safety() -> SafetyRules:
    return SafetyRules.load(OWN)


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


def test_the_safety_rules_see_what_is_theirs(safety: SafetyRules) -> None:
    assert [text for text in texts("urgent") if not safety.urgent(text)] == []
    assert [text for text in texts("personal") if not safety.personal(text)] == []


def test_the_safety_rules_leave_the_others_alone(safety: SafetyRules) -> None:
    others = [each["text"] for each in QUESTIONS if each["expect"] != "urgent"]
    assert len([text for text in others if safety.urgent(text)]) <= 0.02 * len(others)
    # What no entry answers goes to the author anyway; other illnesses by the rules for a person.
    answered = [
        each["text"] for each in QUESTIONS if each["expect"] not in {"urgent", "personal", "none"}
    ]
    assert len([text for text in answered if safety.personal(text)]) <= 0.02 * len(answered)
