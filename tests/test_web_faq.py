"""The author never has to open a file to see, try and mend her FAQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inbox_bot import faq_writing, pipeline
from inbox_bot.model import DraftState, Entry
from tests.pages import Desk, desk, say, token_on


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


@pytest.fixture
def file(at: Desk) -> Iterator[Path]:
    """The article's file; afterwards it is as it was."""
    (path,) = at.page.faq.glob("massage*.yaml")
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def mend(client: FlaskClient, entry_id: str, verb: str, answer: str = "") -> TestResponse:
    data = {"csrf_token": token_on(client), "answer": answer}
    return client.post(f"/faq/{entry_id}/{verb}", data=data)


def test_it_tells_what_it_would_answer(at: Desk) -> None:
    told = at.author().get("/faq", query_string={"try": "is a massage chair any good?"}).text
    assert "What I would do" in told
    assert "pretty expensive" in told
    unsure = at.author().get("/faq", query_string={"try": "how is your cat?"}).text
    assert "I would ask you" in unsure


def test_an_entry_tells_how_often_it_was_used(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    entry = draft.entries[0]
    assert "not used yet" in client.get(f"/faq/{entry}").text
    say(client, draft, "reject")
    assert "rejected once" in client.get(f"/faq/{entry}").text
    pipeline.undo(at.bot, draft.id, at.now)
    say(client, at.draft(draft.id), "approve", line="A line of my own")
    at.later(seconds=61)
    pipeline.send_approved(at.bot, at.now)
    assert "sent once" in client.get(f"/faq/{entry}").text


def test_a_preview_keeps_nothing(at: Desk, file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    shown = mend(at.author(), "massage-chair", "preview", "*Quite* [good](https://example.org/).")
    assert "not saved yet" in shown.text
    assert "good &lt;https://example.org/&gt;" in shown.text
    assert file.read_text(encoding="utf-8") == before


def test_a_changed_answer_is_kept_with_the_authors_comments(at: Desk, file: Path) -> None:
    file.write_text("# my own comment\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    client = at.author()
    kept = mend(client, "massage-chair", "edit", "Chairs are\r\nquite good.")
    assert "have a new draft" in kept.text or "had the old text" in kept.text
    assert "# my own comment" in file.read_text(encoding="utf-8")
    assert "quite good." in client.get("/faq/massage-chair").text
    assert (
        at.bot.knowledge().faq.entry("massage-chair").answer.split()
        == "Chairs are quite good.".split()
    )


def test_an_empty_answer_is_refused(at: Desk, file: Path) -> None:
    assert mend(at.author(), "massage-chair", "edit", " ").status_code == 409


def test_an_answer_by_hand_is_kept_for_next_time(at: Desk, file: Path) -> None:
    client = at.author()
    draft = next(
        one for one in at.drafts(DraftState.PENDING) if one.to[0].name == "Grace Lindqvist"
    )
    said = say(client, draft, "approve", text="Hi Grace,\n\nIt is 60 dollars an hour.\n\nSteve")
    lesson = f"/lesson/{draft.id}"
    assert lesson in client.get(said.headers["Location"]).text
    proposed = client.get(lesson).text
    assert "60 dollars" in proposed
    assert "Grace" not in proposed
    form = {"question": "How much is a session?", "answer": "60 dollars.", "entry_id": "the-price"}
    data = {"csrf_token": token_on(client), **form}
    assert client.post(lesson, data={**data, "question": ""}).status_code == 400
    assert "the-price" in client.post(lesson, data=data).text
    assert at.bot.knowledge().faq.entry("the-price").answer.strip() == "60 dollars."
    assert client.post(lesson, data=data).status_code == 409
    pipeline.undo(at.bot, draft.id, at.now)


def test_a_new_entry_is_kept_or_dropped(at: Desk, file: Path) -> None:
    client = at.author()
    for name in ("new-one", "new-two"):
        entry = Entry(
            id=name,
            article=file.stem,
            question=f"What about {name}?",
            also_asked=(),
            answer="This.",
            usable=False,
        )
        faq_writing.add_entry(file, entry)
    assert "Not used until" in client.get("/faq").text
    mend(client, "new-one", "keep")
    mend(client, "new-two", "drop")
    assert at.bot.knowledge().faq.entry("new-one").usable
    assert client.get("/faq/new-two").status_code == 404
    assert "Not used until" not in client.get("/faq").text


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fsettings", "<script>"])
def test_what_is_no_entry_is_404(at: Desk, name: str) -> None:
    client = at.author()
    assert client.get(f"/faq/{name}").status_code == 404
    assert mend(client, name, "drop").status_code == 404
    assert mend(client, "massage-chair", "publish").status_code == 404
