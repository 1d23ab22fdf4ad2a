"""Checks an FAQ against itself and its article, and estimates the matcher's accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.faq import load as faq_load
from inbox_bot.faq.check import Doubt, Finding, check
from inbox_bot.faq.draw.article_text import read_article
from inbox_bot.faq.evaluate import AtThreshold, Build, Ranker, Trial, at_thresholds, evaluate
from inbox_bot.faq.matching import Matcher
from inbox_bot.model import Article, Entry, Faq, Match

OWN = Path(__file__).parents[2] / "faq"
SCIATICA = Path(__file__).parents[3] / "shared" / "article" / "massage-for-sciatica.txt"
TEXT = """\
# Bread

## Flour

You need 500 grams, 1/3 of it rye and 4 % salt.

## Oven

Make it hot.

## Wrapping up

Enjoy.
"""
FLOUR = Entry(
    id="flour",
    article="bread",
    question="Which flour?",
    also_asked=("what flour", "flour kind", "rye or wheat", "best flour", "flour for bread"),
    answer="I take 500 grams, 1/3 rye, with 4% salt.",
    source="Flour",
)
OVEN = Entry(
    id="oven",
    article="bread",
    question="How hot?",
    also_asked=("which temperature", "oven heat", "degrees", "hot oven", "how warm"),
    answer="I make it hot.",
    source="Oven",
)


def of(*entries: Entry) -> Faq:
    return Faq(articles=(Article(slug="bread", title="Bread"),), entries=entries)


def found(
    entries: Sequence[Entry], texts: Mapping[str, str] | None = None, trials: Sequence[Trial] = ()
) -> list[tuple[Doubt, str]]:
    return [(each.doubt, each.entry) for each in check(of(*entries), texts, trials)]


# --- check ---------------------------------------------------------------------------------------


def test_an_faq_that_says_what_its_article_says_has_no_findings() -> None:
    assert found([FLOUR, OVEN], {"bread": TEXT}) == []


@pytest.mark.skipif(not SCIATICA.exists(), reason="the article is not part of the checkout")
def test_our_own_faq_has_no_findings() -> None:
    text = SCIATICA.read_text(encoding="utf-8")
    findings = check(faq_load.load(OWN), {"massage-for-sciatica": text})
    assert [each.line() for each in findings] == []


def test_a_phrasing_in_two_entries_is_told() -> None:
    twice = replace(OVEN, also_asked=(*OVEN.also_asked, "Best FLOUR!"))
    assert found([FLOUR, twice]) == [(Doubt.REPEATED, "oven")]


def test_entries_that_would_be_confused_are_told_with_the_phrasings() -> None:
    trials = [
        Trial(text="how warm", expected="oven", best="flour", confidence=0.7),
        Trial(text="degrees", expected="oven", best="flour", confidence=0.4),
        Trial(text="what flour", expected="flour", best="oven", confidence=0.4),
        Trial(text="price", expected=None, best="oven", confidence=0.4),
    ]
    (finding,) = check(of(FLOUR, OVEN), trials=trials)
    assert finding.line().startswith(
        "bread.yaml: oven: would be mistaken for flour: “how warm”; “degrees”;"
    )


def test_a_section_that_changed_since_makes_its_entry_stale() -> None:
    section = read_article(TEXT).section("Flour")
    assert section is not None
    drawn = replace(FLOUR, section_hash=section.hash)
    assert found([drawn, OVEN], {"bread": TEXT}) == []
    changed = TEXT.replace("You need", "One needs")
    assert found([drawn, OVEN], {"bread": changed}) == [(Doubt.STALE, "flour")]


def test_a_number_that_its_section_does_not_have_is_told() -> None:
    wrong = replace(FLOUR, answer="I take 600 grams, 1/3 rye, see https://example.com/2026/7.")
    (finding,) = check(of(wrong, OVEN), {"bread": TEXT})
    assert finding.doubt is Doubt.NUMBER
    assert "600 isn't in the section “Flour”" in finding.text


def test_a_section_that_no_entry_covers_is_told_but_not_the_end() -> None:
    assert check(of(FLOUR), {"bread": TEXT}) == (
        Finding(
            doubt=Doubt.UNCOVERED,
            article="bread",
            entry="",
            text="no entry covers the section “Oven”; add one if readers ask",
        ),
    )


def test_a_source_that_is_no_heading_is_told() -> None:
    assert found([replace(FLOUR, source="Flower"), OVEN], {"bread": TEXT})[0] == (
        Doubt.SOURCE,
        "flour",
    )


@pytest.mark.parametrize(
    ("link", "doubtful"),
    [
        ("https://amzn.to/3xyz", True),
        ("https://www.amazon.com/dp/B01?th=1&tag=steve-20", True),
        ("https://example.com/chair?ref=steve", True),
        ("https://www.amazon.com/dp/B01", False),
        ("https://example.com/reference?page=2", False),
    ],
)
def test_an_affiliate_link_without_a_word_is_told(link: str, doubtful: bool) -> None:
    entry = replace(OVEN, answer=f"I use [this one]({link}).")
    assert found([entry]) == ([(Doubt.UNDISCLOSED, "oven")] if doubtful else [])
    honest = replace(OVEN, answer=f"I use [this one]({link}), an affiliate link.")
    assert found([honest]) == []


def test_entries_not_yet_looked_at_and_thin_ones_are_told() -> None:
    assert found([replace(FLOUR, usable=False), replace(OVEN, also_asked=("heat",))]) == [
        (Doubt.NEW, "flour"),
        (Doubt.THIN, "oven"),
    ]


# --- eval ----------------------------------------------------------------------------------------


class SharedWords:
    """The smallest ranker that fulfills the contract: the entry with most words in common."""

    answer_at = 0.5

    def __init__(self, phrasings: Mapping[str, Sequence[str]]) -> None:
        self.words = {e: set(" ".join(texts).lower().split()) for e, texts in phrasings.items()}

    def rank_many(self, texts: Sequence[str]) -> Sequence[tuple[Match, ...]]:
        return [self.rank(set(text.lower().split())) for text in texts]

    def rank(self, asked: set[str]) -> tuple[Match, ...]:
        shares = {entry: len(asked & known) / len(asked) for entry, known in self.words.items()}
        ordered = sorted(shares, key=lambda entry: -shares[entry])
        return tuple(Match(entry_id=each, confidence=shares[each]) for each in ordered)


@pytest.mark.parametrize("build", [SharedWords, Matcher.from_phrasings])
def test_the_matcher_and_its_stand_in_keep_one_contract(build: Build) -> None:
    ranker = build({"flour": ["which flour", "what flour"], "oven": ["how hot", "oven heat"]})
    (matches,) = ranker.rank_many(["what flour"])
    assert matches[0].entry_id == "flour"
    assert 0 <= matches[0].confidence <= 1
    assert 0 < ranker.answer_at < 1


def test_every_phrasing_is_asked_unknown_and_once_more_with_its_entry_hidden() -> None:
    seen: list[set[str]] = []

    def noting(phrasings: Mapping[str, Sequence[str]]) -> Ranker:
        seen.append({text for texts in phrasings.values() for text in texts})
        return SharedWords(phrasings)

    alone = replace(OVEN, id="salt", question="How much salt?", also_asked=())
    trials = evaluate(of(FLOUR, OVEN, alone), noting)
    every = [text for entry in (FLOUR, OVEN) for text in (entry.question, *entry.also_asked)]
    assert sorted(t.text for t in trials if t.expected is not None) == sorted(every)
    assert sorted(t.text for t in trials if t.expected is None) == sorted([*every, alone.question])
    for text in every:
        assert sum(text not in known for known in seen) == 2
    assert [t.best for t in trials if t.expected is None and t.text == "what flour"] != ["flour"]


def test_a_threshold_tells_what_would_be_answered_and_how_often_wrongly() -> None:
    trials = [
        Trial(text="1", expected="a", best="a", confidence=0.9),
        Trial(text="2", expected="a", best="b", confidence=0.8),
        Trial(text="3", expected="b", best="b", confidence=0.8),
        Trial(text="4", expected="b", best="a", confidence=0.1),
        Trial(text="5", expected=None, best="a", confidence=0.85),
        Trial(text="6", expected=None, best="a", confidence=0.2),
    ]
    low, high = at_thresholds(trials, (0.8, 0.9))
    assert low == AtThreshold(at=0.8, answered=0.75, wrong=1 / 3, answered_in_vain=0.5)
    assert low.sentence() == (
        "at 0.80: 75% answered, 1 in 3 wrong, 50% of unanswerable ones answered"
    )
    assert high.sentence() == (
        "at 0.90: 25% answered, none wrong, 0% of unanswerable ones answered"
    )
    assert at_thresholds([], (0.5,))[0].answered == 0
