"""The queue, what was sent, and several at once: over HTTP, with real letters and real sending."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from inbox_bot import review
from inbox_bot.model import Draft, DraftState, Verb
from inbox_bot.review import promises
from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.sessions import new_link
from tests.pages import say, token_on
from tests.web.test_actions import say_of
from tests.world import TOP, World

CHAIR = "Hi Steve,\n\nwould a massage chair be a good alternative?\n\n{name}"
PRICE = "Hi Steve,\n\nhow much does one session cost?\n\n{name}"
THANKS = (
    "Hi Steve,\n\nyour article is on my fridge. My sister has sciatica as well. "
    "No need to answer this.\n\n{name}"
)
FAST = 0.15
"""Seconds from the yes to its answer."""


def ask(world: World, name: str, text: str = CHAIR) -> str:
    return world.letter(
        text.format(name=name), From=f"{name} <{name.lower()}@example.org>", Subject=f"From {name}"
    )


def page_on(world: World) -> FlaskClient:
    """A browser of the author's, logged in."""
    page = Page(
        bot=world.bot,
        clock=lambda: world.now,
        hosts=frozenset({"localhost"}),
        key="key",
        faq=TOP / "faq",
        templates=TOP / "templates",
    )
    client = make_app(page).test_client()
    client.get(f"/open/{new_link(world.bot.store, world.now)}")
    return client


def send(world: World, draft: Draft) -> None:
    world.approve(draft)
    world.later(minutes=2)
    world.send()


def of(world: World, name: str) -> Draft:
    hers = [one for one in world.drafts() if one.to[0].name == name]
    return max(hers, key=lambda one: (one.id, one.version))


@pytest.fixture
def sent_twice(world: World) -> World:
    """The answer on chairs has left twice; three more wait for it, and one for the price."""
    for name in ("Ann", "Bob"):
        ask(world, name)
        world.poll()
        send(world, of(world, name))
    for name in ("Cleo", "Dora", "Ella"):
        ask(world, name)
    ask(world, "Finn", PRICE)
    world.poll()
    return world


def offered(client: FlaskClient) -> list[str]:
    return re.findall(r'name="yes" value="([^"]+)"', client.get("/several").text)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL statements that are run meanwhile."""
    said: list[str] = []

    def hear(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


# --- several at once ---------------------------------------------------------------------------


def test_answers_sent_unchanged_twice_are_offered_with_letter_and_reply(sent_twice: World) -> None:
    client = page_on(sent_twice)
    assert len(offered(client)) == 3
    shown = client.get("/several").text
    for name in ("Cleo", "Dora", "Ella"):
        assert of(sent_twice, name).text.strip().partition("'")[0] in shown
    assert "would a massage chair be a good alternative?" in shown
    assert "checked" not in re.sub(r"<[^i][^>]*>|>[^<]*<", "", shown)
    assert "Finn" not in shown
    assert 'href="/several"' in client.get("/").text


def test_nothing_is_offered_before_the_second_time(world: World) -> None:
    for name in ("Ann", "Bob", "Cleo"):
        ask(world, name)
    world.poll()
    send(world, of(world, "Ann"))
    client = page_on(world)
    assert offered(client) == []
    assert 'href="/several"' not in client.get("/").text


def test_an_answer_sent_with_a_line_or_edited_does_not_count(world: World) -> None:
    for name in ("Ann", "Bob", "Cleo"):
        ask(world, name)
    world.poll()
    review.add_line(world.bot, review.shown(of(world, "Ann")), "How kind of you", world.now)
    send(world, of(world, "Ann"))
    send(world, of(world, "Bob"))
    assert offered(page_on(world)) == []


def test_each_checked_reply_gets_its_own_yes_and_one_undo_takes_all_back(
    sent_twice: World,
) -> None:
    client = page_on(sent_twice)
    ticked = offered(client)[:2]
    answer = client.post("/several", data={"csrf_token": token_on(client), "yes": ticked})
    queue = client.get(answer.headers["Location"]).text
    assert "2 replies go out in 60 sec." in queue
    approved = sent_twice.drafts(DraftState.APPROVED)
    assert len(approved) == 2
    for draft in approved:
        with sent_twice.bot.store.reading() as tx:
            yes = [one for one in tx.events(draft.letter_id) if one.verb == Verb.APPROVED]
        assert [(one.draft_id, one.version) for one in yes] == [(draft.id, draft.version)]
    ids = re.search(r'name="several" value="([\d.]+)"', queue)
    assert ids
    data = {"csrf_token": token_on(client), "several": ids[1]}
    queue = client.get(client.post("/several/undo", data=data).headers["Location"]).text
    assert "Back in the queue: Cleo, Dora." in queue
    assert not sent_twice.drafts(DraftState.APPROVED)


def test_several_leave_as_they_were_shown(sent_twice: World) -> None:
    client = page_on(sent_twice)
    shown = {name: of(sent_twice, name).text for name in ("Cleo", "Dora", "Ella")}
    client.post("/several", data={"csrf_token": token_on(client), "yes": offered(client)})
    sent_twice.later(minutes=2)
    sent = sent_twice.send().sent
    assert {one.to[0].name: one.text for one in sent} == shown


def test_what_changed_meanwhile_is_left_out_and_told(sent_twice: World) -> None:
    client = page_on(sent_twice)
    ticked = offered(client)
    cleo = review.shown(of(sent_twice, "Cleo"))
    review.edit(sent_twice.bot, cleo, "Something quite different, Cleo.", sent_twice.now)
    forged = re.sub(r"[0-9a-f]{8}$", "0" * 8, ticked[1])
    data = {"csrf_token": token_on(client), "yes": [ticked[0], forged, ticked[2]]}
    queue = client.get(client.post("/several", data=data).headers["Location"]).text
    assert "1 reply goes out in 60 sec." in queue
    assert "Left out because something changed in the meantime: Cleo, Dora." in queue
    assert [one.to[0].name for one in sent_twice.drafts(DraftState.APPROVED)] == ["Ella"]


def test_a_draft_that_is_not_offered_cannot_be_sent_along(sent_twice: World) -> None:
    client = page_on(sent_twice)
    swapped = review.swap(
        sent_twice.bot,
        review.shown(of(sent_twice, "Finn")),
        0,
        "deep-tissue-massage",
        sent_twice.now,
    )
    what = review.shown(swapped)
    data = {
        "csrf_token": token_on(client),
        "yes": [f"{what.draft_id}.{what.version}.{what.hash}"],
    }
    queue = client.get(client.post("/several", data=data).headers["Location"]).text
    assert "Left out" in queue
    assert not sent_twice.drafts(DraftState.APPROVED)


@pytest.mark.parametrize("yes", [[], ["x"], ["1.1"], ["1.x.abc"]])
def test_a_form_without_a_checked_reply_sends_nothing(sent_twice: World, yes: list[str]) -> None:
    client = page_on(sent_twice)
    data = {"csrf_token": token_on(client), "yes": yes}
    assert client.post("/several", data=data).status_code == 400
    assert not sent_twice.drafts(DraftState.APPROVED)


def test_an_undo_that_comes_late_takes_back_what_is_left_and_tells_of_the_rest(
    sent_twice: World,
) -> None:
    client = page_on(sent_twice)
    ticked = offered(client)[:2]
    client.post("/several", data={"csrf_token": token_on(client), "yes": ticked[:1]})
    sent_twice.later(minutes=2)
    sent_twice.send()
    client.post("/several", data={"csrf_token": token_on(client), "yes": ticked[1:]})
    ids = ".".join(one.partition(".")[0] for one in ticked)
    data = {"csrf_token": token_on(client), "several": ids}
    queue = client.get(client.post("/several/undo", data=data).headers["Location"]).text
    assert "Already sent: Cleo. Back in the queue: Dora." in queue


# --- what was sent -----------------------------------------------------------------------------


def test_what_was_sent_is_listed_newest_first_and_can_be_searched(sent_twice: World) -> None:
    client = page_on(sent_twice)
    listed = client.get("/sent").text
    assert 'href="/sent"' in client.get("/").text
    assert re.findall(r'class="reader" href="[^"]+">(\w+)', listed) == ["Bob", "Ann"]
    assert re.findall(r'class="reader" href="[^"]+">(\w+)', client.get("/sent?q=ann").text) == [
        "Ann"
    ]
    assert "No sent reply has all of these words" in client.get("/sent?q=zebra").text
    assert "No sent reply" in client.get("/sent?q=%22").text


def test_each_sent_reply_can_be_corrected_and_kept(sent_twice: World) -> None:
    client = page_on(sent_twice)
    draft = of(sent_twice, "Ann")
    listed = client.get("/sent").text
    assert f'href="/letter/{draft.letter_id}?again=1#again"' in listed
    assert client.get(f"/lesson/{draft.id}").status_code == 200
    assert f'href="/lesson/{draft.id}"' in listed
    assert (
        f'action="/draft/{draft.id}/write-again"' in client.get(f"/letter/{draft.letter_id}").text
    )
    say(client, draft, "write-again", text="I meant tables.")
    assert "write-again" not in client.get(f"/letter/{draft.letter_id}").text


def test_the_sent_page_asks_the_store_as_often_for_many_as_for_few(sent_twice: World) -> None:
    client = page_on(sent_twice)
    costs = [statements(client, path) for path in ("/", "/several", "/sent")]
    for number in range(12):
        ask(sent_twice, f"Gil{number}")
    sent_twice.poll()
    client.post("/several", data={"csrf_token": token_on(client), "yes": offered(client)})
    sent_twice.later(minutes=2)
    sent_twice.send()
    assert len(sent_twice.drafts(DraftState.SENT)) == 12
    assert [statements(client, path) for path in ("/", "/several", "/sent")] == costs


def statements(client: FlaskClient, path: str) -> int:
    with counted() as said:
        assert client.get(path).status_code == 200
    return len(said)


# --- rows --------------------------------------------------------------------------------------


def test_a_row_says_what_is_to_be_done_and_who_has_been_waiting(world: World) -> None:
    ask(world, "Ann")
    ask(world, "Finn", PRICE)
    world.poll()
    world.later(days=2)
    queue = page_on(world).get("/").text
    assert "Ready to send" in row_of(queue, "Ann")
    assert "Needs you: no" in row_of(queue, "Finn")
    assert "waiting since Tuesday" in row_of(queue, "Finn")


def row_of(queue: str, name: str) -> str:
    return queue.partition(f'<span class="reader">{name}<')[2].partition("</li>")[0]


def test_thanks_are_not_waiting_and_never_need_her(world: World) -> None:
    ask(world, "Ann")
    thanks = ask(world, "Tess", THANKS)
    world.poll()
    letter = world.stored(thanks)
    assert letter
    review.a_reader_after_all(world.bot, letter.id, world.now)
    world.poll()
    queue = page_on(world).get("/").text
    summary = queue.partition('<h1 class="glance">')[2].partition("<small")[0]
    assert summary.startswith("1 ready (about 1 min) · Ann waiting since")
    assert "A thank-you: no reply needed" in row_of(queue, "Tess")
    assert "waiting since" not in row_of(queue, "Tess")


def test_an_answered_letter_is_not_waiting(sent_twice: World) -> None:
    client = page_on(sent_twice)
    answered = client.get(f"/letter/{of(sent_twice, 'Ann').letter_id}").text
    assert "waiting since" not in answered
    assert "answered" in answered
    waiting = client.get(f"/letter/{of(sent_twice, 'Cleo').letter_id}").text
    assert "waiting since" in waiting


def test_a_rejected_draft_is_not_counted_as_ready(world: World) -> None:
    ask(world, "Ann")
    world.poll()
    client = page_on(world)
    say(client, of(world, "Ann"), "reject")
    queue = client.get("/").text
    assert "1 needs you" in queue
    assert "ready" not in queue


@pytest.mark.parametrize("ended", ["reject", "release"])
@pytest.mark.parametrize("verb", ["hold", "edit", "snooze", "answered-by-hand", "save"])
def test_a_rejected_or_released_letter_is_no_dead_end(world: World, ended: str, verb: str) -> None:
    ask(world, "Ann")
    world.poll()
    client, draft = page_on(world), of(world, "Ann")
    if ended == "reject":
        say(client, draft, "reject")
    else:
        promises.release(world.bot.store, draft.letter_id, "a neighbor", world.now)
    shown = client.get(f"/letter/{draft.letter_id}").text
    for offered_verb in ("hold", "edit", "snooze", "answered-by-hand"):
        assert f'formaction="/draft/{draft.id}/{offered_verb}"' in shown
    assert "/approve" not in re.sub(r"<form [^>]*>", "", shown)
    assert 'class="yes sends"' not in shown
    typed = {
        "edit": {"text": "Hi Ann,\n\nhere is what I think of chairs.\n\nSteve"},
        "snooze": {"until": "2026-03-20"},
    }
    said = say(client, of(world, "Ann"), "edit" if verb == "save" else verb, **typed.get(verb, {}))
    assert said.status_code == 303
    after = of(world, "Ann")
    expected = DraftState.SUPERSEDED if verb == "answered-by-hand" else DraftState.PENDING
    assert after.state is expected
    assert len(world.waiting()) == (verb != "answered-by-hand")
    if ended == "reject" and verb not in ("save", "answered-by-hand"):
        say_of(client, after.letter_id, "undo")
        assert of(world, "Ann").state is DraftState.PENDING


def test_a_rejected_draft_is_done_with_one_press(world: World) -> None:
    ask(world, "Ann")
    world.poll()
    client, draft = page_on(world), of(world, "Ann")
    say(client, draft, "reject")
    assert f'formaction="/letter/{draft.letter_id}/release"' in (
        client.get(f"/letter/{draft.letter_id}").text
    )
    say_of(client, draft.letter_id, "release")
    assert not world.waiting()
    say(client, of(world, "Ann"), "hold")
    assert len(world.waiting()) == 1


# --- late words --------------------------------------------------------------------------------


def test_an_undo_that_comes_too_late_says_that_the_reply_was_sent(world: World) -> None:
    ask(world, "Ann")
    world.poll()
    client, draft = page_on(world), of(world, "Ann")
    send(world, draft)
    for answer in (
        say(client, draft, "undo"),
        client.post(f"/letter/{draft.letter_id}/undo", data={"csrf_token": token_on(client)}),
    ):
        assert answer.status_code == 409
        assert "It&#39;s too late to undo: your reply to Ann has been sent." in answer.text
        assert "Nothing was sent" not in answer.text


def test_a_second_yes_does_not_deny_what_was_sent(world: World) -> None:
    ask(world, "Ann")
    world.poll()
    client, draft = page_on(world), of(world, "Ann")
    send(world, draft)
    answer = say(client, draft, "approve")
    assert answer.status_code == 409
    assert "Your reply to Ann has been sent." in answer.text
    assert "Nothing was sent" not in answer.text


@pytest.mark.parametrize("state", [DraftState.SENDING, DraftState.UNCERTAIN])
def test_an_undo_while_it_may_have_left_does_not_say_that_nothing_was_sent(
    world: World, state: DraftState
) -> None:
    ask(world, "Ann")
    world.poll()
    client, draft = page_on(world), world.approve(of(world, "Ann"))
    with world.bot.store.transaction() as tx:
        sending = tx.drafts.move(draft, replace(draft, state=DraftState.SENDING))
        if state is DraftState.UNCERTAIN:
            tx.drafts.move(sending, replace(sending, state=state))
    answer = say(client, draft, "undo")
    assert answer.status_code == 409
    assert "Nothing was sent" not in answer.text
    assert "your reply to Ann" in answer.text


# --- being read --------------------------------------------------------------------------------


def test_a_letter_called_a_readers_shows_at_once_and_a_poll_is_asked_for(world: World) -> None:
    world.letter("This month: ten tips.", From="Tips <tips@example.org>", List_Id="<tips.example>")
    world.poll()
    polls: list[int] = []
    client = page_on(world)
    client.application.extensions["inbox_bot"] = replace(
        client.application.extensions["inbox_bot"], poll_now=lambda: polls.append(1)
    )
    with world.bot.store.reading() as tx:
        (other,) = tx.messages.others(5)
    where = say_of(client, other.letter_id, "a-reader-after-all")
    assert polls == [1]
    queue = client.get(where).text
    assert "Drafts on the way" in queue
    assert f'href="/letter/{other.letter_id}"' in queue
    assert "reading this letter" in client.get(f"/letter/{other.letter_id}").text
    world.later(minutes=2)
    client.get("/")
    assert polls == [1, 1], "one called so in the terminal is polled for, too"
    world.poll()
    assert "Drafts on the way" not in client.get("/").text


# --- bars --------------------------------------------------------------------------------------


def seconds_to_approve(client: FlaskClient, draft: Draft) -> float:
    form = {
        "csrf_token": token_on(client),
        "version": str(draft.version),
        "hash": review.shown(draft).hash,
    }
    begun = time.perf_counter()
    answer = client.post(f"/draft/{draft.id}/approve", data=form)
    took = time.perf_counter() - begun
    assert answer.status_code == 303
    return took


def test_from_the_yes_to_its_answer_goes_no_time_and_the_queue_is_small(world: World) -> None:
    for number in range(40):
        ask(world, f"Gil{number}")
    world.poll()
    client = page_on(world)
    assert min(seconds_to_approve(client, of(world, f"Gil{one}")) for one in range(5)) <= FAST
    assert len(client.get("/").data) <= 40_000
