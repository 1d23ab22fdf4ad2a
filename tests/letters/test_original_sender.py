"""Readers behind a Google Group or a forwarder at the author's own address."""

import pytest

from inbox_bot.drafting.mime import recipient
from inbox_bot.letters.verdicts import judge, restore_sender, scope
from inbox_bot.model import KnownPeople, Message, Verdict
from inbox_bot.review.warnings import warnings_of
from tests.letters.test_verdicts import letter
from tests.world import World

CONTACT = "contact@author.example"
OWN = frozenset({"steve@example.com", CONTACT})
PEOPLE = KnownPeople(own=OWN)
GROUP = f"""\
To: {CONTACT}
Precedence: list
Mailing-list: list {CONTACT}; contact contact+owners@author.example
List-ID: <contact.author.example>
List-Post: <https://groups.example/group/contact/post>, <mailto:{CONTACT}>
List-Unsubscribe: <mailto:googlegroups-manage+1+unsubscribe@groups.example>
"""
VIA = f"From: 'Jane Doe' via Contact <{CONTACT}>\n"
SILENT = 'From: "Jane Doe" <no-reply@forwarder.example>\n'


def seen(fields: str) -> Message:
    return restore_sender(letter(fields), OWN)


@pytest.mark.parametrize(
    "fields",
    [
        f"From: Jane Doe <jane@example.org>\n{GROUP}",
        f"From: Jane Doe <jane@example.org>\n{GROUP}Reply-To: {CONTACT}\n",
        f"{VIA}{GROUP}Reply-To: {CONTACT}\nX-Original-From: Jane Doe <jane@example.org>\n",
        f"{VIA}{GROUP}Reply-To: {CONTACT}\nX-Original-Sender: jane@example.org\n",
        f"{VIA}{GROUP}Reply-To: Jane Doe <jane@example.org>\n",
        f"{SILENT}To: {CONTACT}\nReply-To: jane@example.org\n",
        f"{SILENT}To: {CONTACT}\nX-Original-From: jane@example.org\n",
    ],
)
def test_a_reader_behind_the_authors_own_group_is_a_reader_and_gets_the_answer(fields: str) -> None:
    message = seen(fields)
    assert scope(message, PEOPLE) is None
    assert judge(message, PEOPLE).verdict is Verdict.READER
    assert message.sender
    assert (message.sender.email, message.sender.name) == ("jane@example.org", "Jane Doe")
    assert recipient(message, OWN).email == "jane@example.org"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ("List-ID: <talk.lists.example>\nList-Post: <mailto:talk@lists.example>", Verdict.LIST),
        (f"{GROUP}List-Unsubscribe: <https://news.example/u>", Verdict.LIST),
        (f"{GROUP}Auto-Submitted: auto-replied", Verdict.AUTOMATIC),
        (
            f"From: Steve <steve@example.com>\n{GROUP}X-Original-Sender: steve@example.com",
            Verdict.OWN,
        ),
        (f"{SILENT}Reply-To: help@forwarder.example", Verdict.AUTOMATIC),
        (f"{SILENT}Reply-To: shop@example.net\nList-Unsubscribe: <x:y>", Verdict.LIST),
        (f"{SILENT}Reply-To: shop@example.net\nFeedback-ID: 1:x", Verdict.AUTOMATIC),
        (f"{SILENT}X-Original-From: shop@example.net\nFeedback-ID: 1:x", Verdict.AUTOMATIC),
    ],
)
def test_lists_and_machines_stay_what_they_are(fields: str, verdict: Verdict) -> None:
    assert judge(seen(fields), PEOPLE).verdict is verdict


@pytest.mark.parametrize(
    "field",
    ["X-Delivered-To", "X-Original-To", "Envelope-To", "X-Resolved-To", "Delivered-To"],
)
def test_an_alias_is_known_by_where_the_server_delivered(field: str) -> None:
    message = letter(f"To: old-alias@provider.example\n{field}: <steve@example.com>")
    assert scope(message, PEOPLE) is None


def test_yahoo_writes_the_time_behind_the_address() -> None:
    field = "X-Apparently-To: steve@example.com; Mon, 02 Mar 2026 10:00:00 +0000"
    assert scope(letter(f"To: old-alias@provider.example\n{field}"), PEOPLE) is None


def test_the_answer_to_a_letter_through_the_group_goes_to_the_reader(world: World) -> None:
    own = world.imap.address
    world.letter(
        "Does massage help with sciatica?",
        From=f"'Jane Doe' via Contact <{own}>",
        Reply_To=own,
        X_Original_From="Jane Doe <jane@example.org>",
        List_ID=f"<{own.replace('@', '.')}>",
        Mailing_list=f"list {own}; contact x@groups.example",
        List_Unsubscribe="<mailto:unsubscribe@groups.example>",
        Precedence="list",
    )
    world.poll()
    draft = world.the_draft()
    assert [one.email for one in draft.to] == ["jane@example.org"]
    assert [one.reader for one in world.waiting()] == ["jane@example.org"]


ANN = "Ann Reader <ann@example.org>"


@pytest.mark.parametrize("field", ["Reply_To", "X_Original_From"])
@pytest.mark.parametrize("name", ["Mal", "Ann Reader"])
def test_a_strangers_forwarder_that_names_a_reader_speaks_not_for_her(
    world: World, field: str, name: str
) -> None:
    first = world.letter("Is a massage chair any good?", From=ANN, Cc="Bob <bob@example.net>")
    world.poll()
    world.approve(world.the_draft())
    world.letter(
        "Thanks! No need to reply.",
        From=f"{name} <no-reply@stranger.example>",
        In_Reply_To=f"<{first}>",
        **{field: ANN},
    )
    world.later(minutes=5)
    world.poll()
    assert [one.to[0].email for one in world.send().sent] == ["ann@example.org"]


def test_who_wrote_through_a_forwarder_goes_on_in_her_own_thread(world: World) -> None:
    through = {"From": "Ann via forms <no-reply@forwarder.example>", "Reply_To": ANN}
    first = world.letter("Is a massage chair any good?", **through)
    world.poll()
    assert "It came through no-reply@forwarder.example" in "; ".join(
        warnings_of(world.bot, world.the_draft().id, world.now)
    )
    second = world.letter("Does it hurt?", **through, In_Reply_To=f"<{first}>")
    world.letter("And how often?", From=ANN, In_Reply_To=f"<{second}>")
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@example.org"]
