"""Danger and distress in whole letters, as the witness that we ship judges them.

`data/short_letters.jsonl` has letters that it was not taught with: danger in passing and in
ordinary words, grief and anger told sideways, and everyday letters full of alarming words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.faq import load as faq_load
from inbox_bot.letters.safety import Safety, passages_of
from inbox_bot.letters.witness import BUCKETS, grams_of, shipped

ROOT = Path(__file__).parents[2]
OWN = ROOT / "faq"
LETTERS: list[Mapping[str, str]] = [
    json.loads(line)
    for line in (ROOT / "tests/data/short_letters.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def safety() -> Safety:
    safety = Safety.load(OWN)
    safety.hear_many([letter["text"] for letter in LETTERS])
    return safety


def own(tmp_path: Path, urgent: str = "", personal: str = "") -> Safety:
    (tmp_path / "urgent.yaml").write_text(urgent, encoding="utf-8")
    (tmp_path / "personal.yaml").write_text(personal, encoding="utf-8")
    return Safety.load(tmp_path)


def share(safety: Safety, label: str, *, left_to_author: bool) -> float:
    """Of the letters with this label: how many are urgent, or urgent or personal."""
    heard = [safety.hear(letter["text"]) for letter in LETTERS if letter["label"] == label]
    seen = [bool(one.danger or (left_to_author and one.personal)) for one in heard]
    return sum(seen) / len(seen)


# --- the witness that we ship --------------------------------------------------------------------


def test_danger_told_in_ordinary_words_is_seen(safety: Safety) -> None:
    assert share(safety, "urgent", left_to_author=False) >= 0.65
    assert share(safety, "urgent", left_to_author=True) >= 0.7


def test_distress_is_left_to_the_author(safety: Safety) -> None:
    assert share(safety, "personal", left_to_author=True) >= 0.5


def test_everyday_letters_full_of_alarming_words_raise_few_alarms(safety: Safety) -> None:
    assert share(safety, "ordinary", left_to_author=False) <= 0.14
    assert share(safety, "ordinary", left_to_author=True) <= 0.2


@pytest.mark.parametrize("name", ["safety", "asking", "unhelped"])
def test_the_weights_were_learned_from_the_sentences_as_they_stand(name: str) -> None:
    taught = (ROOT / f"scripts/witnesses/{name}.tsv").read_bytes()
    assert shipped(name).learned_from == hashlib.sha256(taught).hexdigest()


def test_no_letter_of_the_tests_was_taught() -> None:
    taught = (ROOT / "scripts/witnesses/safety.tsv").read_text(encoding="utf-8")
    assert [letter["id"] for letter in LETTERS if letter["text"] in taught] == []


def test_no_phrasing_of_an_entry_is_kept_from_its_answer(safety: Safety) -> None:
    entries = faq_load.load(OWN).entries
    asked = [text for entry in entries for text in (entry.question, *entry.also_asked)][::9]
    heard = zip(asked, safety.hear_many(asked), strict=True)
    kept = [text for text, one in heard if one.danger or one.personal]
    assert len(kept) <= 0.01 * len(asked), kept


def test_the_reason_quotes_the_letter_as_it_was_written(safety: Safety) -> None:
    danger = safety.hear("Hello,\n\nsince Monday I can’t\nreally PEE. Help!").danger
    assert danger is not None
    assert "“since Monday I can’t really PEE." in danger.reason


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "numb\n\nSteve, since this morning I can't feel my legs properly. Should I lie down?",
            "Steve, since this morning I can't feel my legs properly.",
        ),
        ("siatica\n\nhi, wich type of masage is best?? my leg is killng me", "my leg is killng me"),
        ("your answer\n\nI tried it for a week. It didn't help at all.", "It didn't help at all."),
    ],
)
def test_the_reason_quotes_one_sentence(safety: Safety, text: str, quoted: str) -> None:
    """Not the subject and the letter's first line, or two sentences, in one breath."""
    heard = safety.hear(text)
    reasons = (heard.danger.reason if heard.danger else "", heard.personal, heard.unhelped)
    assert any(reason.endswith(f": “{quoted}”") for reason in reasons), reasons


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("I don't want to live any more.", "urgent-crisis"),
        ("I can't pee and my crotch is numb.", "urgent"),
        ("The kitchen smells of gas and my head aches, what now?", "urgent-hazard"),
        ("He hit me again last night and I am afraid to go home.", "urgent-violence"),
        ("Ich spüre zwischen den Beinen nichts mehr und kann nicht pinkeln.", "urgent"),
    ],
)
def test_each_danger_has_words_of_its_own(safety: Safety, text: str, template: str) -> None:
    danger = safety.hear(text).danger
    assert danger is not None
    assert danger.template == template


# --- the author's own sentences ------------------------------------------------------------------


def test_what_means_the_same_as_a_sentence_of_hers_counts(tmp_path: Path) -> None:
    safety = own(
        tmp_path,
        "sentences: [we dug up the bulbs and made soup of them]\n",
        "sentences: [I would like to interview you for our magazine]\n",
    )
    soup = safety.hear("Hi! We dug up some bulbs and made a soup of them. When do I plant tulips?")
    press = safety.hear("Could I interview you for a magazine? It takes ten minutes.")
    other = safety.hear("Which tulips are best for a first garden?")
    assert soup.danger is not None
    assert "a sentence like this" in soup.danger.reason
    assert "a sentence like this" in press.personal
    assert other.danger is None
    assert other.personal == ""


def test_files_of_an_older_version_and_missing_ones_are_no_problem(tmp_path: Path) -> None:
    assert Safety.load(tmp_path) == Safety()
    old = "groups: {numb: [numb]}\ncorrect: [ladder]\nrules: [{reason: x, patterns: [<numb>]}]\n"
    assert own(tmp_path, old, "rules: []\n") == Safety()


def test_a_mistake_in_either_file_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        own(tmp_path, "sentence: [x]\n", "sentences: [1]\n")
    told = str(caught.value).splitlines()
    assert ["urgent.yaml:1" in told[0], "personal.yaml:1" in told[1]] == [True, True]


# --- hostile and long letters --------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "numb between my legs no fever " * 35_000,
        "No. " * 250_000,
        "a" * 1_000_000,
        "\n" * 1_000_000,
        "\u0301" * 500_000,
    ],
)
def test_of_a_hostile_megabyte_few_passages_are_encoded(safety: Safety, hostile: str) -> None:
    assert len(passages_of(hostile)) <= 120
    assert isinstance(safety.hear(hostile).personal, str)


@pytest.mark.parametrize(
    "text",
    [
        "Since today I cannot pass uri-\nne, and I am numb between my legs.",
        "The garden is lovely. " * 900
        + "I am numb between my legs and cannot pass urine. "
        + "We had tea with my aunt. " * 900,
    ],
)
def test_danger_is_heard_across_broken_words_and_in_long_letters(safety: Safety, text: str) -> None:
    assert safety.hear(text).danger
    assert not safety.hear("We talked about self-\nhelp and long-\nterm exercise.").danger


def test_equal_texts_are_judged_once(safety: Safety) -> None:
    text = "A letter that nobody has read before."
    first = safety.hear(text)
    assert safety.hear_many([text, text])[1] is first


def test_grams_of_a_text_have_length_one_and_known_buckets() -> None:
    rows = grams_of(["Does it hurt?", "", "12345"])
    assert rows.begins.tolist()[1:] == [rows.begins[1], rows.begins[1], rows.begins[1]]
    assert rows.buckets.max() < BUCKETS
    assert float(rows.values @ rows.values) == pytest.approx(1.0, abs=1e-5)
