"""View, try and edit the FAQ on the page, without opening a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inbox_bot import pipeline, review
from inbox_bot.faq import edit, reload
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.model import Draft, DraftState, Entry
from inbox_bot.review.learn import faq_now
from inbox_bot.web.app import make_app
from inbox_bot.web.sessions import new_link
from tests.pages import Desk, desk, say, settled, token_on


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


@pytest.fixture
def file(at: Desk) -> Iterator[Path]:
    """The article's file, restored afterwards."""
    (path,) = at.page.faq.glob("massage*.yaml")
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")


def mend(client: FlaskClient, entry_id: str, verb: str, answer: str = "") -> TestResponse:
    data = {"csrf_token": token_on(client)} | ({"answer": answer} if answer else {})
    return client.post(f"/faq/{entry_id}/{verb}", data=data)


def test_what_was_pasted_with_control_characters_is_kept_without_them(at: Desk, file: Path) -> None:
    mend(at.author(), "massage-chair", "edit", "One\x07 line,\x00 no bell.")
    assert "One line, no bell." in file.read_text(encoding="utf-8")


def test_it_tells_what_it_would_answer(at: Desk) -> None:
    told = at.author().get("/faq", query_string={"try": "is a massage chair any good?"}).text
    assert "What I would reply" in told
    assert "pretty expensive" in told
    unsure = at.author().get("/faq", query_string={"try": "how is your cat?"}).text
    assert "I would ask you" in unsure


def test_an_entry_tells_how_often_it_was_used(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    entry = draft.entries[0]
    assert "not used yet" in client.get(f"/faq/{entry}").text
    say(client, draft, "reject")
    assert "rejected once" in client.get(f"/faq/{entry}").text
    review.undo(at.bot, draft.id, at.now)
    say(client, at.draft(draft.id), "approve", line="A line of my own")
    at.later(seconds=61)
    pipeline.send_approved(at.bot, at.now)
    assert "used once" in client.get(f"/faq/{entry}").text


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
    shown = settled(client, kept)
    assert "with a new draft" in shown or "got the old text" in shown
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
    data = {"csrf_token": token_on(client), "article": file.stem, **form}
    assert client.post("/entry/new", data={**data, "question": ""}).status_code == 409
    assert "the-price" in settled(client, client.post("/entry/new", data=data))
    assert at.bot.knowledge().faq.entry("the-price").answer.strip() == "60 dollars."
    assert client.post("/entry/new", data=data).status_code == 409
    review.undo(at.bot, draft.id, at.now)


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
        edit.add_entry(file, entry)
    assert "Waiting for your OK" in client.get("/faq").text
    mend(client, "new-one", "keep")
    assert "Delete this entry?" in mend(client, "new-two", "drop").text
    assert client.get("/faq/new-two").status_code == 200
    data = {"csrf_token": token_on(client), "yes": "1"}
    assert client.post("/faq/new-two/drop", data=data).status_code == 303
    assert client.get("/faq/new-two").status_code == 404
    assert at.bot.fresh().faq.entry("new-one").usable
    assert "Waiting for your OK" not in client.get("/faq").text


def test_what_was_removed_can_be_put_back_for_a_day(at: Desk, file: Path) -> None:
    client, before = at.author(), file.read_text(encoding="utf-8")
    data = {"csrf_token": token_on(client), "yes": "1"}
    back = '/faq/massage-chair/put-back"'
    client.post("/faq/massage-chair/drop", data=data)
    assert back in client.get("/faq").text
    assert client.get("/faq/massage-chair").status_code == 404
    assert not any("massage-chair" in one.entries for one in redrafted(at))
    settled(client, client.post("/faq/massage-chair/put-back", data=data))
    assert file.read_text(encoding="utf-8") == before
    assert back not in client.get("/faq").text
    assert client.post("/faq/massage-chair/put-back", data=data).status_code == 404
    client.post("/faq/massage-chair/drop", data=data)
    at.later(hours=25)
    assert back not in client.get("/faq").text
    assert client.post("/faq/massage-chair/put-back", data=data).status_code == 404


def redrafted(at: Desk) -> list[Draft]:
    """The drafts that wait, once the last change has been heeded."""
    pipeline.poll(at.bot, at.now)
    return at.drafts(DraftState.PENDING)


def test_the_page_answers_while_a_change_is_learned_and_says_so(
    at: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old answers go on; the entry itself is shown as it is saved."""
    at.bot.fresh()
    go_on, slow = Event(), reload.learn

    def learn_slowly(*of: object) -> Knowledge:
        go_on.wait(30)
        return slow(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(reload, "learn", learn_slowly)
    client = at.author()
    saved = mend(client, "massage-chair", "edit", "Chairs are fine by me.")
    waits = client.get(saved.headers["Location"])
    assert waits.headers["Refresh"]
    assert "takes effect in a few seconds" in waits.text
    asked = {"try": "is a massage chair any good?"}
    told = client.get("/faq", query_string=asked).text
    assert "Your last change takes effect in a few seconds" in told
    assert "pretty expensive" in told
    assert "Chairs are fine by me." in client.get("/faq/massage-chair").text
    go_on.set()
    settled(client, saved)
    told = client.get("/faq", query_string=asked).text
    assert "Chairs are fine by me." in told
    assert "takes effect in a few seconds" not in told


def test_a_mistake_in_the_file_is_told_on_the_page_and_the_answers_go_on(
    at: Desk, file: Path
) -> None:
    client, text = at.author(), file.read_text(encoding="utf-8")
    at.bot.fresh()
    file.write_text(text.replace("- id: massage-chair", "- idd: massage-chair"), encoding="utf-8")
    shown = client.get("/faq").text
    assert "mistake in one of your FAQ files" in shown
    assert "idd" in shown
    assert "/faq/massage-chair" in shown
    file.write_text(text, encoding="utf-8")
    assert "mistake in one of your FAQ files" not in client.get("/faq").text


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fsettings", "<script>"])
def test_what_is_no_entry_is_404(at: Desk, name: str) -> None:
    client = at.author()
    assert client.get(f"/faq/{name}").status_code == 404
    assert mend(client, name, "drop").status_code == 404
    assert mend(client, "massage-chair", "publish").status_code == 404


# --- what readers ask again and again -----------------------------------------------------------


COURSES = (
    "do you offer online massage courses?",
    "any massage courses online?",
    "are there massage courses online that you offer?",
)


def deliver(at: Desk, asked: str, reader: str) -> None:
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = f"{reader} <{reader.lower()}@example.org>"
    letter["To"] = "steve@strongerbodies.example"
    letter["Subject"] = "A question"
    letter["Message-ID"] = f"<{reader}@example.org>"
    letter.set_content(f"Hi Steve,\n\n{asked}\n\nThanks,\n{reader}\n")
    at.world.deliver(letter.as_bytes(), at.now)


def test_what_three_readers_ask_is_answered_once_and_drafted_for_all(at: Desk, file: Path) -> None:
    client = at.author()
    for asked, reader in zip(COURSES, ("Ida", "Ben", "Cleo"), strict=True):
        assert "readers asked" not in client.get("/").text
        deliver(at, asked, reader)
        at.later(days=1)
        at.poll()
    found = re.search(r'href="(/entry/new\?often=\d+)"', client.get("/").text)
    assert found
    form = client.get(found[1]).text
    assert "3 readers asked this" in form
    assert all(reader in form for reader in ("Ida", "Ben", "Cleo"))
    data = {
        "csrf_token": token_on(client),
        "question": "Do you offer courses online?",
        "also_asked": "\r\n".join(COURSES),
        "answer": "",
        "article": file.stem,
        "entry_id": "courses",
    }
    empty = client.post("/entry/new", data=data)
    assert empty.status_code == 409
    assert COURSES[0] in empty.text
    kept = settled(client, client.post("/entry/new", data={**data, "answer": "Not before May."}))
    assert all(reader in kept for reader in ("Ida", "Ben", "Cleo"))
    drafts = [one for one in at.drafts(DraftState.PENDING) if "courses" in one.entries]
    assert len(drafts) == 3
    assert all("Not before May." in one.text for one in drafts)
    assert "readers asked" not in client.get("/").text


def test_a_question_can_be_put_off(at: Desk) -> None:
    client = at.author()
    for number in range(3):
        deliver(at, "do you ship your calendar to Peru?", f"Reader{number}")
    at.later(days=1)
    at.poll()
    found = re.search(r"/often/\d+/later", client.get("/").text)
    assert found
    assert client.post(found[0], data={"csrf_token": token_on(client)}).status_code == 303
    assert "readers asked" not in client.get("/").text


def test_the_report_leads_from_an_unanswered_question_to_an_entry(at: Desk) -> None:
    client = at.author()
    report = client.get("/report").text
    assert "still waiting" in report
    assert "<svg" in report
    assert "style=" not in report, "the page forbids styles that stand in the text"
    found = re.search(r'name="ask" value="([^"]+)"', report)
    assert found
    form = client.get("/entry/new", query_string={"ask": found[1]}).text
    assert 'action="/entry/new"' in form
    assert client.get("/report?month=2026-13").status_code == 400
    assert "No readers asked" in client.get("/report?month=2020-02").text


# --- all of it without a file --------------------------------------------------------------------


def test_an_entrys_question_and_its_other_wordings_are_changed_on_the_page(
    at: Desk, file: Path
) -> None:
    client = at.author()
    entry = at.bot.knowledge().faq.entry("massage-chair")
    data = {
        "csrf_token": token_on(client),
        "question": "Is a chair any good?",
        "also_asked": f"{entry.also_asked[0]}\r\n\r\nwhat about a chair?",
        "answer": entry.answer,
    }
    assert client.post("/faq/massage-chair/edit", data=data).status_code == 303
    changed = at.bot.fresh().faq.entry("massage-chair")
    assert changed.question == "Is a chair any good?"
    assert changed.also_asked == (entry.also_asked[0], "what about a chair?")
    assert changed.answer == entry.answer


def test_another_article_answers_with_its_passages(at: Desk, file: Path) -> None:
    client = at.author()
    article = "# Sleep and sciatica\n\n## How should I sleep?\n\nSleep on your side. Put a pillow\n"
    article += "between your knees.\n\n## Which mattress is best?\n\nA firm one.\n"
    data = {"csrf_token": token_on(client), "source": article}
    assert client.post("/article/new", data=data).headers["Location"] == "/faq"
    page = client.get("/faq").text
    assert "2 passages from the article" in page
    assert "A firm one." in page
    (passage,) = [one for one in faq_now(at.bot).passages if "firm" in one.answer]
    assert "A passage from your article" in client.get(f"/faq/{passage.id}").text
    assert "A firm one." in client.get(f"/entry/new?from={passage.id}").text
    settled(client, mend(client, passage.id, "edit", "A rather firm one."))
    assert "A rather firm one." in client.get(f"/faq/{passage.id}").text
    yes = {"csrf_token": token_on(client), "yes": "1"}
    assert client.post(f"/faq/{passage.id}/drop", data=yes).status_code == 303
    assert client.get(f"/faq/{passage.id}").status_code == 404
    settled(client, client.post(f"/faq/{passage.id}/put-back", data=yes))
    assert "A rather firm one." in client.get(f"/faq/{passage.id}").text
    assert client.post("/article/new", data=data | {"source": " "}).status_code == 409
    title = {"csrf_token": token_on(client), "title": "Sleep", "url": "example.org", "promise": ""}
    assert client.post("/article/sleep-and-sciatica", data=title).status_code == 409
    title["url"] = "https://example.org/sleep"
    assert client.post("/article/sleep-and-sciatica", data=title).status_code == 303
    (known,) = [one for one in at.bot.fresh().faq.articles if one.slug == "sleep-and-sciatica"]
    assert (known.title, known.url) == ("Sleep", "https://example.org/sleep")
    (file.parent / "sleep-and-sciatica.yaml").unlink()


def test_the_words_around_an_answer_are_changed_and_a_broken_text_is_not_kept(at: Desk) -> None:
    client = at.author()
    path = at.page.templates / "replies" / "letter.j2"
    before = path.read_text("utf-8")
    data = {"csrf_token": token_on(client), "text": before.replace("{{ signature }}", "{{ sig }}")}
    broken = client.post("/wording/letter.j2/save", data=data)
    assert broken.status_code == 409
    assert "sig" in broken.text
    assert path.read_text("utf-8") == before
    data["text"] = before.replace("{{ signature }}", "{{ signature }}, Maine")
    assert "Maine" in client.post("/wording/letter.j2/preview", data=data).text
    assert path.read_text("utf-8") == before
    assert "with a new draft" in settled(client, client.post("/wording/letter.j2/save", data=data))
    assert at.ready().text.rstrip().endswith(", Maine")
    path.write_text(before, "utf-8")
    assert client.get("/wording/settings").status_code == 404


# --- look now ------------------------------------------------------------------------------------


def test_look_now_says_what_came_of_it(at: Desk) -> None:
    client = make_app(replace(at.page, poll_now=at.poll)).test_client()
    client.get(f"/open/{new_link(at.bot.store, at.now)}")
    deliver(at, "does trigger point massage hurt?", "Noor")
    looked = client.post("/look", data={"csrf_token": token_on(client)})
    assert "1 new letter, 1 new draft" in client.get(looked.headers["Location"]).text
    later = int((at.now + timedelta(minutes=5)).timestamp())
    assert "Checking your mailbox" in client.get(f"/?looked={later}").text
    at.later(minutes=10)
    assert "been checked. Is `inbox-bot run`" in client.get(f"/?looked={later}").text
