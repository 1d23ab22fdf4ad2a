"""Every action is available on the page, and can be undone from the letter's history."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from inbox_bot import humanize, pipeline, review
from inbox_bot.model import Doubt, Draft, DraftState
from inbox_bot.promises import ledger
from inbox_bot.steps.outcome import came_back
from inbox_bot.web.actions import DRAFT_VERBS, WITHOUT_VERSION
from tests.pages import Desk, say, token_on

TODAY_OR_LATER = {"until": "2099-01-01"}
TYPED = {
    "snooze": TODAY_OR_LATER,
    "edit": {"text": "Dear reader,\n\nmy own words.\n\nSteve"},
    "not-a-question": {"choice": "0"},
    "readdress": {"address": "new@example.org"},
}
UNDOABLE = sorted(set(DRAFT_VERBS) - WITHOUT_VERSION - {"swap"})
RULED_OUT = ["not-a-reader", "never-sender", "never-domain"]


def pending(at: Desk) -> Draft:
    return at.drafts(DraftState.PENDING)[-1]


def say_of(client: FlaskClient, letter_id: int, verb: str) -> str:
    data = {"csrf_token": token_on(client)}
    answer = client.post(f"/letter/{letter_id}/{verb}", data=data)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_reply_that_came_back_asks_for_an_address_until_the_author_says_yes(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    say(client, draft, "approve")
    at.later(minutes=2)
    pipeline.send_approved(at.bot, at.now)
    with at.bot.store.transaction() as tx:
        came_back(at.bot, tx, at.draft(draft.id).message_id, at.now)
    again = next(one for one in at.drafts(DraftState.PENDING) if one.letter_id == draft.letter_id)
    assert "Came back: check the address" in client.get("/").text
    assert "didn’t reach" in client.get(f"/letter/{draft.letter_id}").text
    say(client, again, "approve")
    say(client, at.draft(again.id), "undo")
    assert "didn’t reach" not in client.get(f"/letter/{draft.letter_id}").text


@pytest.mark.parametrize("verb", UNDOABLE)
def test_what_is_said_can_be_taken_back(at: Desk, verb: str) -> None:
    client, draft = at.author(), at.ready()
    said = say(client, draft, verb, **TYPED.get(verb, {}))
    assert said.status_code == 303
    after = at.draft(draft.id)
    assert after != draft
    assert "Undo" in client.get(f"/letter/{draft.letter_id}").text
    say_of(client, draft.letter_id, "undo")
    back = at.draft(draft.id)
    assert (back.state, back.text, back.snoozed_until) == (DraftState.PENDING, draft.text, None)


@pytest.mark.parametrize("verb", RULED_OUT)
def test_a_sender_that_was_ruled_out_can_come_back(at: Desk, verb: str) -> None:
    client, draft = at.author(), pending(at)
    queue = client.get(say_of(client, draft.letter_id, verb)).text
    assert "is marked as not a reader" in queue
    assert f'action="/letter/{draft.letter_id}/undo"' in queue
    assert f"/letter/{draft.letter_id}" not in re.sub(r"action=\S+", "", queue)
    say_of(client, draft.letter_id, "undo")
    at.poll()
    assert f'href="/letter/{draft.letter_id}"' in client.get("/").text


def test_another_answer_is_one_button_away(at: Desk) -> None:
    client = at.author()
    for draft in at.drafts(DraftState.PENDING):
        shown = client.get(f"/letter/{draft.letter_id}").text
        if choices := re.findall(r'name="choice" value="(\d:[a-z-]+)"', shown):
            break
    say(client, draft, "swap", choice=choices[0])
    assert choices[0].partition(":")[2] in at.draft(draft.id).entries
    say_of(client, draft.letter_id, "undo")
    assert at.draft(draft.id).entries == draft.entries


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("snooze", {"until": ""}),
        ("snooze", {"until": "soon"}),
        ("swap", {"choice": "x:massage-chair"}),
        ("swap", {"choice": "²:massage-chair"}),
        ("not-a-question", {"choice": "-1"}),
    ],
)
def test_a_form_that_says_nothing_is_refused(at: Desk, verb: str, typed: dict[str, str]) -> None:
    draft = at.ready()
    assert say(at.author(), draft, verb, **typed).status_code == 400
    assert at.draft(draft.id) == draft


def test_a_line_becomes_the_first_sentence_of_what_is_approved(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    say(client, draft, "approve", line="How kind of you", text=draft.text.replace("\n", "\r\n"))
    approved = at.draft(draft.id)
    assert approved.state is DraftState.APPROVED
    assert "\n\nHow kind of you.\n\n" in approved.text
    review.undo(at.bot, draft.id, at.now)
    review.undo(at.bot, draft.id, at.now)
    assert at.draft(draft.id).text == draft.text


def test_saving_what_was_not_changed_changes_nothing(at: Desk) -> None:
    draft = at.ready()
    assert say(at.author(), draft, "edit", text=draft.text).status_code == 303
    assert at.draft(draft.id) == draft


def test_an_empty_draft_cannot_be_approved_until_something_is_written(at: Desk) -> None:
    client = at.author()
    blank = next(one for one in at.drafts(DraftState.PENDING) if one.kind == "blank")
    assert say(client, blank, "approve").status_code == 409
    assert say(client, blank, "approve", line="I will ask my colleague").status_code == 303
    review.undo(at.bot, blank.id, at.now)


def test_a_day_may_be_typed_in_the_shape_of_her_locale(at: Desk) -> None:
    """A browser without a date picker sends what was typed."""
    client, draft = at.author(), at.ready()
    day = (at.now + timedelta(days=3)).date()
    assert 'placeholder="' in client.get(f"/letter/{draft.letter_id}").text
    say(client, draft, "snooze", until=humanize.numeric(day))
    assert at.draft(draft.id).snoozed_until == day
    say(client, at.draft(draft.id), "wake")
    assert at.draft(draft.id).snoozed_until is None


def test_what_is_put_off_leaves_the_queue_and_comes_back_on_its_day(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    day = (at.now + timedelta(days=3)).date().isoformat()
    notice = client.get(say(client, draft, "snooze", until=day).headers["Location"]).text
    assert "is snoozed until" in notice
    row = f'href="/letter/{draft.letter_id}"'
    assert row not in client.get("/").text
    at.later(days=4)
    assert row in client.get("/").text
    say(client, draft, "wake")


def test_a_reply_that_is_out_can_be_corrected_in_the_same_thread(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    say(client, draft, "approve")
    at.later(seconds=61)
    pipeline.send_approved(at.bot, at.now)
    assert "Send a correction" in client.get(f"/letter/{draft.letter_id}").text
    say(client, draft, "write-again", text="I wrote chairs and meant tables.")
    waiting = at.drafts(DraftState.PENDING)
    again = next(one for one in waiting if one.letter_id == draft.letter_id)
    assert "I wrote chairs and meant tables." in again.text
    assert again.in_reply_to
    assert "nothing to undo" not in client.get(f"/letter/{draft.letter_id}").text


def test_a_rejected_draft_leaves_its_reader_in_the_queue(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    say(client, draft, "reject")
    row = client.get("/").text.partition(f'href="/letter/{draft.letter_id}"')[2][:400]
    assert "Needs you: draft rejected" in row
    assert "is still waiting" in client.get(f"/letter/{draft.letter_id}").text
    say_of(client, draft.letter_id, "undo")


@pytest.mark.parametrize("doubt", Doubt)
def test_a_doubt_is_settled_with_one_press_and_that_is_taken_back(at: Desk, doubt: Doubt) -> None:
    client, draft = at.author(), at.ready()
    with at.bot.store.transaction() as tx:
        ledger.doubt(tx, tx.messages.get(draft.letter_id).thread, doubt)
    row = client.get("/").text.partition(f'href="/letter/{draft.letter_id}"')[2][:400]
    assert "Did you answer already?" in row
    assert escape(doubt.question[1:]) in client.get(f"/letter/{draft.letter_id}").text
    queue = client.get(say_of(client, draft.letter_id, "answered")).text
    assert "You answered" in queue
    assert f'href="/letter/{draft.letter_id}"' not in queue
    say_of(client, draft.letter_id, "undo")
    with at.bot.store.transaction() as tx:
        ledger.doubt(tx, tx.messages.get(draft.letter_id).thread, doubt)
    say_of(client, draft.letter_id, "owed")
    assert (
        doubt.question[1:]
        not in client.get(f"/letter/{draft.letter_id}").text.partition("history")[0]
    )
    assert at.draft(draft.id) == draft


def test_a_refused_reply_is_mended_or_let_go(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    fail(at, draft, DraftState.REFUSED, "550 5.1.1 no such mailbox")
    page = client.get(f"/letter/{draft.letter_id}").text
    assert "550 5.1.1 no such mailbox" in page
    assert 'name="address"' in page
    refused = at.draft(draft.id)
    say(client, refused, "readdress", address="new@example.org")
    assert say(client, at.draft(draft.id), "approve").status_code == 303
    review.undo(at.bot, draft.id, at.now)
    review.undo(at.bot, draft.id, at.now)
    assert at.draft(draft.id).to == draft.to
    fail(at, at.draft(draft.id), DraftState.REFUSED, "550 5.1.1 no such mailbox")
    assert "needs no reply" in client.get(say_of(client, draft.letter_id, "release")).text
    assert at.draft(draft.id).state is DraftState.SUPERSEDED
    say_of(client, draft.letter_id, "undo")
    assert at.draft(draft.id).state is DraftState.PENDING


def test_what_nobody_knows_is_asked_and_settled(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    fail(at, draft, DraftState.UNCERTAIN, "")
    assert "Was it sent? Only you can tell" in client.get("/").text
    assert "Check your Sent folder" in client.get(f"/letter/{draft.letter_id}").text
    say(client, draft, "was-not-sent")
    assert at.draft(draft.id).state is DraftState.PENDING


def fail(at: Desk, draft: Draft, state: DraftState, reason: str) -> None:
    """Approve it and let its sending end in `state`."""
    with at.bot.store.transaction() as tx:
        approved = tx.drafts.move(draft, replace(draft, state=DraftState.APPROVED))
        sending = tx.drafts.move(approved, replace(approved, state=DraftState.SENDING))
        tx.drafts.move(sending, replace(sending, state=state, reason=reason))


@pytest.mark.parametrize("verb", ["swap", "not-a-question", "hold"])
def test_what_was_typed_outlives_a_new_draft(at: Desk, verb: str) -> None:
    client, draft = at.author(), at.ready()
    other = re.search(r'value="(\d:[a-z-]+)"', client.get(f"/letter/{draft.letter_id}").text)
    choice = other[1] if verb == "swap" and other else "0"
    text = f"{draft.text}\nMy own end."
    shown = say(client, draft, verb, choice=choice, line="How kind of you", text=text).text
    assert 'value="How kind of you"' in shown
    assert "My own end." in shown
    say_of(client, draft.letter_id, "undo")


def test_what_was_typed_outlives_a_refusal_and_a_conflict(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    refused = say(client, draft, "snooze", line="How kind of you", until="")
    assert refused.status_code == 400
    assert 'value="How kind of you"' in refused.text
    review.edit(at.bot, review.shown(draft), "Something quite different.", at.now)
    conflict = say(client, draft, "approve", line="How kind of you")
    assert conflict.status_code == 409
    assert "quite different" in conflict.text
    data = {"csrf_token": token_on(client), "line": "How kind of you"}
    assert 'value="How kind of you"' in client.post(f"/letter/{draft.letter_id}", data=data).text
    review.undo(at.bot, draft.id, at.now)


def test_the_first_letters_are_drafted_once_the_author_says_so(at: Desk) -> None:
    client = at.author()
    assert client.post("/begin", data={"csrf_token": token_on(client)}).status_code == 303
    assert pipeline.has_begun(at.bot)


def test_the_page_of_others_tells_what_was_never_opened(at: Desk) -> None:
    told = "Not opened: 1 letter (1 from people you know)."
    assert told in at.author().get("/others").text
