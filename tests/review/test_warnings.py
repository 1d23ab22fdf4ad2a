"""Warnings beside a draft, and questions that stand in the subject alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from inbox_bot import review
from inbox_bot.bot import Policy
from inbox_bot.cli import main as cli_main
from inbox_bot.cli.demo_world import ADDRESS
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind, DraftState, Faq
from inbox_bot.review.warnings import warnings_of
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.web.letter import letter_view
from inbox_bot.web.page import Page
from tests.pages import Desk
from tests.servers.smtp import Receiver
from tests.world import KNOWLEDGE, World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    policy = Policy(authserv_id="mx.example.test")
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    world.begin()
    yield world
    world.close()


def warned(world: World) -> str:
    world.poll()
    return "; ".join(warnings_of(world.bot, world.the_draft().id, world.now))


def test_an_ordinary_letter_needs_no_second_look(world: World) -> None:
    world.letter(QUESTION)
    assert warned(world) == ""


def test_a_sender_that_failed_its_own_domains_check_is_told(world: World) -> None:
    result = "mx.example.test; dmarc=fail header.from=example.org"
    world.letter(QUESTION, Authentication_Results=result)
    assert "may not be from example.org" in warned(world)


def test_answers_that_go_elsewhere_are_told(world: World) -> None:
    world.letter(QUESTION, Reply_To="other@elsewhere.example")
    assert "Your reply goes to other@elsewhere.example" in warned(world)


def test_other_recipients_are_told(world: World) -> None:
    world.letter(QUESTION, Cc="bob@example.org")
    assert "also went to bob@example.org" in warned(world)


def test_the_same_name_from_another_address_is_told(world: World) -> None:
    first = world.letter(QUESTION)
    world.poll()
    world.letter(
        "And is a massage chair any good?",
        From="Ann Reader <ann@other.example>",
        In_Reply_To=f"<{first}>",
    )
    assert "now from ann@other.example" in warned(world)


@pytest.mark.parametrize("text", [QUESTION, "", "-----BEGIN PGP MESSAGE-----\n\nhQEMA5pJ6H0v\n"])
def test_a_name_that_is_another_address_is_told_whatever_the_letter_says(
    world: World, text: str
) -> None:
    world.letter(text, Subject="Does it hurt?", From='"ann@bank.example" <eve@evil.example>')
    assert "the name shows ann@bank.example" in warned(world)


def test_an_answer_that_is_no_longer_in_use_is_told(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    entries = tuple(replace(entry, usable=False) for entry in KNOWLEDGE.faq.entries)
    stale = replace(KNOWLEDGE, faq=Faq(articles=KNOWLEDGE.faq.articles, entries=entries))
    world.use(replace(world.bot, knowledge=lambda: stale))
    cautions = warnings_of(world.bot, world.the_draft().id, world.now)
    assert any("was removed" in caution for caution in cautions)


def test_a_day_that_has_passed_is_told(world: World) -> None:
    world.letter("Does trigger point massage hurt? And how much does a session cost?")
    world.poll()
    draft = review.hold(world.bot, review.shown(world.the_draft()), world.now)
    world.later(days=60)
    cautions = warnings_of(world.bot, draft.id, world.now)
    assert any("a day that has passed" in caution for caution in cautions)


# --- a question that stands in the subject alone ---------------------------------------------


@pytest.mark.parametrize("body", ["", "Thanks!", "Hi Steve,\n\nthank you,\nAnn"])
def test_a_question_in_the_subject_alone_is_answered(world: World, body: str) -> None:
    world.letter(body, Subject="Does trigger point massage hurt?")
    world.poll()
    draft = world.the_draft()
    assert draft.kind is DraftKind.ANSWER
    assert draft.entries == ("trigger-point-massage",)


def test_the_subject_of_an_answer_asks_nothing_new(world: World) -> None:
    world.letter("Thank you so much!", Subject="Re: Does trigger point massage hurt?")
    world.poll()
    assert [one for one in world.drafts(DraftState.PENDING) if one.entries] == []


# --- where she sees it ------------------------------------------------------------------------

PASSES_FOR_ANOTHER = {
    '"ann@bank.example" <eve1@evil.example>': "the name shows ann@bank.example",
    'Ann <"eve2@bank.example"@evil.example>': "an address at evil.example",
    "Ann <eve3@p\u0430ypal.example>": "from another alphabet (CYRILLIC, LATIN)",
    "Ann <eve4@xn--pypal-4ve.example>": "is not paypal.example",
}


def test_who_passes_for_another_is_told_by_the_command_and_beside_approve(at: Desk) -> None:
    for number, sender in enumerate(PASSES_FOR_ANOTHER, 1):
        head = f"From: {sender}\r\nTo: {ADDRESS}\r\nMessage-ID: <{number}@x.example>\r\n"
        raw = f"{head}Subject: Backs\r\n\r\nDoes massage help?\r\n"
        at.world.deliver(raw.encode(), at.now)
    at.poll()
    found = (draft for draft in at.drafts(DraftState.PENDING) if "eve" in draft.to[0].email)
    drafts = sorted(found, key=lambda draft: draft.to[0].email.partition("eve")[2])
    author, where = at.author(), str(at.world.directory)
    for draft, told in zip(drafts, PASSES_FOR_ANOTHER.values(), strict=True):
        shown = CliRunner().invoke(cli_main.commands, ["-C", where, "show", str(draft.id)]).output
        assert "! Check the sender: " in shown
        assert told in shown
        assert told in author.get(f"/letter/{draft.letter_id}").text


def test_the_page_says_whom_the_authors_own_mail_server_vouches_for(world: World) -> None:
    passed = "mx.example.test; dmarc=pass (p=none) header.from=example.org"
    sent = world.letter(QUESTION, Authentication_Results=passed)
    forged = world.letter(QUESTION, Authentication_Results=passed.replace(".test;", ".evil;"))
    failed = world.letter(QUESTION, Authentication_Results=passed.replace("=pass", "=fail"))
    world.poll()
    page = Page(
        bot=world.bot, clock=lambda: world.now, hosts=frozenset(), key="key", faq=world.directory
    )
    said = []
    for message_id in (sent, forged, failed):
        stored = world.stored(message_id)
        assert stored is not None
        with world.bot.store.reading() as tx:
            said.append(letter_view(tx, page, stored.id, world.now).origin)
    assert said == ["Really from example.org", "", "May not be from example.org"]
