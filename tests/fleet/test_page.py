"""The page of a fleet: nobody reaches another's letter, whatever is asked and however."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urljoin
from urllib.request import Request, urlopen
from uuid import UUID
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.test import Client, TestResponse

from inbox_bot.fleet import jobs, roster
from inbox_bot.fleet.database import connected
from inbox_bot.model import DraftState
from inbox_bot.web.app import ADDRESSES
from inbox_bot.web.fleet import FleetPage, own_path
from inbox_bot.web.mailed_links import WANTED
from inbox_bot.web.serving import Server
from inbox_bot.web.sessions import new_link
from tests.fleet.hosts import Host
from tests.pages import TOKEN
from tests.servers.dovecot import HERE

URL = "https://letters.example.com"
SECRETS = re.compile(r"only of ann|secret\.reader")


@dataclass
class Browser:
    """Follows no redirect by itself."""

    client: Client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=URL)

    def post(self, path: str, form_on: str = "/keys", **typed: str) -> TestResponse:
        found = TOKEN.search(self.get(form_on).text)
        data = {"csrf_token": found[1] if found else "", **typed}
        return self.client.post(path, base_url=URL, data=data, headers={"Referer": f"{URL}/"})


@pytest.fixture
def page(host: Host) -> FleetPage:
    fleet = host.fleet
    object.__setattr__(fleet, "page_url", URL)
    return FleetPage(fleet, URL, lambda: host.now)


@pytest.fixture
def desk(host: Host) -> Host:
    """Ann and Bea, each with a letter and a draft."""
    host.author("ann")
    host.author("bea")
    host.letter("ann", "secret.reader@example.org", "Does massage help with sciatica only of ann?")
    host.letter("bea", "reader@example.org")
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 2
    return host


def browser(page: FleetPage) -> Browser:
    return Browser(Client(page))


def logged_in(page: FleetPage, host: Host, name: str) -> Browser:
    author, opened = host.ids[name], browser(page)
    ticket = new_link(host.fleet.shared.store_of(author), host.now)
    to = opened.get(f"/to/{host.member(author).door}/open/{ticket}")
    assert to.status_code == 303
    assert opened.get(to.headers["Location"]).status_code == 303
    return opened


def forge_door(visitor: Browser, page: FleetPage, door: UUID) -> None:
    """Put the cookie that names this door beside the visitor's session."""
    other = browser(page)
    other.get(f"/to/{door}/")
    cookie = other.client.get_cookie("inbox_bot_door", "letters.example.com")
    assert cookie
    visitor.client.set_cookie(cookie.key, cookie.value, domain="letters.example.com")


def paths(host: Host, name: str) -> list[tuple[str, str]]:
    """Every address of the author's app, with the ids of her letter and draft."""
    author = host.ids[name]
    (draft,) = host.drafts(author)
    examples = {
        "int:letter_id": draft.letter_id,
        "int:draft_id": draft.id,
        "int:version": draft.version,
        "int:number": 1,
        "slug": "general",
        "name": "letter.j2",
        "verb": "approve",
        "entry_id": "does-massage-help",
        "word": "right",
        "ticket": "made-up",
    }
    return [
        (one.method, re.sub(r"<([\w:]+)>", lambda found: str(examples[found[1]]), one.path))
        for one in ADDRESSES
    ]


def test_each_author_sees_her_own_letters(desk: Host, page: FleetPage) -> None:
    ann, bea = logged_in(page, desk, "ann"), logged_in(page, desk, "bea")
    assert SECRETS.search(ann.get("/").text)
    queue = bea.get("/")
    assert queue.status_code == 200
    assert not SECRETS.search(queue.text)
    assert SECRETS.search(ann.get("/search?q=ann").text)
    assert not SECRETS.search(bea.get("/search?q=ann").text)


def test_nobody_reaches_anothers_letter_by_any_address(desk: Host, page: FleetPage) -> None:
    """Bea asks for all of Ann's ids; then with Ann's door in her cookie; then without any login."""
    bea = logged_in(page, desk, "bea")
    before = desk.drafts(desk.ids["ann"])
    for method, path in paths(desk, "ann"):
        answer = bea.get(path) if method == "GET" else bea.post(path)
        assert not SECRETS.search(answer.text), path
    door = desk.member(desk.ids["ann"]).door
    logged_out = browser(page)
    for visitor in (logged_in(page, desk, "bea"), logged_out):
        forge_door(visitor, page, door)
        for method, path in paths(desk, "ann"):
            if path in ("/login/link", "/logout", "/healthz"):
                continue
            answer = visitor.get(path) if method == "GET" else visitor.post(path, "/login")
            assert not SECRETS.search(answer.text), path
            assert answer.status_code in (302, 303, 400, 401, 403, 404, 405) or (
                path.startswith(("/login", "/enter"))
            ), path
    assert desk.drafts(desk.ids["ann"]) == before


def test_a_session_of_one_author_is_none_of_another(desk: Host, page: FleetPage) -> None:
    bea = logged_in(page, desk, "bea")
    assert bea.get("/keys").status_code == 200
    forge_door(bea, page, desk.member(desk.ids["ann"]).door)
    assert bea.get("/keys").status_code == 303  # to the login


def test_a_link_to_another_author_ends_no_session(desk: Host, page: FleetPage) -> None:
    bea, door = logged_in(page, desk, "bea"), desk.member(desk.ids["ann"]).door
    refused = bea.get(f"/to/{door}/")
    assert (refused.status_code, "Log out" in refused.text) == (409, True)
    assert bea.get("/keys").status_code == 200
    own = bea.get(f"/to/{desk.member(desk.ids['bea']).door}/keys")
    assert (own.status_code, own.headers["Location"]) == (303, "/keys")
    bea.post("/logout")
    assert bea.get(f"/to/{door}/").status_code == 303


@pytest.mark.parametrize(
    "rest",
    [
        "/evil.example",
        "%09/evil.example",
        "%0a%0d/evil.example",
        "%5Cevil.example",
        "%09%5C/evil.example",
        ".%2f/evil.example",
        "..//evil.example",
        "%e2%80%a8/evil.example",
    ],
)
def test_a_link_leads_to_no_other_host(rest: str) -> None:
    assert urljoin(URL, own_path(unquote(rest))).startswith(f"{URL}/")
    assert re.fullmatch(r"/(?!/)[\x20-\x5b\x5d-\x7e]*", own_path(unquote(rest)))


def test_a_link_keeps_its_own_path() -> None:
    assert own_path("letter/12") == "/letter/12"
    assert own_path("") == "/"


def test_a_link_of_one_author_opens_nobody_elses_page(desk: Host, page: FleetPage) -> None:
    ticket = new_link(desk.fleet.shared.store_of(desk.ids["bea"]), desk.now)
    visitor = browser(page)
    visitor.get(f"/to/{desk.member(desk.ids['ann']).door}/")
    assert visitor.get(f"/open/{ticket}").status_code == 403
    assert visitor.get("/keys").status_code == 303


def test_a_link_is_mailed_to_her_own_address_and_logs_her_in(desk: Host, page: FleetPage) -> None:
    visitor = browser(page)
    told = visitor.post("/login/link", "/login", address=f"ann@{HERE}")
    unknown = visitor.post("/login/link", "/login", address="nobody@example.com")
    assert TOKEN.sub("", told.text).count("it will be in your inbox") == 1
    assert re.sub(r'nonce="[^"]*"|value="[^"]*"', "", told.text) == re.sub(
        r'nonce="[^"]*"|value="[^"]*"', "", unknown.text
    )
    page.later.settle()
    desk.smtp.taken.clear()
    jobs.look_at(desk.fleet, desk.ids["ann"], desk.now)
    mails = [one for one in desk.smtp.taken if "login link" in str(one.email["Subject"])]
    assert [one.recipients for one in mails] == [(f"ann@{HERE}",)]
    text = mails[0].email.get_payload(decode=True)
    assert isinstance(text, bytes)
    found = re.search(rb"https://letters\.example\.com(/to/\S+)", text)
    assert found
    link = found[1].decode()
    there = visitor.get(link).headers["Location"]
    assert "Log in on this device" in visitor.get(there).text
    visitor.post(there, there)
    assert SECRETS.search(visitor.get("/").text)


def test_her_yes_on_the_page_puts_the_sending_into_the_queue(desk: Host, page: FleetPage) -> None:
    ann, author = logged_in(page, desk, "ann"), desk.ids["ann"]
    (draft,) = desk.drafts(author)
    shown = ann.get(f"/letter/{draft.letter_id}").text
    found = re.search(r'name="hash" value="([^"]+)"', shown)
    assert found
    ann.post(f"/draft/{draft.id}/approve", version=str(draft.version), hash=found[1])
    (draft,) = desk.drafts(author)
    assert draft.state is DraftState.APPROVED
    assert (f"send {author}", draft.send_after) in [job[1:] for job in desk.jobs()]


def test_an_answer_that_she_changes_is_kept_for_all_machines(desk: Host, page: FleetPage) -> None:
    ann, author = logged_in(page, desk, "ann"), desk.ids["ann"]
    version = desk.member(author).version
    form = ann.get("/faq/does-massage-help").text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields |= {"answer": "It may help for a day.", "question": "Does massage help with sciatica?"}
    answer = ann.post("/faq/does-massage-help/edit", **fields)
    assert answer.status_code == 303, answer.text
    assert desk.member(author).version == version + 1
    with connected(desk.fleet.url, author) as connection:
        assert b"It may help for a day." in dict(roster.files(connection))["faq/general.yaml"]
    with desk.fleet.bot(author) as bot:
        assert bot.knowledge().faq.answers["does-massage-help"].answer == "It may help for a day."
    with desk.fleet.bot(desk.ids["bea"]) as bot:
        assert "a little" in bot.knowledge().faq.answers["does-massage-help"].answer


def test_an_article_on_the_hosts_own_network_is_not_fetched(host: Host, page: FleetPage) -> None:
    host.author("ann")
    ann = logged_in(page, host, "ann")
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.2)
        source = f"http://127.0.0.1:{inside.getsockname()[1]}/"
        answer = ann.post("/article/new", source=source)
        assert (answer.status_code, "private address" in answer.text) == (409, True)
        with pytest.raises(TimeoutError):
            inside.accept()


def test_another_host_name_is_refused_and_the_cookie_is_secure(page: FleetPage) -> None:
    visitor = Client(page)
    assert visitor.get("/login", base_url="https://evil.example").status_code == 400
    login = visitor.get("/login", base_url=URL)
    assert "Email me a link" in login.text
    assert "; Secure" in login.headers["Set-Cookie"]
    assert "HttpOnly" in login.headers["Set-Cookie"]
    assert "default-src 'none'" in login.headers["Content-Security-Policy"]


def test_without_a_token_no_link_is_sent(page: FleetPage) -> None:
    answer = Client(page).post("/login/link", base_url=URL, data={"address": f"ann@{HERE}"})
    assert answer.status_code == 400


def test_the_health_check_asks_the_database(page: FleetPage) -> None:
    assert Client(page).get("/healthz", base_url=URL).text == "ok\n"


def wishes(host: Host, page: FleetPage, name: str) -> int:
    """How many links were asked for since the last time; each would be mailed by the next look."""
    page.later.settle()
    with host.fleet.shared.store_of(host.ids[name]).transaction() as tx:
        wanted = WANTED.of(tx)
        WANTED.put(tx, None)
    return int(wanted is not None)


def ask(page: FleetPage, name: str, address: str) -> str:
    """The answer to somebody at that address, without what differs each time."""

    def from_there(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return page({**environ, "REMOTE_ADDR": address}, start)

    visitor = Browser(Client(from_there))
    told = visitor.post("/login/link", "/login", address=f"{name}@{HERE}")
    assert told.status_code == 200
    return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", told.text)


def test_strangers_can_neither_find_an_author_nor_use_up_her_links(
    host: Host, page: FleetPage
) -> None:
    """Bea's password is gone, so that her bot can't be opened."""
    host.author("ann")
    host.author("bea")
    with connected(host.fleet.url, host.ids["bea"]) as connection:
        connection.execute("DELETE FROM credential")
    names = ("ann", "bea", "nobody")
    assert len({ask(page, name, "192.0.2.1") for name in names}) == 1
    assert wishes(host, page, "ann") == wishes(host, page, "bea") == 1
    ask(page, "ann", "192.0.2.1")
    assert wishes(host, page, "ann") == 0, "one was sent a moment ago"
    for number in range(20):
        host.later(minutes=11)
        ask(page, "ann", f"192.0.2.{number + 10}")
        assert wishes(host, page, "ann") == 1
    host.later(minutes=11)
    for _ in range(20):
        ask(page, "nobody", "192.0.2.66")
    ask(page, "ann", "192.0.2.66")
    assert wishes(host, page, "ann") == 0, "too many from there"
    ask(page, "ann", "192.0.2.67")
    assert wishes(host, page, "ann") == 1


@pytest.mark.parametrize(("proxy", "seen"), [("*", "192.0.2.7"), ("192.0.2.1", "127.0.0.1")])
def test_a_proxy_tells_where_a_request_comes_from(proxy: str, seen: str) -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    with Server(app, "127.0.0.1", 0, proxy) as server:
        said = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
        asked = Request(f"http://127.0.0.1:{server.port}/", headers=said)
        with urlopen(asked, timeout=10) as answer:
            assert answer.read().decode() == seen


def test_a_busy_desk_says_so_and_holds_no_thread(desk: Host, page: FleetPage) -> None:
    ann, bea = logged_in(page, desk, "ann"), logged_in(page, desk, "bea")
    with page.desk_of(desk.member(desk.ids["ann"])).turn:  # as by a slow article
        busy = ann.post("/article/new")
        assert (busy.status_code, "still fetching" in busy.text) == (503, True)
        assert ann.get("/").status_code == 200
        assert bea.post("/article/new").status_code != 503
    assert ann.post("/article/new").status_code != 503


def test_an_attachment_opens(host: Host, page: FleetPage) -> None:
    author = host.author("ann")
    host.letter("ann", "reader@example.org", attached=b"Monday: it hurts.\n")
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 1
    (draft,) = host.drafts(author)
    opened = logged_in(page, host, "ann").get(f"/letter/{draft.letter_id}/attachment/1")
    assert opened.status_code == 200
    assert opened.data.replace(b"\r", b"") == b"Monday: it hurts.\n"
