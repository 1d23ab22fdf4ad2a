"""Looking back before starting: read-only, side by side, and an honest pace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_bot.bot import Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind
from inbox_bot.reports.replay import (
    Proposal,
    Replay,
    pace_of,
    page,
    proposals,
    replay,
    summary,
)
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver
from tests.world import TOP, World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"
DAY = timedelta(days=1)


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    policy = replace(Policy(), since=90 * DAY, drafts_at_once=0)
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    yield world
    world.close()


def looked_back(world: World) -> Replay:
    return replay(world.bot, 90, world.now)


def html(found: Replay) -> str:
    return page(found, TOP / "templates" / "reports")


def test_draft_and_real_answer_stand_side_by_side(world: World) -> None:
    first = world.letter(QUESTION)
    world.later(days=2)
    world.by_hand("It hurts like a good stretch.", In_Reply_To=f"<{first}>")
    world.later(days=1)
    (one,) = looked_back(world).letters
    assert one.kind is DraftKind.ANSWER
    assert one.answered is not None
    assert one.answered.text.strip() == "It hurts like a good stretch."
    assert one.taken == 2 * DAY
    written = html(looked_back(world))
    assert "It hurts like a good stretch." in written
    assert "What I would have drafted" in written


def test_readers_who_never_got_a_reply_are_named(world: World) -> None:
    world.letter(UNANSWERABLE)
    waiting = world.letter(QUESTION, From="Bob <bob@example.org>")
    world.by_hand("I will get back to you.", To="bob@example.org", In_Reply_To=f"<{waiting}>")
    found = looked_back(world)
    assert [one.answered for one in found.letters] == [None, None]
    assert "no reply to 2 readers" in " ".join(summary(found))


def test_her_letter_passed_on_or_named_to_somebody_else_is_no_answer(world: World) -> None:
    asked = world.letter(QUESTION)
    world.later(days=1)
    named = {"In_Reply_To": f"<{asked}>", "References": f"<{asked}>"}
    world.by_hand("Jim, what do you say to her?", To="jim@example.org", **named)
    world.by_hand("Ann, I asked Jim.", Subject="Fwd: Your article", **named)
    (one,) = looked_back(world).letters
    assert one.answered is None
    world.by_hand("It hurts a little.", Cc="jim@example.org", **named)
    (one,) = looked_back(world).letters
    assert one.answered is not None
    assert one.answered.text.strip() == "It hurts a little."


def test_an_answer_to_the_last_letter_of_a_thread_answers_the_first(world: World) -> None:
    first = world.letter(QUESTION)
    world.later(days=1)
    second = world.letter("And does it cost much?", In_Reply_To=f"<{first}>")
    world.later(days=1)
    world.by_hand("It can hurt; sixty dollars.", In_Reply_To=f"<{second}>")
    world.later(days=1)
    world.letter("And do you like it?", In_Reply_To=f"<{second}>")
    taken = [one.taken for one in looked_back(world).letters]
    assert taken == [None, DAY, 2 * DAY]


def test_a_reader_who_wrote_twice_is_one_reader(world: World) -> None:
    world.letter(QUESTION)
    world.letter(UNANSWERABLE)
    assert "no reply to 1 reader" in " ".join(summary(looked_back(world)))


def test_what_she_wrote_instead_of_an_answer_stands_beside_the_letter(world: World) -> None:
    put_off = world.letter(QUESTION)
    world.later(days=1)
    world.by_hand("I will get back to you.", In_Reply_To=f"<{put_off}>")
    written = " ".join(html(looked_back(world)).split())
    assert "Wednesday, March 4, 2026, you wrote only: &#34;I will get back to you.&#34;" in written


def test_who_waits_longest_stands_first_and_danger_before_all(world: World) -> None:
    world.letter(UNANSWERABLE, From="Old <old@example.org>")
    world.later(days=3)
    world.letter(QUESTION, From="New <new@example.org>")
    world.letter(DANGER, From="Ill <ill@example.org>")
    written = html(looked_back(world))
    assert written.index("Ill:") < written.index("Old:") < written.index("New:")


def test_what_was_taken_for_something_else_is_told_with_the_reason(world: World) -> None:
    world.letter("Thank you so much!", Subject="Lovely article")
    written = html(looked_back(world))
    assert "Not from readers" in written
    assert "Lovely article" in written


def test_what_would_have_been_asked_and_alarmed_is_told(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.letter(DANGER, From="bob@example.org")
    world.letter(QUESTION, From="cleo@example.org")
    told = " ".join(summary(looked_back(world)))
    assert "drafted an answer to 1, asked you about 1, and sent you an alert about 1" in told


def test_nothing_is_written_anywhere(world: World) -> None:
    world.letter(QUESTION)
    world.letter(UNANSWERABLE, From="bob@example.org")
    looked_back(world)
    assert world.replies() == []
    assert world.folder("Drafts") == []
    assert world.drafts() == []
    assert world.waiting() == []
    assert all(b"\\Seen" not in flags for flags in world.flags("INBOX"))


def test_a_hostile_letter_is_text_on_the_page_and_nothing_more(world: World) -> None:
    evil = "<script>alert(1)</script><img src=https://evil.example/x>"
    world.letter(f"Does massage hurt? {evil}", Subject=evil, From=f'"{evil}" <a@example.org>')
    written = html(looked_back(world))
    assert "&lt;script&gt;" in written
    assert "<script" not in written
    assert not re.search(r"<(img|iframe|link|a href=.http)", written)


def test_the_pace_is_the_authors_own() -> None:
    pace = pace_of([DAY * days for days in (1, 2, 3, 3, 3, 4, 4, 5, 6, 30)])
    assert (pace.median, pace.most, pace.within) == (3, 6, "1 week")
    assert pace.sentence() == (
        "You usually answer within 3 days, and nine times out of ten within 6 days."
    )


def test_few_answers_propose_no_term() -> None:
    assert pace_of([DAY]).within == ""
    assert "no replies" in pace_of([]).sentence()


def test_an_empty_mailbox_makes_a_page_that_says_what_to_look_at(world: World) -> None:
    assert "readers: to" in html(looked_back(world))


# --- entries from her own answers ----------------------------------------------------------------


def proposed(world: World) -> tuple[Proposal, ...]:
    knowledge = world.bot.knowledge()
    return proposals(looked_back(world), knowledge.faq, world.bot.author, "massage")


def answered(
    world: World, question: str, answer: str, reader: str = "Ann <ann@example.org>"
) -> None:
    asked = world.letter(question, From=reader)
    world.later(days=1)
    world.by_hand(answer, To=reader, In_Reply_To=f"<{asked}>")
    world.later(days=1)


def test_like_questions_become_one_entry_in_her_own_words(world: World) -> None:
    answered(world, UNANSWERABLE, "Hi Ann,\n\nSixty dollars an hour where I live.\n\nBest,\nSteve")
    again = "Dear Steve, what does one session cost? Bob"
    answered(world, again, "About sixty-five dollars by now.", "Bob Ray <bob@example.org>")
    answered(world, "Do you sell gift cards?", "No, I only write about it.", "Cy <cy@example.org>")
    cost, cards = proposed(world)
    assert cost.asked == 2
    assert cost.lesson.answer == "About sixty-five dollars by now."
    assert {cost.lesson.question, *cost.lesson.also_asked} == {
        "how much does a session usually cost?",
        "what does one session cost?",
    }
    assert (cards.asked, cards.lesson.answer) == (1, "No, I only write about it.")
    assert cost.lesson.entry_id != cards.lesson.entry_id


def test_what_is_meant_for_one_reader_is_marked_and_names_are_gone(world: World) -> None:
    answer = "Dear Ann,\n\nSixty dollars. After your daughter's surgery I would wait, Ann.\n\nSteve"
    answered(world, UNANSWERABLE, answer)
    (one,) = proposed(world)
    assert "Ann" not in one.lesson.answer
    assert one.personal == ("After your daughter's surgery I would wait.",)


def test_danger_several_questions_and_put_offs_teach_nothing(world: World) -> None:
    answered(world, DANGER, "Please call a doctor right now, and tell me how it went.")
    both = "How much does a session cost? And does insurance pay for massage?"
    answered(world, both, "Sixty dollars, and no, it rarely does.", "Bob <bob@example.org>")
    answered(world, UNANSWERABLE, "I will get back to you.", "Cy <cy@example.org>")
    assert proposed(world) == ()
