"""Which matches answer, which go to the author, and why."""

from __future__ import annotations

from inbox_bot.faq.decide import Terms, decide
from inbox_bot.model import Answer, Article, AskAuthor, Before, Entry, Faq, Match, Question

QUESTION = Question(text="Does it hurt?")


def entry(entry_id: str, question: str, article: str = "massage", usable: bool = True) -> Entry:
    return Entry(
        id=entry_id,
        article=article,
        question=question,
        also_asked=(),
        answer="Yes.",
        usable=usable,
    )


FAQ = Faq(
    articles=(Article(slug="massage", title="Massage"), Article(slug="yoga", title="Yoga")),
    entries=(
        entry("hurt", "Does it hurt?"),
        entry("price", "What does it cost?"),
        entry("time", "How long does it take?"),
        entry("place", "Where do I find one?"),
        entry("yoga-hurt", "does it HURT", article="yoga"),
        entry("drawn", "Is it safe?", usable=False),
    ),
)
TERMS = Terms(answer_at=0.8, faq=FAQ)


def matches(**confidences: float) -> tuple[Match, ...]:
    return tuple(Match(entry_id=k.replace("_", "-"), confidence=c) for k, c in confidences.items())


def ids(found: tuple[Match, ...]) -> list[str]:
    return [match.entry_id for match in found]


def test_a_sure_match_is_the_answer() -> None:
    decision = decide(QUESTION, matches(hurt=0.93, price=0.1), TERMS)
    assert isinstance(decision, Answer)
    assert ids(decision.matches) == ["hurt"]
    assert decision.reason == "asks 'Does it hurt?' (93% sure; 80% is needed)"


def test_exactly_the_threshold_is_enough() -> None:
    assert isinstance(decide(QUESTION, matches(hurt=0.8), TERMS), Answer)
    assert isinstance(decide(QUESTION, matches(hurt=0.79), TERMS), AskAuthor)


def test_an_unsure_match_is_suggested_to_the_author_with_three_candidates_at_most() -> None:
    found = matches(hurt=0.6, price=0.3, time=0.2, place=0.15)
    decision = decide(QUESTION, found, TERMS)
    assert isinstance(decision, AskAuthor)
    assert ids(decision.matches) == ["hurt", "price", "time"]
    assert "60%" in decision.reason
    assert "80%" in decision.reason
    assert not decision.personal


def test_no_idea_shows_no_candidates() -> None:
    for found in ((), matches(hurt=0.05, price=0.04)):
        decision = decide(QUESTION, found, TERMS)
        assert isinstance(decision, AskAuthor)
        assert decision.matches == ()
        assert decision.reason == "nothing in your FAQ answers this"


def test_two_close_entries_are_a_question_to_the_author() -> None:
    decision = decide(QUESTION, matches(hurt=0.9, price=0.85), TERMS)
    assert isinstance(decision, AskAuthor)
    assert ids(decision.matches) == ["hurt", "price"]
    assert "either 'Does it hurt?' or 'What does it cost?'" in decision.reason


def test_of_two_likely_entries_the_one_with_clearly_better_odds_is_the_answer() -> None:
    decision = decide(QUESTION, matches(hurt=0.98, price=0.9), TERMS)
    assert isinstance(decision, Answer)
    assert ids(decision.matches) == ["hurt"]


def test_what_may_be_no_question_is_left_to_the_author() -> None:
    decision = decide(Question(text="How are you?", doubtful=True), matches(hurt=0.99), TERMS)
    assert isinstance(decision, AskAuthor)
    assert decision.reason == "it may not be a question at all"
    assert ids(decision.matches) == ["hurt"]


def test_a_question_in_a_letter_needs_more_than_one_typed_alone() -> None:
    found, terms = matches(hurt=0.5), Terms(answer_at=0.4, faq=FAQ)
    assert isinstance(decide(QUESTION, found, terms), Answer)
    in_letter = Question(text="Does it hurt?", readings=("Massage. Does it hurt?",))
    assert isinstance(decide(in_letter, found, terms), AskAuthor)


def test_the_same_question_in_two_articles_is_ambiguous_even_when_one_leads() -> None:
    decision = decide(QUESTION, matches(hurt=0.9, yoga_hurt=0.75), TERMS)
    assert isinstance(decision, AskAuthor)
    assert "two articles" in decision.reason


def test_the_same_question_in_two_articles_is_clear_when_the_letter_named_one() -> None:
    decision = decide(QUESTION, matches(hurt=0.95, yoga_hurt=0.05), TERMS)
    assert isinstance(decision, Answer)
    assert ids(decision.matches) == ["hurt"]


def test_no_reader_gets_the_same_entry_twice() -> None:
    terms = Terms(answer_at=0.8, faq=FAQ, before=Before(sent=frozenset({"hurt"})))
    decision = decide(QUESTION, matches(hurt=0.99, price=0.9), terms)
    assert isinstance(decision, AskAuthor)
    assert ids(decision.matches) == ["price"]
    assert "already sent the answer to 'Does it hurt?'" in decision.reason


def test_no_reader_is_about_to_get_the_same_entry_twice() -> None:
    terms = Terms(answer_at=0.8, faq=FAQ, before=Before(waiting=frozenset({"hurt"})))
    decision = decide(QUESTION, matches(hurt=0.99, price=0.9), terms)
    assert isinstance(decision, AskAuthor)
    assert ids(decision.matches) == ["price"]
    assert "'Does it hurt?' is already in another draft for this reader" in decision.reason


def test_an_entry_that_waits_for_its_yes_is_not_used() -> None:
    decision = decide(QUESTION, matches(drawn=0.99, price=0.2), TERMS)
    assert isinstance(decision, AskAuthor)
    assert ids(decision.matches) == ["price"]
    assert "you need to review it first" in decision.reason


def test_what_needs_a_person_goes_to_the_author_with_candidates_for_her() -> None:
    terms = Terms(answer_at=0.8, faq=FAQ, personal="made worse by the advice")
    decision = decide(QUESTION, matches(hurt=0.99, price=0.2), terms)
    assert isinstance(decision, AskAuthor)
    assert decision.personal
    assert ids(decision.matches) == ["hurt", "price"]
    assert decision.reason == "made worse by the advice"
