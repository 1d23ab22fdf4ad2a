"""Lessons: the author's answers become FAQ entries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inbox_bot import review
from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.reload import ReloadingKnowledge, Sources
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Draft, DraftKind, DraftState
from inbox_bot.review.asked_often import Due, lesson_for, lessons_due, put_off
from inbox_bot.review.keep import Kept, keep_lesson, mend_entry
from inbox_bot.review.learn import lesson_from
from inbox_bot.review.lesson import Lesson
from inbox_bot.service.knowledge import user_cache
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps import remake, remake_answers
from inbox_bot.steps.remake_answers import remake_all
from tests.servers.smtp import Receiver
from tests.world import TOP, World

COURSES = "Hi Steve,\n\ndo you offer online massage courses?\n\nThanks,\nAnn"
QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
HER_ANSWER = "Hi Ann,\n\nNot yet: the first course begins in May.\n\nBest wishes,\nSteve"


@pytest.fixture(scope="module")
def reloading(tmp_path_factory: pytest.TempPathFactory) -> ReloadingKnowledge:
    """The author's own FAQ folder; each test changes it further."""
    folder = tmp_path_factory.mktemp("author") / "faq"
    shutil.copytree(TOP / "faq", folder)
    templates = folder.parent / "templates"
    shutil.copytree(TOP / "templates" / "replies", templates / "replies")
    return ReloadingKnowledge(Sources(faq=folder, templates=templates, cache=user_cache()), print)


@pytest.fixture
def world(
    account: ImapAccount,
    smtp: Receiver,
    tmp_path: Path,
    sandbox: Sandbox,
    reloading: ReloadingKnowledge,
) -> Iterator[World]:
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    folder = reloading._sources.faq
    shutil.copytree(TOP / "faq", folder, dirs_exist_ok=True)
    templates = folder.parent / "templates" / "replies"
    shutil.copytree(TOP / "templates" / "replies", templates, dirs_exist_ok=True)
    bot = replace(world.bot, knowledge=reloading.knowledge, fresh_knowledge=reloading.fresh)
    world.use(replace(bot, faq_book=FaqFolder(folder)))
    world.begin()
    yield world
    world.close()


def _file(world: World) -> str:
    assert isinstance(world.bot.faq_book, FaqFolder)
    return (world.bot.faq_book.folder / "massage-for-sciatica.yaml").read_text(encoding="utf-8")


def mend(world: World, answer: str) -> Kept:
    entry = world.bot.knowledge().faq.entry("trigger-point-massage")
    return mend_entry(world.bot, replace(entry, answer=answer), world.now)


def _edited(world: World) -> Draft:
    draft = next(one for one in world.drafts(DraftState.PENDING) if one.kind is DraftKind.BLANK)
    return review.edit(world.bot, review.shown(draft), HER_ANSWER, world.now)


def test_an_answer_in_the_authors_own_words_becomes_an_entry_and_drafts_for_who_waits(
    world: World,
) -> None:
    world.letter(COURSES)
    world.letter(COURSES, From="Bob <bob@example.org>")
    world.poll()
    lesson = lesson_from(world.bot, _edited(world).id)
    assert lesson.is_new
    assert lesson.question == "do you offer online massage courses?"
    assert lesson.answer == "Not yet: the first course begins in May."
    kept = keep_lesson(world.bot, lesson, world.now)
    assert [draft.to[0].email for draft in kept.remade] == ["bob@example.org"]
    assert kept.remade[0].entries == (kept.entry_id,)
    assert "the first course begins in May" in kept.remade[0].text
    assert "# What you have already answered" in _file(world)


PREGNANT = Lesson(
    is_new=True,
    entry_id="pregnant",
    question="Can I get a massage while I'm pregnant?",
    answer="Ask your midwife first; mine sent people to a specialist.",
    article="massage-for-sciatica",
)


def test_what_she_answers_now_is_no_longer_listed_as_unanswered(world: World) -> None:
    assert "can I get a massage while pregnant" in _file(world)
    kept = keep_lesson(world.bot, PREGNANT, world.now)
    assert "can I get a massage while pregnant" in kept.met
    assert not any(text in world.bot.knowledge().faq.unanswered for text in kept.met)
    assert len(kept.met) < 5
    assert "# What you have already answered" in _file(world)


def test_what_was_kept_is_found_at_once_in_her_readers_words_and_in_close_ones(
    world: World,
) -> None:
    desk = replace(
        PREGNANT,
        entry_id="standing-desk",
        question="Would a standing desk help with sciatica?",
        answer="It helped me a bit, as long as I changed between standing and sitting.",
    )
    keep_lesson(world.bot, desk, world.now)
    knowledge = world.bot.knowledge()
    for asked in (
        desk.question,
        "would a standing desk help with sciatica",
        "standing desk any good",
    ):
        (best, *_) = knowledge.matcher.rank(asked)
        assert best.entry_id == "standing-desk"
        assert best.confidence >= knowledge.answer_at, asked
    (other, *_) = knowledge.matcher.rank("does trigger point massage hurt?")
    assert other.entry_id == "trigger-point-massage"


def test_an_answer_from_her_own_mail_program_can_be_kept(world: World) -> None:
    letter = world.letter(COURSES)
    world.poll()
    draft = world.the_draft()
    world.by_hand(HER_ANSWER, In_Reply_To=f"<{letter}>")
    world.poll()
    lesson = lesson_from(world.bot, draft.id)
    assert lesson.answer == "Not yet: the first course begins in May."


def test_a_swap_teaches_another_way_to_ask(world: World) -> None:
    world.letter(COURSES)
    world.poll()
    shown = review.shown(world.the_draft())
    swapped = review.swap(world.bot, shown, 0, "massage-chair", world.now)
    lesson = lesson_from(world.bot, swapped.id)
    assert not lesson.is_new
    keep_lesson(world.bot, lesson, world.now)
    entry = world.bot.knowledge().faq.entry("massage-chair")
    assert "do you offer online massage courses?" in entry.also_asked


def test_words_of_danger_are_never_kept(world: World) -> None:
    world.letter("Does massage help? Since yesterday I can't feel my legs and can't pee.")
    world.poll()
    with pytest.raises(Conflict, match="danger"):
        lesson_from(world.bot, world.the_draft().id)


def test_a_lesson_without_an_answer_or_under_a_taken_name_is_refused(world: World) -> None:
    world.letter(COURSES)
    world.poll()
    lesson = lesson_from(world.bot, world.the_draft().id)
    with pytest.raises(Conflict, match="answer"):
        keep_lesson(world.bot, lesson, world.now)
    taken = replace(lesson, answer="Yes.", entry_id="massage-chair")
    with pytest.raises(Conflict, match="already"):
        keep_lesson(world.bot, taken, world.now)


def test_the_third_similar_question_asks_by_itself_and_lists_who_waits(world: World) -> None:
    asked = ("do you offer online massage courses?", "any massage courses online?")
    for number, text in enumerate(asked):
        world.letter(f"Hi Steve,\n\n{text}\n", From=f"reader{number}@example.org")
    world.letter(f"Hi Steve,\n\nagain: {asked[0]}\n", From="reader0@example.org")
    world.poll()
    assert due(world) == ()
    world.later(days=1)
    world.letter("are there massage courses online that you offer?", From="cleo@example.org")
    world.letter("how much does a session cost?", From="dan@example.org")
    world.poll()
    (often,) = due(world)
    assert often.readers == 3
    waiting = {draft.to[0].email for draft in often.waiting}
    assert waiting == {"reader0@example.org", "reader1@example.org", "cleo@example.org"}
    lesson = lesson_for(world.bot, often)
    assert lesson.question == "any massage courses online?"
    assert asked[0] in lesson.also_asked
    kept = keep_lesson(world.bot, replace(lesson, answer="From May on."), world.now)
    assert {draft.to[0].email for draft in kept.remade} == waiting
    assert due(world) == ()


def test_what_the_author_will_not_answer_now_is_asked_again_after_three_more(world: World) -> None:
    for number in range(6):
        if number == 3:
            (often,) = due(world)
            put_off(world.bot, often.drafts[0].id, world.now)
        world.letter(COURSES, From=f"reader{number}@example.org")
        world.later(days=1)
        world.poll()
        assert len(due(world)) == (number in (2, 5))


def test_what_is_asked_often_is_looked_for_once_a_day(world: World) -> None:
    for number in range(2):
        world.letter(COURSES, From=f"reader{number}@example.org")
    world.poll()
    world.letter(COURSES, From="reader2@example.org")
    world.later(hours=23)
    world.poll()
    assert due(world) == ()
    world.letter(COURSES, From="reader3@example.org")
    world.later(hours=1)
    world.poll()
    (often,) = due(world)
    assert often.readers == 4


def test_an_answer_of_hers_to_one_of_them_is_proposed_for_all(world: World) -> None:
    for number in range(3):
        world.letter(COURSES, From=f"reader{number}@example.org")
    world.poll()
    _edited(world)
    (often,) = due(world)
    assert lesson_for(world.bot, often).answer == "Not yet: the first course begins in May."


def due(world: World) -> Sequence[Due]:
    with world.bot.store.reading() as tx:
        return lessons_due(world.bot, tx)


# --- mending ---------------------------------------------------------------------------------


def hold_all(world: World, *readers: str) -> Sequence[Draft]:
    for reader in readers:
        world.letter(COURSES, From=f"{reader}@example.org")
    world.poll()
    return [review.hold(world.bot, review.shown(one), world.now) for one in world.drafts()]


def test_a_new_entry_replaces_a_holding_reply_that_waits_untouched(world: World) -> None:
    untouched, edited, approved = hold_all(world, "ann", "bob", "cleo")
    assert untouched.kind is DraftKind.HOLDING
    review.edit(world.bot, review.shown(edited), "Hi Bob,\n\nsoon.\n\nSteve", world.now)
    world.approve(approved)
    asked, answer = "do you offer online massage courses?", "Not yet: the first begins in May."
    new = replace(PREGNANT, entry_id="online", question=asked, answer=answer)
    (made,) = keep_lesson(world.bot, new, world.now).remade
    assert (made.id, made.kind) == (untouched.id, DraftKind.ANSWER)
    assert "the first begins in May" in made.text
    assert (made.state, made.promised_day) == (DraftState.PENDING, None)
    with world.bot.store.reading() as tx:
        assert [tx.drafts.get(one.id).kind for one in (edited, approved)] == [DraftKind.HOLDING] * 2


def test_an_answer_that_she_holds_back_stays_held_when_it_is_mended(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    held = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    assert mend(world, "It should never hurt.").remade == ()
    assert world.the_draft().text == held.text


def test_a_mended_answer_remakes_what_waits_and_tells_who_has_the_old_one(world: World) -> None:
    world.letter(QUESTION, From="first@example.org")
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)
    world.send()
    world.letter(QUESTION, From="ann@example.org")
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    approved, hers = world.drafts(DraftState.PENDING)
    world.approve(approved)
    review.edit(world.bot, review.shown(hers), "My own words.", world.now)
    kept = mend(world, "It should never hurt.")
    assert [draft.id for draft in kept.remade] == [approved.id]
    assert [draft.to[0].email for draft in kept.received] == ["first@example.org"]
    (again,) = [one for one in world.drafts(DraftState.PENDING) if one.id == approved.id]
    assert "It should never hurt." in again.text
    assert again.reason == "the answer has changed since you approved it"
    assert world.drafts(DraftState.APPROVED) == []
    world.later(minutes=2)
    world.send()
    assert len(world.replies()) == 1


def test_a_line_of_the_authors_own_is_not_overwritten(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    lined = review.add_line(
        world.bot, review.shown(world.the_draft()), "Good to hear from you", world.now
    )
    assert mend(world, "No.").remade == ()
    assert world.the_draft() == lined


def test_an_answer_mended_in_the_file_remakes_what_waits(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    book = world.bot.faq_book
    assert book is not None
    entry = world.bot.knowledge().faq.entry("trigger-point-massage")
    book.rewrite_answer(entry, "Mended by hand in the file.")
    world.poll()
    draft = world.the_draft()
    assert "Mended by hand in the file." in draft.text
    world.poll()
    assert world.the_draft() == draft


def test_a_mended_template_remakes_every_unedited_draft(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    assert remake_all(world.bot, world.now) == ()
    world.use(replace(world.bot, author=replace(world.bot.author, signature="Steve B.")))
    (made,) = remake_all(world.bot, world.now)
    assert made.text.rstrip().endswith("Steve B.")


def test_a_template_mended_in_the_file_remakes_what_waits_but_not_what_she_wrote(
    world: World,
) -> None:
    world.letter(QUESTION)
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    hers, other = world.drafts(DraftState.PENDING)
    review.edit(world.bot, review.shown(hers), "My own words.", world.now)
    assert isinstance(world.bot.faq_book, FaqFolder)
    file = world.bot.faq_book.folder.parent / "templates" / "replies" / "letter.j2"
    file.write_text(file.read_text("utf-8").replace("{{ signature }}", "{{ signature }}, Maine"))
    world.poll()
    texts = {draft.id: draft.text for draft in world.drafts(DraftState.PENDING)}
    assert texts[other.id].rstrip().endswith("Steve, Maine")
    assert texts[hers.id] == "My own words.\n"


def test_what_she_writes_while_drafts_are_matched_again_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.letter(QUESTION)
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    hers, other = world.drafts(DraftState.PENDING)
    usual = remake_answers._concerned

    def while_she_writes(*of: Any) -> Sequence[Draft]:
        found = usual(*of)
        review.edit(world.bot, review.shown(hers), "My own words.", world.now)
        return found

    monkeypatch.setattr(remake_answers, "_concerned", while_she_writes)
    assert [draft.id for draft in mend(world, "It should never hurt.").remade] == [other.id]
    texts = {draft.id: draft.text for draft in world.drafts(DraftState.PENDING)}
    assert texts[hers.id] == "My own words.\n"


def test_nothing_is_learned_while_the_store_is_held(
    world: World, reloading: ReloadingKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other programs wait for the store: `database is locked` after ten seconds."""
    for number in range(12):
        world.letter(QUESTION, From=f"reader{number}@example.org")
    world.poll()
    held = 0
    usual = remake_answers._remade

    def remade_here(*of: Any) -> Draft | None:
        nonlocal held
        held += 1
        assert reloading.is_fresh()
        return usual(*of)

    monkeypatch.setattr(remake_answers, "_remade", remade_here)
    transactions: list[int] = []
    each = remake.each_draft

    def each_few(bot: Bot, drafts: Sequence[Draft], *of: Any) -> list[Any]:
        transactions.append(len(drafts))
        return each(bot, drafts, *of)

    monkeypatch.setattr(remake_answers, "each_draft", each_few)
    assert len(mend(world, "It should never hurt.").remade) == 12
    assert held == 12
    assert max(transactions) <= 5
