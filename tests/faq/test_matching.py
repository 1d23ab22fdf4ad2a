"""The matcher finds the right entry, knows its confidence, and stays silent if none answers."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from inbox_bot.faq.matching import Matcher
from inbox_bot.model import Article, Entry, Faq, Match

GARDEN = {
    "roses": (
        "When do I prune roses?",
        "best month for cutting back rose bushes",
        "how to cut roses",
        "pruning my roses",
    ),
    "compost": (
        "How do I start a compost heap?",
        "what goes into compost",
        "making compost from kitchen scraps",
        "can egg shells be composted",
    ),
    "slugs": (
        "How do I keep slugs away?",
        "slugs eat my lettuce",
        "getting rid of snails and slugs",
        "what stops slugs",
    ),
    "watering": (
        "How often should I water tomatoes?",
        "watering tomato plants in summer",
        "do tomatoes need water every day",
        "how much water does a tomato want",
    ),
    "lawn": (
        "How do I get rid of moss in the lawn?",
        "my lawn is full of moss",
        "moss between the grass",
        "what kills moss",
    ),
}


@pytest.fixture(scope="module")
def garden() -> Matcher:
    return Matcher.from_phrasings(GARDEN)


def best(matcher: Matcher, text: str) -> Match:
    return matcher.rank(text)[0]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("which time of the year is good to cut my rose bushes?", "roses"),
        ("I would like to make a compost pile, how?", "compost"),
        ("snails are eating all my salad!!", "slugs"),
        ("how many times a week do my tomatos want watering", "watering"),
        ("there is so much moss in the grass", "lawn"),
    ],
)
def test_a_question_in_other_words_finds_its_entry(garden: Matcher, text: str, entry: str) -> None:
    assert best(garden, text).entry_id == entry


def test_a_phrasing_of_the_faq_is_answered(garden: Matcher) -> None:
    for entry, phrasings in GARDEN.items():
        for phrasing in phrasings:
            match = best(garden, phrasing)
            assert match.entry_id == entry
            assert match.confidence >= garden.answer_at


@pytest.mark.parametrize(
    "text",
    ["What is the capital of France?", "my bicycle has a flat tyre", "thank you so much", "yes"],
)
def test_a_question_that_no_entry_answers_stays_below_the_threshold(
    garden: Matcher, text: str
) -> None:
    assert best(garden, text).confidence < garden.answer_at


@pytest.mark.parametrize(
    "text", ["slgus eat evrything", "How do I start a compsot heap", "prunning roses"]
)
def test_slips_of_the_finger_are_understood(garden: Matcher, text: str) -> None:
    assert best(garden, text).confidence >= garden.answer_at


def test_a_correct_rare_word_is_not_corrected(garden: Matcher) -> None:
    """Each is a typo or two away from a word of the FAQ, and means something else."""
    for text in ("noses", "slots", "losses", "washing"):
        assert f"'{text}'" not in best(garden, text).why
        assert best(garden, text).confidence < garden.answer_at


def test_synonyms_are_understood() -> None:
    matcher = Matcher.from_phrasings(
        {"cost": ["What does the course cost?"], "place": ["Where is the course held?"]}
    )
    assert best(matcher, "price?").entry_id == "cost"
    assert best(matcher, "the location please").entry_id == "place"


def test_a_match_says_what_it_rests_on(garden: Matcher) -> None:
    why = best(garden, "when should I prune the roses in my yard?").why
    assert "prune" in why
    assert "closest: 'When do I prune roses?'" in why


def test_the_order_of_the_entries_does_not_matter(garden: Matcher) -> None:
    shuffled = [(key, random.Random(7).sample(ways, len(ways))) for key, ways in GARDEN.items()]
    random.Random(8).shuffle(shuffled)
    other = Matcher.from_phrasings(dict(shuffled))
    for text in ("cut roses", "moss", "what about water?", "hello"):
        assert other.rank(text) == garden.rank(text)
    assert other.answer_at == garden.answer_at


def test_case_and_punctuation_do_not_matter(garden: Matcher) -> None:
    plain = garden.rank("how do i keep slugs away")
    for text in (
        "How do I keep slugs away?",
        "HOW DO I KEEP SLUGS AWAY!!!",
        "how, do i: keep slugs... away",
    ):
        (found, *_) = garden.rank(text)
        assert found.entry_id == plain[0].entry_id
        assert found.confidence == pytest.approx(plain[0].confidence, abs=0.01)


def test_an_unrelated_entry_more_does_not_flip_a_confident_match(garden: Matcher) -> None:
    more = {**GARDEN, "visa": ("Do I need a visa for Japan?", "visa for a trip to Tokyo")}
    other = Matcher.from_phrasings(more)
    for phrasing in ("when to prune my roses", "how to start compost", "slugs on my lettuce"):
        assert best(garden, phrasing).confidence >= garden.answer_at
        assert best(other, phrasing).entry_id == best(garden, phrasing).entry_id
        assert best(other, phrasing).confidence >= other.answer_at


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "?!…",
        "a" * 1_000_000,
        "moss " * 200_000,
        "🌹🌹🌹 👩‍🌾",
        "كيف أقلم الورود؟ \u202eroses\u202c",
        "\x00\x01\x1b[31m\x7f\ufeff\u2028",
        "\ud800 lone surrogate",
        "नमस्ते गुलाब",
        "玫瑰什么时候修剪",
    ],
)
def test_no_input_raises_and_each_gets_a_match(garden: Matcher, text: str) -> None:
    matches = garden.rank(text)
    assert matches
    assert all(0 <= match.confidence <= 1 for match in matches)


def test_an_empty_faq_has_no_matches() -> None:
    assert Matcher.from_phrasings({}).rank("anything") == ()


def test_a_tiny_faq_works() -> None:
    matcher = Matcher.from_phrasings({"only": ["Do you ship abroad?"]})
    assert best(matcher, "do you ship abroad").entry_id == "only"
    assert best(matcher, "what is the weather like").confidence < matcher.answer_at


def test_a_question_is_found_among_other_sentences(garden: Matcher) -> None:
    letter = (
        "I have read your page for years. We moved to the coast last spring, with two dogs. "
        "How do I stop slugs? Anyway, my husband says hello."
    )
    match = best(garden, letter)
    assert match.entry_id == "slugs"
    assert match.confidence >= garden.answer_at


def test_many_at_once_are_ranked_as_one_by_one(garden: Matcher) -> None:
    texts = ["cut roses", "", "moss in the lawn", "hello"]
    for many, text in zip(garden.rank_many(texts), texts, strict=True):
        one = garden.rank(text)
        assert [match.entry_id for match in many] == [match.entry_id for match in one]
        assert many[0].confidence == pytest.approx(one[0].confidence, abs=1e-6)


def faq(*articles: str) -> Faq:
    return Faq(
        articles=tuple(Article(slug=slug, title=slug) for slug in articles),
        entries=tuple(
            Entry(
                id=f"{slug}-{key}",
                article=slug,
                question=ways[0],
                also_asked=ways[1:],
                answer="It depends.",
            )
            for slug in articles
            for key, ways in GARDEN.items()
        ),
    )


def test_the_article_that_the_letter_names_wins_over_its_twin() -> None:
    matcher = Matcher.from_entries(faq("spring", "autumn"))
    first, second = matcher.rank("When do I prune roses?")[:2]
    assert first.confidence == pytest.approx(second.confidence, abs=0.05)
    named = matcher.rank("When do I prune roses?", frozenset({"autumn"}))
    assert named[0].entry_id == "autumn-roses"
    assert named[0].confidence >= matcher.answer_at
    assert all(match.confidence < 0.3 * named[0].confidence for match in named[1:])


def test_a_question_that_the_author_lists_as_unanswered_is_left_to_her() -> None:
    asked = "how much does a rose bush cost?"
    unanswered = ("what does a rose cost", "price of a rose bush", "how much is a tomato plant")
    before = best(Matcher.from_phrasings(GARDEN), asked).confidence
    matcher = Matcher.from_phrasings(GARDEN, unanswered)
    after = best(matcher, asked).confidence
    assert after < matcher.answer_at
    assert after < 0.7 * before
    assert best(matcher, "how to cut my roses").confidence >= matcher.answer_at


def test_an_entry_that_waits_for_the_author_is_no_candidate() -> None:
    whole = faq("spring")
    waiting = replace(whole.entries[0], usable=False)
    matcher = Matcher.from_entries(replace(whole, entries=(waiting, *whole.entries[1:])))
    for text in (waiting.question, "hello"):
        assert waiting.id not in {match.entry_id for match in matcher.rank(text)}
