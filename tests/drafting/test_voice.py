"""Every entry of the project's own FAQ, alone and in pairs, as readers would get it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from inbox_bot.drafting import Drafter, Occasion, doctor_asked
from inbox_bot.drafting.markdown import plain
from inbox_bot.faq import load as faq_load
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Author,
    Composed,
    Decision,
    DraftKind,
    Entry,
    Faq,
    Match,
    Question,
)

ROOT = Path(__file__).parents[2]
AUTHOR = Author(name="Steve", signature="Steve", timezone="America/New_York", country="US")
TODAY = date(2026, 3, 3)
THURSDAY = date(2026, 3, 5)

# What an author writing to a reader does not say, and a desk does.
DESK = re.compile(
    r"\b(?:we|us|our|FAQ|inquiry|enquiry|query|ticket|case number|reference number|support team"
    r"|customer|user|valued|kindly|regarding|hereby|do not hesitate|don't hesitate"
    r"|thank you for contacting|your (?:first|second|third|other|next) question"
    r"|confidence|matched|automated|AI|as per)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"\{[{%#]|[%#}]\}|^\s*#|\*\*|__|\]\(|^\s*\d+[.)] |&\w+;|</?[a-z]+>", re.M)
DOCTOR = re.compile(r"(?:check|talk|speak|ask|consult)\w*(?: \w+)? your doctor", re.IGNORECASE)


@pytest.fixture(scope="module")
def drafter() -> Drafter:
    return Drafter.load(ROOT / "templates/replies")


@pytest.fixture(scope="module")
def own_faq() -> Faq:
    return faq_load.load(ROOT / "faq")


def answered(*entries: Entry) -> list[Decision]:
    return [
        Answer(
            question=Question(text=entry.question),
            matches=(Match(entry_id=entry.id, confidence=0.9),),
            reason="",
        )
        for entry in entries
    ]


def occasion(own: Faq, number: int) -> Occasion:
    """A different reader for each number, so that all variants of the wording are used."""
    return Occasion(
        reader=Address(email=f"reader{number}@example.org", name="Ann Miller"),
        subject="A question",
        author=AUTHOR,
        faq=own,
        today=TODAY,
        day=THURSDAY,
        late=number % 5 == 0,
        earlier=number % 3,
    )


def letters(drafter: Drafter, own: Faq) -> Iterator[Composed]:
    singles = [(entry,) for entry in own.entries]
    for number, asked in enumerate([*singles, *permutations(own.entries, 2)]):
        yield drafter.compose(answered(*asked), occasion(own, number))


def sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n{2,}", text) if part.strip()]


def test_every_answer_has_40_to_120_words(own_faq: Faq) -> None:
    lengths = {entry.id: len(plain(entry.answer).split()) for entry in own_faq.entries}
    assert {name: n for name, n in lengths.items() if not 40 <= n <= 120} == {}


def test_every_letter_greets_signs_and_is_an_answer(drafter: Drafter, own_faq: Faq) -> None:
    for letter in letters(drafter, own_faq):
        assert letter.kind is DraftKind.ANSWER
        assert re.match(r"(?:Hi|Hello) Ann,\n\n[A-Z]", letter.text), letter.text
        assert re.search(r"\n\n(?:Best|All the best|Take care),\nSteve\n$", letter.text)


def test_no_letter_sounds_like_a_desk(drafter: Drafter, own_faq: Faq) -> None:
    for letter in letters(drafter, own_faq):
        assert not DESK.search(letter.text), DESK.search(letter.text)


def test_no_letter_shows_markup_or_an_open_variable(drafter: Drafter, own_faq: Faq) -> None:
    for letter in letters(drafter, own_faq):
        assert not MARKUP.search(letter.text), MARKUP.search(letter.text)


def test_the_doctor_is_named_once_a_letter_where_an_answer_needs_it(
    drafter: Drafter, own_faq: Faq
) -> None:
    for letter in letters(drafter, own_faq):
        needed = any(own_faq.entry(entry_id).doctor for entry_id in letter.entries)
        said = len(DOCTOR.findall(letter.text))
        assert said <= 1, letter.text
        assert said == 1 or not needed, letter.text


def test_no_sentence_stands_twice_in_a_letter(drafter: Drafter, own_faq: Faq) -> None:
    for letter in letters(drafter, own_faq):
        twice = [said for said, times in Counter(sentences(letter.text)).items() if times > 1]
        assert twice == []


def test_a_second_answer_says_what_it_is_about(drafter: Drafter, own_faq: Faq) -> None:
    first, chair = own_faq.entry("what-is-sciatica"), own_faq.entry("massage-or-exercise")
    letter = drafter.compose(answered(first, chair), occasion(own_faq, 1))
    assert "\n\nAs for massage or exercise, I wouldn't choose" in letter.text


def test_no_two_letters_to_one_reader_begin_alike(drafter: Drafter, own_faq: Faq) -> None:
    now = occasion(own_faq, 1)
    asked = answered(own_faq.entry("massage-chair"))
    texts = [drafter.compose(asked, replace(now, earlier=count)).text for count in (1, 2, 3)]
    for before, after in pairwise(texts):
        assert before.split("\n\n")[1] != after.split("\n\n")[1]
        assert before.split("\n\n")[-1] != after.split("\n\n")[-1]


def test_readers_do_not_all_get_the_same_wording(drafter: Drafter, own_faq: Faq) -> None:
    asked = answered(own_faq.entry("massage-chair"))
    texts = {drafter.compose(asked, occasion(own_faq, 3 * n + 1)).text for n in range(30)}
    assert len(texts) >= 6


def test_holding_replies_and_partial_answers_keep_the_same_voice(
    drafter: Drafter, own_faq: Faq
) -> None:
    price = AskAuthor(question=Question(text="How much is a session?"), matches=(), reason="")
    for number in range(40):
        now = occasion(own_faq, number)
        for letter in (
            drafter.holding([Question(text="the price")], now),
            drafter.holding([], now),
            drafter.compose([*answered(own_faq.entry("surgery")), price], now),
        ):
            assert not DESK.search(letter.text), letter.text
            assert not MARKUP.search(letter.text), letter.text
            day = "by Thursday" if letter.kind is DraftKind.HOLDING else "as soon as I know more"
            assert f"I'll write again {day}." in letter.text


LEANING = re.compile(
    r"^(?:[\w'’]+ ){0,6}(?:it|they|them|these|those|one|ones|two:|few,)(?!\w)", re.I
)


def test_no_answer_begins_by_leaning_on_what_is_not_there(own_faq: Faq) -> None:
    first = [sentences(plain(entry.answer))[0] for entry in own_faq.entries]
    own_way = [said.replace("put it this way", "put this so") for said in first]
    assert [said for said in own_way if LEANING.match(said)] == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("My doctor said that massage is fine. Which type?", True),
        ("I have already asked my doctor, she agrees.", True),
        ("I talked to\nmy doctor yesterday.", True),
        ("I got the okay from my doctor. Which type?", True),
        ("Should I ask my doctor first?", False),
        ("I have not asked my doctor yet.", False),
        ("Which type is best?", False),
    ],
)
def test_whoever_has_asked_her_doctor_is_not_sent_there_again(
    drafter: Drafter, own_faq: Faq, text: str, asked: bool
) -> None:
    assert doctor_asked(text) is asked
    now = replace(occasion(own_faq, 1), doctor_asked=doctor_asked(text))
    letter = drafter.compose(answered(own_faq.entry("deep-tissue-massage")), now)
    assert bool(DOCTOR.search(letter.text)) is not asked


def test_after_an_answer_on_surgery_nothing_is_to_be_started(
    drafter: Drafter, own_faq: Faq
) -> None:
    for number in range(6):
        letter = drafter.compose(answered(own_faq.entry("surgery")), occasion(own_faq, number))
        assert "before you start" not in letter.text
        assert "your doctor" in letter.text
