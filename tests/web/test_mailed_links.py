"""A logged-out phone asks for a login link, which goes to the author's own address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient

from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.web.mailed_links import GAP, MOST_A_DAY, is_allowed
from tests.pages import Desk, desk, token_on

URL = "https://letters.home.arpa"
NOW = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)


@pytest.fixture
def at() -> Iterator[Desk]:
    """A page that has an address."""
    with desk() as opened:
        named = replace(opened.bot.policy, page_url=URL)
        opened.bot = replace(opened.bot, policy=named)
        run_upkeep(opened.bot, opened.now)
        yield opened


def ask(at: Desk, client: FlaskClient) -> str:
    answer = client.post("/login/link", data={"csrf_token": token_on(client, "/login")})
    assert answer.status_code == 200
    return re.sub(r'(nonce|value)="[^"]*"', "", answer.text)


def mailed(at: Desk, since: int) -> list[str]:
    """The links in what was sent since then; each went to the author alone."""
    run_upkeep(at.bot, at.now)
    found = []
    for raw in at.world.received[since:]:
        note = message_from_bytes(raw, policy=policy.default)
        if "login link" in note["Subject"]:
            assert note["To"] == note["From"] == at.bot.accounts[0].main.email
            body = note.get_body(("plain",))
            assert body is not None
            found += re.findall(rf"{URL}(/enter/\S+)", str(body.get_content()))
    return found


def test_a_link_comes_by_mail_and_lets_one_device_in_once(at: Desk) -> None:
    phone, since = at.stranger(), len(at.world.received)
    assert "a link should be there" in ask(at, phone)
    assert phone.get("/").status_code == 303
    (link,) = mailed(at, since)
    assert phone.get(link).status_code == 200
    assert phone.get("/").status_code == 303, "a scanner's look must not use it up"
    assert phone.post(link, data={"csrf_token": token_on(phone, link)}).status_code == 303
    assert phone.get("/").status_code == 200
    other = at.stranger()
    assert other.post(link, data={"csrf_token": token_on(other, link)}).status_code == 403
    assert other.get("/").status_code == 303


def test_a_link_is_good_for_an_hour(at: Desk) -> None:
    phone, since = at.stranger(), len(at.world.received)
    ask(at, phone)
    (link,) = mailed(at, since)
    at.later(minutes=61)
    assert phone.post(link, data={"csrf_token": token_on(phone, link)}).status_code == 403


def test_asking_often_sends_one_link_and_the_answer_does_not_tell(at: Desk) -> None:
    since = len(at.world.received)
    answers = set()
    for _ in range(4):
        answers.add(ask(at, at.stranger()))
        assert len(mailed(at, since)) == 1
    assert len(answers) == 1
    at.later(minutes=6)
    ask(at, at.stranger())
    assert len(mailed(at, since)) == 2


def test_a_wish_that_could_not_be_met_is_forgotten(at: Desk) -> None:
    since = len(at.world.received)
    ask(at, at.stranger())
    at.later(minutes=20)
    assert mailed(at, since) == []


def test_only_a_few_are_sent_a_day() -> None:
    asked = [NOW + number * GAP for number in range(MOST_A_DAY)]
    later = NOW + timedelta(hours=5)
    assert is_allowed(asked[:-1], later)
    assert not is_allowed(asked, later)
    assert is_allowed(asked, NOW + timedelta(days=2))
    assert not is_allowed([later], later + GAP - timedelta(seconds=1))
    assert is_allowed([later], later + GAP)


def test_without_an_address_of_the_page_nothing_is_offered(at: Desk) -> None:
    at.bot = replace(at.bot, policy=replace(at.bot.policy, page_url=""))
    client = at.stranger()
    assert "Email me a link" not in client.get("/login").text
    data = {"csrf_token": token_on(client, "/enter/x")}
    assert client.post("/login/link", data=data).status_code == 404


def test_a_form_of_somebody_else_sends_nothing(at: Desk) -> None:
    since = len(at.world.received)
    assert at.stranger().post("/login/link").status_code == 400
    assert mailed(at, since) == []
