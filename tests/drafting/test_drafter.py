"""Drafts: their contents, words that they never contain, and errors in templates."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from inbox_bot.drafting import Drafter, Occasion, first_name, topic_of, with_line
from inbox_bot.drafting.joining import joined
from inbox_bot.drafting.names import name_of, signed_name
from inbox_bot.drafting.topics import OTHER, OTHERS, TOPICS, listed, rest_of
from inbox_bot.errors import SettingsError
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Author,
    Decision,
    DraftKind,
    Entry,
    Faq,
    Match,
    Question,
    Urgent,
)

TEMPLATES = Path(__file__).parents[2] / "templates/replies"
DRAFTER = Drafter.load(TEMPLATES)
TODAY = date(2026, 3, 3)  # a Tuesday


def entry(name: str, answer: str, topic: str = "", *, doctor: bool = False) -> Entry:
    return Entry(
        id=name,
        article="a",
        question=name,
        also_asked=(),
        answer=answer,
        topic=topic,
        doctor=doctor,
    )


FAQ = Faq(
    articles=(),
    entries=(
        entry("chair", "They're expensive.", "massage chairs"),
        entry("knife", "I'd avoid it.", "surgery", doctor=True),
        entry("study", "WebMD has it.", "the numbers"),
        entry("doctor", "I'd ask your doctor.", "doctors"),
        entry("pool", "Swimming on an inversion table is a bad idea.", "swimming"),
    ),
)
NOW = Occasion(
    reader=Address(email="ann@example.org", name="Ann Miller"),
    subject="Chairs",
    author=Author(name="Steve", signature="Steve"),
    faq=FAQ,
    today=TODAY,
)


def answer(entry_id: str) -> Answer:
    return Answer(
        question=Question(text=entry_id),
        matches=(Match(entry_id=entry_id, confidence=1),),
        reason="",
    )


def ask(text: str, *, personal: bool = False) -> AskAuthor:
    return AskAuthor(question=Question(text=text), matches=(), reason="", personal=personal)


SURGERY = Question(text="surgery")
DOUBTFUL = Question(text="How do you manage all that", doubtful=True)
URGENT = Urgent(question=Question(text="I can't feel my legs"), matches=(), reason="")


# --- which kind of draft ---------------------------------------------------------------------


def test_all_answered_is_an_answer() -> None:
    draft = DRAFTER.compose([answer("chair"), answer("knife")], NOW)
    assert (draft.kind, draft.entries) == (DraftKind.ANSWER, ("chair", "knife"))


def test_an_entry_that_answers_two_questions_stands_once() -> None:
    draft = DRAFTER.compose([answer("chair"), answer("chair")], NOW)
    assert draft.text.count("expensive") == 1


def test_some_answered_names_the_topic_of_the_rest_and_no_day() -> None:
    decisions: list[Decision] = [answer("chair"), ask("And what about surgery?")]
    draft = DRAFTER.compose(decisions, replace(NOW, day=date(2026, 3, 5)))
    assert draft.kind is DraftKind.PARTIAL
    assert "As for surgery, let me look into that. I'll write again as soon as" in draft.text
    assert "Thursday" not in draft.text


def test_none_answered_is_a_greeting_a_gap_and_a_sign_off() -> None:
    draft = DRAFTER.compose([ask("What is the price?")], NOW)
    assert draft.kind is DraftKind.BLANK
    greeting, sign_off = draft.text.split("\n\n\n\n")
    assert greeting in {"Hi Ann,", "Hello Ann,"}
    assert sign_off.endswith(",\nSteve\n")


def test_no_decision_at_all_is_a_blank_draft() -> None:
    assert DRAFTER.compose([], NOW).kind is DraftKind.BLANK


def test_words_of_danger_push_every_canned_answer_out() -> None:
    draft = DRAFTER.compose([answer("chair"), URGENT, ask("And the price?")], NOW)
    assert (draft.kind, draft.entries) == (DraftKind.URGENT, ())
    assert "expensive" not in draft.text
    assert "call yours now" in draft.text


@pytest.mark.parametrize(
    ("language", "greeting", "rest", "day"),
    [
        ("de", ("Hallo Ann,",), "Zu der anderen Frage muss", "bis Donnerstag"),
        ("fr", ("Bonjour Ann,",), "Pour l'autre question, je", "d'ici jeudi"),
        ("es", ("Hola, Ann:",), "En cuanto a la otra pregunta, tengo", "antes del jueves"),
    ],
)
def test_a_reply_speaks_the_letters_language(
    language: str, greeting: tuple[str, ...], rest: str, day: str
) -> None:
    spoken = replace(NOW, language=language, day=date(2026, 3, 5))
    text = DRAFTER.compose([answer("chair"), ask("was kostet das?")], spoken).text
    assert text.startswith(greeting)
    assert rest in text
    assert day not in text
    assert day in DRAFTER.holding([], spoken).text
    assert "They're expensive." in text
    for kind in ("answer", "blank", "correction", "holding", "partial"):
        assert "Thanks" not in DRAFTER.sample(f"{kind}.{language}.j2")


PASSAGE = replace(entry("p", "Look for experience. Ask around."), is_passage=True)


LONG = replace(PASSAGE, id="long", answer="I moved. Look for experience.\n\nAsk around. Pay less.")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["Ask around."], "Ask around."),
        (["Ask around.", "Look for experience."], "Look for experience.\n\nAsk around."),
        (["Ask around.", ""], LONG.answer),
        (["It has changed since."], LONG.answer),
    ],
)
def test_a_passage_answers_with_the_parts_that_were_asked_for(parts: list[str], told: str) -> None:
    decisions = [
        replace(answer("long"), matches=(Match(entry_id="long", confidence=1, excerpt=part),))
        for part in parts
    ]
    occasion = replace(NOW, faq=replace(FAQ, passages=(LONG,)))
    draft = DRAFTER.compose(decisions, occasion)
    assert told in draft.text
    assert [word in draft.text for word in ("moved", "less")] == [told == LONG.answer] * 2


@pytest.mark.parametrize(
    ("topic", "language", "said"),
    [
        ("finding a therapist", "en", "About finding a therapist: look for experience."),
        ("", "en", "Look for experience."),
        ("Kosten", "de", "Zum Thema Kosten: Look for experience."),
        ("les coûts", "fr", "Look for experience."),
    ],
)
def test_the_second_of_two_passages_says_first_what_it_is_about(
    topic: str, language: str, said: str
) -> None:
    passage = replace(PASSAGE, topic=topic)
    alone, second = joined([passage, passage], language)
    assert alone == "Look for experience. Ask around."
    assert second == f"{said} Ask around."


@pytest.mark.parametrize(
    ("name", "ending", "greeted"),
    [
        ("Ruth Ellen Baker", "Thanks,\nRuth Ellen", "Ruth Ellen"),
        ("Ruth Ellen Baker", "Thanks,\nRuth", "Ruth"),
        ("Ruth Ellen Baker", "Thanks,\nRuth Ellen Baker", "Ruth"),
        ("Ruth Baker", "Thanks,\nRuth Baker", "Ruth"),
        ("María José Ruiz", "Best,\nMaría José.", "María José"),
    ],
)
def test_who_signs_with_two_first_names_is_greeted_with_both(
    name: str, ending: str, greeted: str
) -> None:
    reader = Address(email="r@example.org", name=name)
    assert name_of(reader, f"Does it hurt?\n\n{ending}", "Steve") == greeted


def test_beside_a_question_for_a_person_nothing_is_filled_in() -> None:
    draft = DRAFTER.compose([answer("chair"), ask("My husband died.", personal=True)], NOW)
    assert (draft.kind, draft.entries) == (DraftKind.BLANK, ())


def test_what_the_author_chose_stands_in_a_letter_that_needs_a_person() -> None:
    chosen = replace(answer("chair"), chosen=True)
    draft = DRAFTER.compose([chosen, answer("knife"), ask("My husband died.", personal=True)], NOW)
    assert draft.entries == ("chair",)


def test_an_entry_that_may_not_be_used_answers_nothing() -> None:
    old = replace(FAQ, entries=tuple(replace(one, usable=False) for one in FAQ.entries))
    assert DRAFTER.compose([answer("chair")], replace(NOW, faq=old)).kind is DraftKind.BLANK


def test_an_entry_that_is_gone_answers_nothing() -> None:
    draft = DRAFTER.compose([answer("gone"), answer("chair")], NOW)
    assert (draft.kind, draft.entries) == (DraftKind.PARTIAL, ("chair",))


# --- how answers are joined ------------------------------------------------------------------


def test_the_second_answer_is_led_by_its_topic_in_small_letters() -> None:
    text = DRAFTER.compose([answer("knife"), answer("chair")], NOW).text
    assert "As for massage chairs, they're expensive." in text


def test_a_name_keeps_its_capital() -> None:
    text = DRAFTER.compose([answer("knife"), answer("study")], NOW).text
    assert "You also asked about the numbers. WebMD has it." in text


def test_an_answer_that_names_its_topic_needs_no_lead() -> None:
    text = DRAFTER.compose([answer("knife"), answer("pool")], NOW).text
    assert "\n\nSwimming on an inversion table" in text


def test_the_doctor_is_not_named_again_by_the_letter_when_an_answer_does() -> None:
    assert "doctor" in DRAFTER.compose([answer("knife")], NOW).text
    assert DRAFTER.compose([answer("knife"), answer("doctor")], NOW).text.count("doctor") == 1


# --- days ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "locale", "said"),
    [
        (0, "en_US", "I'll write again later today."),
        (1, "en_US", "I'll write again by tomorrow."),
        (6, "en_US", "I'll write again by Monday."),
        (7, "en_GB", "I'll write again by Tuesday, 10 March."),
        (7, "en_US", "I'll write again by Tuesday, March 10."),
        (-1, "en_US", "I'll write again as soon as I know more."),
    ],
)
def test_a_day_is_named_so_that_it_can_only_mean_one(ahead: int, locale: str, said: str) -> None:
    author = replace(NOW.author, locale=locale)
    now = replace(NOW, author=author, day=TODAY + timedelta(days=ahead))
    assert said in DRAFTER.holding([SURGERY], now).text


def test_a_holding_reply_can_name_no_day() -> None:
    text = DRAFTER.holding([SURGERY], NOW).text
    assert "surgery" in text
    assert "I'll write again as soon as I know more." in text


def test_a_second_holding_reply_owns_up_to_the_first() -> None:
    now = replace(NOW, told=TODAY + timedelta(days=1), day=TODAY + timedelta(days=6))
    text = DRAFTER.holding([SURGERY], now).text
    assert " about surgery by tomorrow, and" in text
    assert "again by Monday." in text


def test_a_late_letter_says_sorry() -> None:
    assert "orry" in DRAFTER.compose([answer("chair")], replace(NOW, late=True)).text
    assert "orry" not in DRAFTER.compose([answer("chair")], NOW).text


# --- the author's own words ------------------------------------------------------------------


def test_a_line_from_the_author_comes_first_after_the_greeting() -> None:
    text = with_line("Hi Ann,\n\nThanks.\n\nBest,\nSteve\n", "How was  Lisbon?")
    assert text == "Hi Ann,\n\nHow was Lisbon?\n\nThanks.\n\nBest,\nSteve\n"


def test_a_line_fills_the_gap_of_a_blank_draft() -> None:
    blank = DRAFTER.compose([], NOW).text
    assert with_line(blank, "See you\n\x00soon").split("\n\n")[1:2] == ["See you soon."]


def test_without_a_greeting_the_line_is_the_first_of_all() -> None:
    assert with_line("Yes.\n", "Hi!") == "Hi!\n\nYes.\n"


def test_an_empty_line_changes_nothing() -> None:
    assert with_line("Hi Ann,\n\nYes.\n", " \n") == "Hi Ann,\n\nYes.\n"


def test_a_correction_stands_between_greeting_and_sign_off() -> None:
    draft = DRAFTER.correction("It's 400 people.", NOW)
    assert "\n\nIt's 400 people.\n\n" in draft.text
    assert draft.subject == "Re: Chairs"


def test_a_signature_with_its_own_closing_gets_no_second_one() -> None:
    author = replace(NOW.author, signature="Warmly,\nSteve")
    text = DRAFTER.compose([answer("chair")], replace(NOW, author=author)).text
    assert text.endswith("\n\nWarmly,\nSteve\n")


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "greeted"),
    [
        ("Ann", "Ann"),
        ("Ann Miller", "Ann"),
        ("ann miller", "Ann"),
        ("JANE DOE", "Jane"),
        ("Miller, Ann", "Ann"),
        ("MILLER, ANN", "Ann"),
        ("Okafor, Peter", "Peter"),
        ("van der Berg, Anna Maria", "Anna"),
        ("Miller, Ann, MD", "Ann"),
        ("Smith, MD", ""),
        ("Smith, M.D.", ""),
        ("Dr. Jones, PhD", ""),
        ("Jones, Director", ""),
        ("ACME, Inc.", ""),
        ("Ann Miller, London", ""),
        ("Law Offices of Smith, Jones", ""),
        ("Ann Miller, MD", "Ann"),
        ("Ann Miller, PhD, RN", "Ann"),
        ('"Ann Miller"', "Ann"),
        ("Ann Miller (she/her)", "Ann"),
        ("Dr. Ann Miller", "Ann"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("JEAN-LUC PICARD", "Jean-Luc"),
        ("Siobhán O'Neill", "Siobhán"),
        ("Øyvind Ås", "Øyvind"),
        ("Søren Kierkegaard", "Søren"),
        ("DeShawn Carter", "DeShawn"),
        ("AJ Smith", "AJ"),
        ("AL SMITH", "Al"),
        ("✨ Ann ✨ Miller", "Ann"),
        ("DUPONT Marie", ""),
        ("Иван Петров", "Иван"),
        ("Γιώργος Παπάς", "Γιώργος"),
        ("", ""),
        ("info", ""),
        ("ACME Support", ""),
        ("ann@example.org", ""),
        ("ann.miller", ""),
        ("Mr. Smith", ""),
        ("Mrs Jones", ""),
        ("Dr. Smith", ""),
        ("J. Smith", ""),
        ("J.R. Smith", ""),
        ("The Millers", ""),
        ("Ann & Bob Miller", ""),
        ("Ann via Forum", ""),
        ("Miller Chiropractic LLC", ""),
        ("Acme, Inc.", ""),
        ("sunnybiker", ""),
        ("user1234", ""),
        ("王小明", ""),
        ("Xkcd Qwrt", ""),
        ("{{7*7}}", ""),
        ("<b>Ann</b>", ""),
        ("Аnn Miller", ""),  # a Cyrillic capital before Latin letters
        ("de la Cruz", ""),
        ("http://spam.example", ""),
        ("A" * 40 + "a", ""),
    ],
)
def test_only_a_name_is_greeted(shown: str, greeted: str) -> None:
    assert first_name(Address(email="sunnybiker@example.org", name=shown)) == greeted


@given(st.text(max_size=60))
def test_a_greeting_is_letters_and_nothing_else(name: str) -> None:
    greeted = first_name(Address(email="a@example.org", name=name))
    assert all(char.isalpha() or char in "-'’" for char in greeted)


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        ("Best regards,\nAnn", "Ann"),
        ("Best regards,\nAnn Miller\n", "Ann"),
        ("Kind regards, Ann", "Ann"),
        ("Thanks!\n\n- Ann", "Ann"),
        ("Many thanks and best wishes,\n\nSiobhán O'Neill", "Siobhán"),
        ("Thanks,\nANN", "Ann"),
        ("Cheers\nAnn\nSent from my phone", "Ann"),
        ("Thanks!\nTake care,\nAnn", "Ann"),
        ("Thanks in advance.\n\nBest,\nAnn", "Ann"),
        ("Thanks,\nJean-Luc P.", "Jean-Luc"),
        ("Thanks!", ""),
        ("Thanks\nSent from my iPhone", ""),
        ("Thanks.\nPlease help", ""),
        ("Thanks,\nLooking forward", ""),
        ("Thanks!\nTake care", ""),
        ("Thanks\nAny advice?", ""),
        ("Best regards,\nDr. Miller", ""),
        ("Best regards,\nThe Millers", ""),
        ("Best regards,\nA. Miller", ""),
        ("Best regards,\nDUPONT Marie", ""),
        ("Best regards,\nAcme Support", ""),
        ("Best regards,\nhttp://evil.example", ""),
        ("Best regards,\n{{ 7 * 7 }}", ""),
        ("Ann", ""),
        ("", ""),
    ],
)
def test_a_name_is_read_below_a_closing_or_not_at_all(ending: str, name: str) -> None:
    assert signed_name(f"Hi Steve,\n\ndoes massage help?\n\n{ending}") == name


def test_a_reader_is_greeted_by_the_name_that_she_signed_with() -> None:
    address = Address(email="a@example.org", name="Robert Miller")
    assert name_of(address, "Does it help?\n\nBest,\nBob", "Steve Smith") == "Bob"
    assert name_of(address, "Does it help?", "Steve Smith") == "Robert"


@pytest.mark.parametrize("ending", ["Thanks, Steve!", "Thank you Steve\nBob", "Cheers Steve."])
def test_no_reader_is_greeted_by_the_authors_name(ending: str) -> None:
    address = Address(email="a@example.org", name="Robert Miller")
    assert name_of(address, f"Does it help?\n\n{ending}", "Steve Smith") != "Steve"


@given(st.text(max_size=60))
def test_a_signed_name_is_letters_and_nothing_else(name: str) -> None:
    signed = signed_name(f"Why?\n\nBest,\n{name}")
    assert all(char.isalpha() or char in "-'’" for char in signed)


# --- topics ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How much does a session cost?", "the price"),
        ("Is this covered by my insurance?", "insurance"),
        ("how many sessions will I need", "the number of sessions"),
        ("Is it OK when I'm pregnant?", "pregnancy"),
        ("What about swimming?", "swimming"),
        ("Any advice on an inversion table?", "an inversion table"),
        ("What about sending 500 dollars?", ""),
        ("What about it?", ""),
        ("Will you marry me?", ""),
        ("", ""),
    ],
)
def test_a_topic_is_a_phrase_that_is_known_or_nothing(question: str, topic: str) -> None:
    assert topic_of(question, FAQ) == topic


FRAGMENTS = [
    "And can I use tap water",
    "Steve, how big should the pot be",
    "Hello Steve, is it covered?",
    "How often should I go?",
    "How much does it cost?",
    "<b>Well</b> {{ 7 * 7 }}?",
    "What about me?",
]


@pytest.mark.parametrize("language", list(OTHER))
@pytest.mark.parametrize("asked", FRAGMENTS)
def test_no_reply_quotes_a_question(asked: str, language: str) -> None:
    spoken = replace(NOW, language=language)
    held = DRAFTER.holding([Question(text=asked)], spoken).text
    partly = DRAFTER.compose([answer("chair"), ask(asked)], spoken).text
    assert OTHER[language] in partly
    assert asked.rstrip("?") not in held + partly
    assert not set("“„«") & set(held + partly)
    assert "about" not in held.lower()


def test_a_holding_reply_without_a_topic_says_so_in_a_line() -> None:
    found = {
        DRAFTER.holding([Question(text="And me?")], replace(NOW, earlier=count)).text
        for count in range(8)
    }
    said = ("Good question. Let me look into it.", "I'd like to look into that before I answer.")
    assert all(any(one in text for text in found) for one in said)
    assert all(any(one in text for one in said) for text in found)


def test_topics_are_named_where_the_faq_has_a_noun_for_each() -> None:
    chairs, surgery, pool = "What about massage chairs?", "What about surgery?", "swimming"
    assert listed([chairs], FAQ) == "massage chairs"
    assert listed([chairs, surgery, chairs], FAQ) == "massage chairs and surgery"
    assert listed([chairs, surgery, pool], FAQ) == "massage chairs, surgery, and swimming"
    assert listed([chairs, surgery, pool, "doctors"], FAQ) == ""
    assert listed([chairs, "Is it covered by insurance?"], FAQ) == ""
    assert listed([], FAQ) == ""
    clauses = Faq(articles=(), entries=(entry("a", "Yes.", "what it is"), entry("b", "I.", "me")))
    assert [listed([one], clauses) for one in ("what it is", "me")] == ["", ""]


def test_a_holding_reply_names_the_topics() -> None:
    asked = [Question(text=one) for one in ("massage chairs", "What about surgery?")]
    assert "About massage chairs and surgery: I" in DRAFTER.holding(asked, NOW).text


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [
        (["Is it covered?"], "en", OTHER["en"]),
        (["Is it covered?", "Why me?"], "en", OTHERS["en"]),
        (["massage chairs", "Why me?"], "en", OTHERS["en"]),
        (["massage chairs"], "en", "massage chairs"),
        (["massage chairs"], "de", OTHER["de"]),
        (["Why me?", "Why now?"], "fr", OTHERS["fr"]),
        ([], "es", OTHER["es"]),
    ],
)
def test_what_a_partial_answer_leaves_open(asked: Sequence[str], language: str, said: str) -> None:
    assert rest_of(asked, FAQ, language) == said


PLEASANTRIES = [
    "How are you?",
    "How are you and your family?",
    "How's the weather over there?",
    "Did you have a good Thanksgiving?",
    "Do you have a minute?",
    "Can I ask you something?",
    "Mind if I ask a quick question?",
    "And you?",
    "Wie geht es dir heute?",
]


@pytest.mark.parametrize("said", PLEASANTRIES)
def test_a_pleasantry_is_never_a_question_left_open(said: str) -> None:
    draft = DRAFTER.compose([ask(said), answer("chair")], NOW)
    assert draft.kind is DraftKind.ANSWER
    assert said.rstrip("?") not in draft.text
    held = DRAFTER.holding([Question(text=said), SURGERY], NOW).text
    assert "About surgery:" in held
    assert said.rstrip("?") not in held


def test_what_may_be_no_question_is_not_quoted_either() -> None:
    doubtful = replace(ask("How do you manage all that?"), question=DOUBTFUL)
    assert DRAFTER.compose([doubtful, answer("chair")], NOW).kind is DraftKind.ANSWER
    assert DOUBTFUL.text not in DRAFTER.holding([DOUBTFUL], NOW).text


def test_a_question_that_only_begins_as_a_pleasantry_is_left_open() -> None:
    for asked in ("How are you treating your own sciatica?", "How was your recovery from surgery?"):
        draft = DRAFTER.compose([answer("chair"), ask(asked)], NOW)
        assert draft.kind is DraftKind.PARTIAL
        assert "As for the other thing you asked, let me" in draft.text


@given(st.text(max_size=200))
@example("what about <a href=http://x>free money</a>?")
@example("thoughts on {{7*7}}?")
@example("what about\r\n.\r\nMAIL FROM:<x>")
@example("send me money now please")
@example("the price http://evil.example")
def test_a_letter_puts_no_words_into_the_authors_mouth(question: str) -> None:
    named = listed([question], FAQ)
    held = DRAFTER.holding([Question(text=question)], NOW).text
    assert named in {"", *(one.topic for one in FAQ.entries)}
    assert not named or f"About {named}:" in held
    if (topic := topic_of(question, FAQ)) and topic not in {name for _, name in TOPICS}:
        faq_words = " ".join(f"{one.question} {one.answer} {one.topic}" for one in FAQ.entries)
        known = {"", "the", "of", *re.findall("[a-z]+", faq_words.lower())}
        assert set(topic.split()) <= known


# --- values are data -------------------------------------------------------------------------

PAYLOADS = (
    "{{7*7}}",
    "{% for i in range(99) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "{#",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{ config }}",
    "{{ self._TemplateReference__context }}",
    "{% raw %}",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_template_in_a_value_comes_out_as_text(payload: str) -> None:
    hostile = Faq(articles=(), entries=(entry("x", f"Well `{payload}` it is.", payload),))
    now = replace(
        NOW,
        faq=hostile,
        subject=payload,
        reader=Address(email=f"{payload}@example.org", name=payload),
        author=Author(name=payload, signature=payload),
    )
    draft = DRAFTER.compose([answer("x"), ask(payload)], now)
    assert payload in draft.text
    assert payload in draft.subject
    assert "49" not in draft.text + draft.subject
    assert payload in DRAFTER.correction(payload, now).text
    assert payload in with_line(draft.text, payload)


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_a_draft_can_be_made_of_anything(name: str, subject: str, signature: str) -> None:
    now = replace(
        NOW,
        reader=Address(email="x@example.org", name=name),
        subject=subject,
        author=Author(name=name, signature=signature),
    )
    draft = DRAFTER.compose([answer("chair")], now)
    assert draft.subject.isprintable() or "\n" not in draft.subject
    assert draft.subject.startswith("Re: ")
    assert not {"\x00", "\r", "\x85", "\u2028"} & set(draft.text + draft.subject)


# --- templates that are wrong ----------------------------------------------------------------


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        ("\nHello {{ nmae }}", 2, "nmae"),
        ("\n\n{% if late %}Sorry", 3, ""),
        ("{{ name", 1, ""),
        ("\n{% if earlier > 99 %}{{ nmae }}{% endif %}", 2, "nmae"),
        ("\n\n{{ name.colour }}", 3, "colour"),
        ("\n{{ answers[9] }}", 2, ""),
        ("\n{{ 1 / 0 }}", 2, "division"),
        ("\n{{ ''.__class__ }}", 2, "unsafe"),
        ("\n{{ name | no_such_filter }}", 2, "no_such_filter"),
        ("\n{% for i in range(10 ** 9) %}x{% endfor %}", 2, ""),
        ("\n{% include 'nothing.j2' %}", 0, "nothing.j2 is missing"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    directory: Path, source: str, line: int, word: str
) -> None:
    (directory / "holding.j2").write_text(source, "utf-8")
    with pytest.raises(SettingsError) as problem:
        Drafter.load(directory)
    assert str(directory) in str(problem.value)
    assert not line or f"holding.j2, line {line}: " in str(problem.value)
    assert word in str(problem.value)


LOOP = "{% for a in range(99) %}"


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "100"),
        (LOOP * 3 + "{% endfor %}" * 3, "nested"),
        (LOOP * 2 + "{% if a %}{% endif %}" * 9 + "{% endfor %}" * 2, "too much"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro"),
        ("{% for a in answers recursive %}{{ loop(answers) }}{% endfor %}", "recursive"),
        ("{% include 'holding.j2' %}", "do"),
        (f"{LOOP}{{% include 'opening.j2' %}}{{% endfor %}}" * 20, "too much"),
        ("{% set x = 'x' * 99999 %}{% set x = x * 99999 %}{{ x }}", "too long"),
        ("{% set x = 'xxxx' %}" + "{% set x = x ~ x %}" * 40, "too long"),
        ("{% set x = 'xxxx' %}" + "{% set x = x + x %}" * 40, "too long"),
        ("{% set x = 'aaaa' %}" + "{% set x = x | replace('a', x) %}" * 40, "too long"),
        ("{% set x = 'x' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40, "too "),
        ("{% set x = [1] %}" + "{% set x = [x, x] %}" * 40 + "{{ x }}", "list"),
        ("{{ 9 ** 9 ** 9 }}", "**"),
        ("{% set x = 9 %}" + "{% set x = x * x %}" * 40 + "{{ x }}", "too long"),
        ("{{ '%999999999d' % 1 }}", "%"),
        ("{{ '%999999999d' | format(1) }}", "format"),
        ("{{ 'x' | center(999999999) }}", "center"),
        ("{{ 'x'.ljust(999999999) }}", "ljust"),
        ("{{ '{:999999999}'.format(1) }}", "format"),
        ("{{ lipsum(n=999999999) }}", "lipsum"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "too "),
        ("{{ name }}" * 9999, "too long"),
    ],
)
def test_a_template_that_would_run_for_ever_is_refused_at_once(
    directory: Path, source: str, word: str
) -> None:
    (directory / "holding.j2").write_text(source, "utf-8")
    began = time.monotonic()
    with pytest.raises(SettingsError) as problem:
        Drafter.load(directory)
    assert time.monotonic() - began < 5
    assert all("holding.j2" in line for line in str(problem.value).splitlines())
    assert word in str(problem.value)


def test_what_an_author_writes_in_a_template_works(directory: Path) -> None:
    source = (
        "{% set words = ['a', 'b'] %}{% for w in words %}{% for i in range(2) %}"
        "{{ w ~ (i + 1) }}{% endfor %}{% endfor %} {{ words | join(', ') }} "
        "{{ name | upper | replace('N', 'M') }} {{ name.lower() }} {{ 2 * 3 }}{{ 'ab' * 2 }}"
        " {{ [3, 1] | sort | first }} {{ '' | default('x', true) }}"
        " {% filter upper %}e{% endfilter %}"
    )
    (directory / "holding.j2").write_text(source, "utf-8")
    text = Drafter.load(directory).holding([], NOW).text
    assert text == "a1a2b1b2 a, b AMM ann 6abab 1 x E\n"


def test_all_problems_come_at_once(directory: Path) -> None:
    (directory / "urgent.j2").unlink()
    (directory / "blank.j2").write_text("{{ a }}\n{{ b }}", "utf-8")
    with pytest.raises(SettingsError) as problem:
        Drafter.load(directory)
    assert len(str(problem.value).splitlines()) == 3


def test_a_template_that_is_no_text_is_an_error_of_the_settings(directory: Path) -> None:
    (directory / "blank.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        Drafter.load(directory)


def test_a_changed_template_changes_the_letters(directory: Path) -> None:
    (directory / "holding.j2").write_text("Dear {{ name }}, soon. {{ signature }}", "utf-8")
    assert Drafter.load(directory).holding([], NOW).text == "Dear Ann, soon. Steve\n"


def test_a_partial_answer_names_no_day_even_in_an_older_template(directory: Path) -> None:
    (directory / "partial.j2").write_text("I'll write {{ day or 'soon' }}.", "utf-8")
    (directory / "holding.j2").write_text("I'll write {{ day or 'soon' }}.", "utf-8")
    dated, drafter = replace(NOW, day=date(2026, 3, 5)), Drafter.load(directory)
    assert drafter.compose([answer("chair"), ask("Why?")], dated).text == "I'll write soon.\n"
    assert drafter.holding([], dated).text == "I'll write by Thursday.\n"


# --- urgent letters --------------------------------------------------------------------------


def urgently(wording: str) -> str:
    danger = Urgent(question=Question(text="Help"), matches=(), reason="danger", wording=wording)
    return DRAFTER.compose([danger], NOW).text


def test_whoever_speaks_of_self_harm_is_told_whom_to_call_and_nothing_of_back_pain() -> None:
    text = urgently("urgent-crisis.en")
    assert "988" in text
    assert "116 123" in text
    assert "don't go through this alone" in text
    assert not re.search(r"back|massage|pain|sciatica|doctor", text)


@pytest.mark.parametrize(
    ("wording", "told"),
    [("urgent.de", "Notaufnahme"), ("urgent-crisis.de", "nicht allein")],
)
def test_a_german_letter_of_danger_is_answered_in_german(wording: str, told: str) -> None:
    text = urgently(wording)
    assert told in text
    assert text.startswith("Hallo Ann,\n\n")
    assert "Best," not in text


@pytest.mark.parametrize("wording", ["urgent", "urgent.en", "urgent.sv", "urgent-poison.sv"])
def test_where_there_are_no_words_for_a_danger_or_language_the_usual_ones_are_taken(
    wording: str,
) -> None:
    assert "emergency room" in urgently(wording)
