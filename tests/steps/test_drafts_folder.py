"""Drafts folder sync: the author's changes count, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from inbox_bot import review
from inbox_bot.bot import Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind, DraftState, Place
from inbox_bot.model.ports import Mailbox
from inbox_bot.model.records import FiledDraft
from inbox_bot.settings.accounts import ImapAccount
from tests import mail_program
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
Rebuild = dict[str, Any]
HER_WORDS = "Hi Ann,\n\nit should not, if you go slowly.\n\nSteve"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    """One reader has asked, and the answer lies in Drafts."""
    yield from _asked(World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox))


SERVERS = {"with UIDPLUS": "dovecot", "without UIDPLUS": "poor_dovecot", "Gmail": "gmail_dovecot"}
PREFIXES = {"without UIDPLUS": "INBOX."}


@pytest.fixture(params=SERVERS)
def anywhere(
    request: pytest.FixtureRequest,
    new_name: Callable[[], str],
    smtp: Receiver,
    tmp_path: Path,
    sandbox: Sandbox,
) -> Iterator[World]:
    """The same on each kind of server, also where a draft can only be flagged."""
    server: Dovecot = request.getfixturevalue(SERVERS[request.param])
    account, prefix = server.account(new_name()), PREFIXES.get(request.param, "")
    yield from _asked(
        World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, prefix=prefix)
    )


def _asked(world: World) -> Iterator[World]:
    world.begin()
    world.letter(QUESTION)
    world.poll()
    yield world
    world.close()


# --- sent from there -------------------------------------------------------------------------


def test_sent_from_drafts_counts_as_approved_and_sent(anywhere: World) -> None:
    draft = anywhere.the_draft()
    mail_program.send(anywhere)
    anywhere.poll()
    assert _states(anywhere) == {(draft.id, 1): DraftState.SENT}
    assert anywhere.waiting() == []
    assert anywhere.folder("Drafts") == []


def test_sent_from_drafts_with_changes_the_reader_was_told_the_changed_text(world: World) -> None:
    mail_program.send(world, text=HER_WORDS)
    world.poll()
    (sent,) = world.drafts(DraftState.SENT)
    assert sent.text.strip() == HER_WORDS
    assert world.waiting() == []


def test_a_server_that_gives_what_it_sends_a_new_message_id_fools_nobody(world: World) -> None:
    mail_program.send(world, message_id="new-id@outlook.example")
    world.poll()
    assert len(world.drafts(DraftState.SENT)) == 1


def test_exchange_tells_the_message_id_that_a_draft_had(world: World) -> None:
    draft = world.the_draft()
    mail_program.remove(world)
    world.by_hand(
        HER_WORDS,
        Message_ID="<new@outlook.example>",
        X_Microsoft_Original_Message_ID=f"<{draft.message_id}>",
    )
    world.poll()
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]


def test_an_uncertain_reply_is_known_in_sent_by_its_words_under_any_message_id(
    world: World,
) -> None:
    (copy,) = world.folder("Drafts")
    _interrupted(world)
    assert len(world.drafts(DraftState.UNCERTAIN)) == 1
    changed = copy.replace(world.drafts()[0].message_id.encode(), b"other@outlook.example")
    with world.client() as client:
        client.append("Sent", changed)
    world.poll()
    assert len(world.drafts(DraftState.SENT)) == 1


def test_other_words_in_sent_prove_nothing_about_an_uncertain_reply(world: World) -> None:
    draft = world.the_draft()
    _interrupted(world)
    world.by_hand("I will call you.", In_Reply_To=f"<{draft.in_reply_to}>")
    world.poll()
    assert len(world.drafts(DraftState.UNCERTAIN)) == 1


def test_sent_from_drafts_and_approved_elsewhere_leaves_once(world: World) -> None:
    world.approve(world.the_draft())
    mail_program.send(world)
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert len(world.drafts(DraftState.SENT)) == 1


def test_a_yes_is_void_when_the_copy_vanished_and_sent_does_not_show_it_yet(world: World) -> None:
    world.approve(world.the_draft())
    mail_program.remove(world)
    world.later(minutes=2)
    world.send()
    assert world.replies() == []
    assert world.the_draft().reason == "you removed it from Drafts"


def test_a_second_yes_after_that_is_heeded(world: World) -> None:
    mail_program.remove(world)
    world.poll()
    world.approve(world.the_draft())
    world.later(minutes=2)
    world.send()
    assert len(world.replies()) == 1


# --- approved elsewhere ----------------------------------------------------------------------


def test_the_copy_goes_as_soon_as_the_reply_is_sent(anywhere: World) -> None:
    anywhere.approve(anywhere.the_draft())
    assert len(anywhere.folder("Drafts")) == 1
    anywhere.later(minutes=2)
    anywhere.send()
    assert anywhere.folder("Drafts") == []


def test_the_copy_of_a_rejected_draft_goes_and_comes_back_with_an_undo(anywhere: World) -> None:
    draft = anywhere.the_draft()
    review.reject(anywhere.bot, review.shown(draft), anywhere.now)
    anywhere.poll()
    assert anywhere.folder("Drafts") == []
    review.undo(anywhere.bot, draft.id, anywhere.now)
    anywhere.poll()
    assert len(anywhere.folder("Drafts")) == 1


# --- removed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [mail_program.remove, mail_program.mark_deleted])
def test_what_the_author_removed_is_never_put_back(
    anywhere: World, how: Callable[[World], None]
) -> None:
    how(anywhere)
    anywhere.poll()
    assert anywhere.the_draft().reason == "you removed it from Drafts"
    review.edit(anywhere.bot, review.shown(anywhere.the_draft()), HER_WORDS, anywhere.now)
    anywhere.poll()
    assert anywhere.folder("Drafts") == []
    assert len(anywhere.waiting()) == 1


def test_another_draft_that_she_saved_meanwhile_is_not_taken_for_it(world: World) -> None:
    mail_program.remove(world)
    with world.client() as client:
        client.append("Drafts", b"Subject: dear mother\r\n\r\nI\r\n", ("\\Draft",))
    world.poll()
    assert world.the_draft().reason == "you removed it from Drafts"


# --- edited ----------------------------------------------------------------------------------


@pytest.mark.parametrize("new_id", ["", "saved-again@example.test"])
def test_what_the_author_edits_there_is_neither_touched_nor_added_again(
    anywhere: World, new_id: str
) -> None:
    mail_program.save_edited(anywhere, HER_WORDS, new_id)
    hers = anywhere.folder("Drafts")
    anywhere.poll()
    assert anywhere.the_draft().reason == "you are editing it in Drafts"
    anywhere.letter("And do I need a doctor?", In_Reply_To=f"<{anywhere.the_draft().in_reply_to}>")
    anywhere.poll()
    review.reject(anywhere.bot, review.shown(anywhere.the_draft()), anywhere.now)
    anywhere.poll()
    assert anywhere.folder("Drafts") == hers


def test_edited_saved_twice_and_sent_it_counts_as_sent(anywhere: World) -> None:
    mail_program.save_edited(anywhere, "Hi Ann", "first@example.test")
    anywhere.poll()
    mail_program.save_edited(anywhere, HER_WORDS, "second@example.test")
    anywhere.poll()
    assert anywhere.the_draft().reason == "you are editing it in Drafts"
    mail_program.send(anywhere, message_id="third@example.test")
    anywhere.poll()
    (sent,) = anywhere.drafts(DraftState.SENT)
    assert sent.text.strip() == HER_WORDS
    assert anywhere.waiting() == []


def test_edited_and_thrown_away_it_was_removed(world: World) -> None:
    mail_program.save_edited(world, HER_WORDS, "hers@example.test")
    world.poll()
    mail_program.remove(world)
    world.poll()
    assert world.the_draft().reason == "you removed it from Drafts"


# --- servers that make a draft anew ----------------------------------------------------------

REBUILDS = {
    "same id": {},
    "another id": {"message_id": "made-by-the-server@outlook.example"},
    "HTML alone": {"message_id": "bridge@proton.example", "as_html": True},
    "beside the old one": {"keep": True},
    "beside the old one, another id": {"keep": True, "message_id": "twin@davmail.example"},
}
rebuilds = pytest.mark.parametrize("how", REBUILDS.values(), ids=REBUILDS)


@rebuilds
def test_a_draft_that_the_server_rebuilt_is_nobodys_edit(world: World, how: Rebuild) -> None:
    mail_program.rebuild(world, **how)
    world.poll()
    world.poll()
    assert world.the_draft().reason == ""
    assert world.the_draft().version == 1


@rebuilds
def test_a_rebuilt_copy_voids_no_approval_and_goes_once_the_reply_is_sent(
    world: World, how: Rebuild
) -> None:
    world.approve(world.the_draft())
    mail_program.rebuild(world, **how)
    world.later(minutes=2)
    world.send()
    assert len(world.replies()) == 1
    assert world.folder("Drafts") == []


@rebuilds
def test_a_rebuilt_copy_of_a_rejected_draft_goes(anywhere: World, how: Rebuild) -> None:
    mail_program.rebuild(anywhere, **how)
    anywhere.poll()
    review.reject(anywhere.bot, review.shown(anywhere.the_draft()), anywhere.now)
    anywhere.poll()
    assert anywhere.folder("Drafts") == []


@rebuilds
def test_a_new_version_takes_the_place_of_the_rebuilt_copy(world: World, how: Rebuild) -> None:
    mail_program.rebuild(world, **how)
    review.edit(world.bot, review.shown(world.the_draft()), HER_WORDS, world.now)
    world.poll()
    world.poll()
    (copy,) = world.folder("Drafts")
    assert b"if you go slowly" in copy


@pytest.mark.parametrize("new_id", ["", "saved-again@example.test"])
def test_a_rebuilt_copy_that_she_edited_is_hers(world: World, new_id: str) -> None:
    mail_program.rebuild(world, "made-by-the-server@outlook.example")
    world.poll()
    mail_program.save_edited(world, HER_WORDS, new_id)
    hers = world.folder("Drafts")
    world.poll()
    assert world.the_draft().reason == "you are editing it in Drafts"
    review.reject(world.bot, review.shown(world.the_draft()), world.now)
    world.poll()
    assert world.folder("Drafts") == hers


def test_a_copy_to_somebody_else_is_hers_though_it_says_the_same(world: World) -> None:
    (raw,) = world.folder("Drafts")
    mail_program.remove(world)
    with world.client() as client:
        client.append("Drafts", raw.replace(b"ann@example.org", b"jim@example.org"), ("\\Draft",))
    hers = world.folder("Drafts")
    world.poll()
    review.reject(world.bot, review.shown(world.the_draft()), world.now)
    world.poll()
    assert world.folder("Drafts") == hers


def test_a_rebuilt_copy_that_she_sends_is_sent_once(world: World) -> None:
    mail_program.rebuild(world, "made-by-the-server@outlook.example", as_html=True)
    world.poll()
    mail_program.send(world)
    world.poll()
    assert len(world.drafts(DraftState.SENT)) == 1
    assert world.waiting() == []
    assert world.folder("Drafts") == []


# --- never two, never one lost ---------------------------------------------------------------


def test_a_new_version_replaces_the_unchanged_copy(anywhere: World) -> None:
    draft = anywhere.the_draft()
    review.edit(anywhere.bot, review.shown(draft), HER_WORDS, anywhere.now)
    anywhere.poll()
    (copy,) = anywhere.folder("Drafts")
    assert b"it should not, if you go slowly" in copy


def test_a_copy_laid_by_an_older_version_of_the_bot_is_known_by_what_was_laid(
    world: World,
) -> None:
    """A copy counts as unchanged even if templates or libraries now build it differently."""
    (filed,) = _filed(world)
    assert filed.raw
    with world.bot.store.transaction() as tx:
        draft = tx.drafts.get(filed.draft_id)
        tx.drafts.move(draft, replace(draft, text="Built otherwise today.\n"))
    review.reject(world.bot, review.shown(world.the_draft()), world.now)
    world.poll()
    assert world.folder("Drafts") == []


def test_a_crash_after_the_copy_was_laid_makes_no_second_one(anywhere: World) -> None:
    (filed,) = _filed(anywhere)
    with anywhere.bot.store.transaction() as tx:
        tx.drafts.unfile(filed)
    anywhere.restart()
    anywhere.poll()
    assert len(anywhere.folder("Drafts")) == 1


def test_a_crash_while_taking_a_copy_back_is_not_taken_for_the_authors_doing(
    world: World,
) -> None:
    """Cut off right after the server removed the copy."""
    account = world.bot.accounts[0]
    cut = CutOff(account.mailbox)
    world.use(replace(world.bot, accounts=(replace(account, mailbox=cut.as_mailbox()),)))
    review.edit(world.bot, review.shown(world.the_draft()), HER_WORDS, world.now)
    with pytest.raises(KeyboardInterrupt):
        world.poll()
    assert world.folder("Drafts") == []
    world.use(replace(world.bot, accounts=(account,)))
    world.poll()
    assert len(world.folder("Drafts")) == 1
    assert world.the_draft().reason == ""


def test_a_folder_that_was_made_anew_gets_the_copies_again(world: World) -> None:
    with world.client() as client:
        client.delete_folder("Drafts")
        client.create_folder("Drafts")
    world.poll()
    assert len(world.folder("Drafts")) == 1
    assert world.the_draft().reason == ""


def test_the_authors_own_drafts_are_left_alone(world: World) -> None:
    with world.client() as client:
        client.append("Drafts", b"Subject: dear mother\r\n\r\nI\r\n", ("\\Draft",))
    review.reject(world.bot, review.shown(world.the_draft()), world.now)
    world.poll()
    (hers,) = world.folder("Drafts")
    assert b"dear mother" in hers


def test_a_draft_that_names_a_day_that_has_passed_is_taken_back(world: World) -> None:
    world.restart(Policy())
    world.letter(
        "Does trigger point massage hurt? And how much does a session cost?",
        From="bob@example.org",
    )
    world.poll()
    dated = world.drafts(DraftState.PENDING)[-1]
    assert dated.kind is DraftKind.PARTIAL
    with world.bot.store.transaction() as tx:  # as an earlier version named one
        day = world.now.date() + timedelta(days=7)
        dated = tx.drafts.add_version(replace(dated, version=dated.version + 1, promised_day=day))
    world.poll()
    assert len(world.folder("Drafts")) == 2
    world.later(days=30)
    world.poll()
    assert dated.message_id.encode() not in b"".join(world.folder("Drafts"))
    world.poll()
    assert len(world.folder("Drafts")) == 1


class CutOff:
    """The process dies after the server has removed a draft."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def as_mailbox(self) -> Mailbox:
        return self  # type: ignore[return-value]

    def __getattr__(self, name: str) -> object:
        return getattr(self._mailbox, name)

    def withdraw_draft(self, place: Place, raw: bytes) -> bool:
        self._mailbox.withdraw_draft(place, raw)
        raise KeyboardInterrupt


def _interrupted(world: World) -> None:
    draft = world.approve(world.the_draft())
    with world.bot.store.transaction() as tx:
        sending = tx.drafts.move(draft, replace(draft, state=DraftState.SENDING))
        tx.drafts.move(sending, replace(draft, state=DraftState.UNCERTAIN))


def _filed(world: World) -> list[FiledDraft]:
    with world.bot.store.reading() as tx:
        return list(tx.drafts.filed())


def _states(world: World) -> dict[tuple[int, int], DraftState]:
    return {(one.id, one.version): one.state for one in world.drafts()}


def fields_in_drafts(world: World) -> tuple[EmailMessage, bytes]:
    """The header of the only copy in Drafts, parsed and as it stands there."""
    (raw,) = world.folder("Drafts")
    return message_from_bytes(raw, policy=policy.default), raw.partition(b"\r\n\r\n")[0]


def test_the_copy_in_drafts_names_the_whole_thread_so_that_phones_show_it_there(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> None:
    """Gmail and Apple Mail put a draft into its thread by References and In-Reply-To."""
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    earlier = [f"<{number}.{'x' * 40}@mail.example.org>" for number in range(30)]
    letter = world.letter(QUESTION, References=" ".join(earlier), In_Reply_To=earlier[-1])
    world.poll()
    copy, head = fields_in_drafts(world)
    world.close()
    assert copy["In-Reply-To"] == f"<{letter}>"
    assert copy["References"].split() == [*earlier, f"<{letter}>"]
    assert copy["Subject"] == "Re: Your article on massage"
    assert max(map(len, head.split(b"\r\n"))) <= 78


def test_an_endless_thread_is_cut_to_its_root_and_its_end(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> None:
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    earlier = [f"<{number}@mail.example.org>" for number in range(5_000)]
    letter = world.letter(QUESTION, References=" ".join(earlier))
    world.poll()
    named = fields_in_drafts(world)[0]["References"].split()
    world.close()
    assert len(named) <= 200
    assert (named[0], named[-1]) == (earlier[0], f"<{letter}>")
