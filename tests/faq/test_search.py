"""Passages are found by what they say; entries win over them, and articles do not mix."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.faq.decide import Terms, decide
from inbox_bot.faq.matching import Matcher
from inbox_bot.faq.matching.searcher import ANSWER_AT, learned
from inbox_bot.faq.matching.vectors import shipped_vectors
from inbox_bot.model import (
    Address,
    Answer,
    Article,
    AskAuthor,
    Entry,
    Faq,
    Match,
    Message,
    Question,
)
from tests.world import KNOWLEDGE

PAIRS = Path(__file__).parents[2] / "scripts" / "passages" / "pairs.jsonl"


def passage(name: str, heading: str, text: str, article: str = "garden") -> Entry:
    return Entry(
        id=name,
        article=article,
        question=heading,
        also_asked=(),
        answer=text,
        source=heading,
        is_passage=True,
    )


GARDEN = (
    passage(
        "slugs",
        "Slugs",
        "Slugs come at night, so I go out with a torch and collect them in a bucket. Coffee grounds"
        " around the lettuce keep some of them away, copper tape did nothing for me.",
    ),
    passage(
        "soil",
        "The soil",
        "My soil is heavy clay. Each autumn I spread a hand of compost on the beds and leave it to"
        " the worms; I have not used a spade since 2015.",
    ),
    passage(
        "water",
        "Watering",
        "I water in the morning, twice a week and then thoroughly, about ten litres on a square"
        " metre. In the evening the leaves stay wet, and that brings mildew.",
    ),
    passage(
        "seeds",
        "Buying seeds",
        "Most of my seeds cost me nothing: I keep those of the best plants and swap them with my"
        " neighbours. Only carrots I buy every year, for about three euros a bag.",
    ),
)
FAQ = Faq(articles=(Article(slug="garden", title="My garden"),), entries=(), passages=GARDEN)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.from_entries(FAQ)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("something eats my salad at night, what can i do about snails", "slugs"),
        ("Do you dig over the ground before winter?", "soil"),
        ("how often do the beds get watered", "water"),
        ("What do you pay for seed each year?", "seeds"),
        ("Wie werde ich die Schnecken los?", "slugs"),
        ("Combien coûtent les graines ?", "seeds"),
    ],
)
def test_a_passage_is_found_in_other_words_and_languages(
    matcher: Matcher, text: str, found: str
) -> None:
    assert matcher.rank(text)[0].entry_id == found


def test_a_letter_in_another_language_comes_with_the_answers_that_fit() -> None:
    letter = Message(
        message_id="a@b",
        sender=Address(email="ute@example.org"),
        text="Guten Tag, wie finde ich eine gute Masseurin für meinen Ischias? Grüße, Ute",
        language="de",
    )
    (decision,) = KNOWLEDGE.consider(letter)
    assert isinstance(decision, AskAuthor)
    assert "it's in German, and your answers aren't" in decision.reason
    assert "find-a-massage-therapist" in [match.entry_id for match in decision.matches]


def test_without_an_answer_that_may_be_used_a_foreign_letter_finds_none() -> None:
    new = Entry(
        id="new", article="garden", question="Hens?", also_asked=(), answer="No.", usable=False
    )
    matcher = Matcher.from_entries(Faq(articles=FAQ.articles, entries=(new,)))
    assert matcher.rank_foreign(["Hühner?"]) == [()]


def test_the_threshold_does_not_depend_on_the_article(matcher: Matcher) -> None:
    assert matcher.answer_at == ANSWER_AT
    assert matcher.rank("How many litres, and how often do you water?")[0].confidence >= ANSWER_AT
    assert matcher.rank("Which tractor should I buy for my vineyard?")[0].confidence < ANSWER_AT


def test_the_reason_names_the_nearest_sentence(matcher: Matcher) -> None:
    assert "in the morning" in matcher.rank("how often do you water in the morning")[0].why


def test_many_at_once_are_ranked_as_one_by_one(matcher: Matcher) -> None:
    texts = ["snails? I have so many.", "clay", "", "?", "how often do you water. and when"] * 30
    together = matcher.rank_many(texts)
    for text, matches in zip(texts, together, strict=True):
        alone = matcher.rank(text)
        assert [one.entry_id for one in alone] == [one.entry_id for one in matches]
        assert alone[0].confidence == pytest.approx(matches[0].confidence, abs=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\0", "a" * 9_000, "😀" * 500, "ß é ü", "\udc80"])
def test_no_question_is_too_odd(matcher: Matcher, text: str) -> None:
    assert 0 <= matcher.rank(text)[0].confidence <= 1


def test_an_article_of_one_passage_can_be_searched() -> None:
    matcher = Matcher.from_entries(replace(FAQ, passages=GARDEN[:1]))
    assert [one.entry_id for one in matcher.rank("slugs")] == ["slugs"]


def test_an_entry_with_few_ways_to_ask_is_searched_like_a_passage() -> None:
    entry = Entry(
        id="moles",
        article="garden",
        question="How do I get rid of moles?",
        also_asked=(),
        answer="I let them be. They eat grubs, and the hills are good earth for pots.",
    )
    matcher = Matcher.from_entries(replace(FAQ, entries=(entry,)))
    assert matcher.rank("there are mole hills all over my lawn")[0].entry_id == "moles"
    assert matcher.rank("how often do you water")[0].entry_id == "water"


def test_what_the_author_kept_is_found_word_for_word_at_once() -> None:
    asked = "Do the hens go into the beds, or do you fence them in?"
    entry = Entry(id="hens", article="garden", question=asked, also_asked=(), answer="In March.")
    (best, *_) = Matcher.from_entries(replace(FAQ, entries=(entry,))).rank(asked)
    assert (best.entry_id, best.confidence >= ANSWER_AT) == ("hens", True)


def test_a_passage_of_another_article_than_the_letter_names_gives_way() -> None:
    twin = replace(GARDEN[2], id="pots", article="balcony")
    matcher = Matcher.from_entries(replace(FAQ, passages=(*GARDEN, twin)))
    for article, found in (("balcony", "pots"), ("garden", "water")):
        (best, *_) = matcher.rank("how often do you water", frozenset({article}))
        assert best.entry_id == found


def test_the_title_says_nothing_of_the_passage_under_it() -> None:
    heading = "Growing tomatoes on a balcony"
    intro = passage("intro", heading, "Balconies are great if they get light and water.")

    def sure_of_intro(title: str) -> float:
        articles = (Article(slug="garden", title=title),)
        matcher = Matcher.from_entries(replace(FAQ, articles=articles, passages=(intro, *GARDEN)))
        found = {one.entry_id: one.confidence for one in matcher.rank("tomatoes. Which pot?")}
        return found.get("intro", 0)

    assert sure_of_intro(heading) < sure_of_intro("My garden") / 2


def test_a_passage_that_does_not_stand_alone_is_offered_not_filled_in() -> None:
    leaning = replace(GARDEN[0], stands_alone=False)
    faq = replace(FAQ, passages=(leaning, *GARDEN[1:]))
    sure = (Match(entry_id="slugs", confidence=0.95),)
    terms = Terms(answer_at=0.68, faq=faq)
    decision = decide(Question(text="slugs?"), sure, terms)
    assert isinstance(decision, AskAuthor)
    assert decision.matches == sure
    assert "only makes sense in context" in decision.reason
    assert isinstance(decide(Question(text="slugs?"), sure, replace(terms, faq=FAQ)), Answer)
    in_part = (replace(sure[0], excerpt="Beer traps work."),)
    assert isinstance(decide(Question(text="slugs?"), in_part, terms), Answer)


@pytest.mark.parametrize("with_vectors", [True, False])
def test_the_weights_were_learned_from_the_pairs_as_they_stand(with_vectors: bool) -> None:
    assert learned(with_vectors).learned_from == hashlib.sha256(PAIRS.read_bytes()).hexdigest()
    assert shipped_vectors() is not None or not with_vectors
