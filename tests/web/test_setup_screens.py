"""Set-up in the browser, screen by screen: each error is a sentence beside its field."""

from __future__ import annotations

import html
import io
import re
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inbox_bot import settings
from inbox_bot.errors import NotWritten
from inbox_bot.faq import load as faq_load
from inbox_bot.mail.oauth import services
from inbox_bot.mail.oauth.services import Flow
from inbox_bot.model import Article
from inbox_bot.reports import watch_only
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import page_served_at
from inbox_bot.settings import OAuthService, Tls, providers
from inbox_bot.settings.home import is_set_up
from inbox_bot.settings.passwords import Login, Secret, Server, keep_in_file
from inbox_bot.web.setup import said as notes, screens
from inbox_bot.web.setup.app import make_app
from inbox_bot.web.setup.desk import Desk
from inbox_bot.web.setup.said import Said, Screen
from tests.beginner import DOMAIN, Beginner
from tests.servers.certificates import Certificate, issue
from tests.servers.dovecot import PASSWORD, Dovecot, Kind
from tests.servers.ports import free_ports
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD, Receiver
from tests.servers.tokens import CLIENT_ID, TokenServer
from tests.servers.website import ARTICLE, Website

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WRONG = re.compile(r'<p class="wrong" id="([a-z_]+)-wrong" role="alert">(.*?)</p>', re.S)


@pytest.fixture
def site() -> Iterator[Website]:
    website = Website()
    yield website
    website.close()


@pytest.fixture
def beginner(
    tmp_path: Path,
    dovecot: Dovecot,
    site: Website,
    certificate: Certificate,
    new_name: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Beginner]:
    """Her provider is known; this process trusts the tests' authority and has no keyring."""
    smtp = Receiver(Tls.TLS, certificate, password=PASSWORD)
    found = Beginner(
        name=new_name(),
        home=tmp_path,
        imap=dovecot,
        smtp=smtp,
        site=site,
        authority=certificate.authority,
    )
    monkeypatch.setattr(providers, "PROVIDERS", (*providers.PROVIDERS, found.provider))
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    found.directory.mkdir()
    yield found
    smtp.close()


@dataclass
class Visitor:
    """A browser without JavaScript, in which the link was opened."""

    desk: Desk
    client: FlaskClient

    def page(self, path: str) -> str:
        return self.client.get(path, follow_redirects=True).text

    def say(self, path: str, **fields: object) -> TestResponse:
        """Fill in the form of that page, as it is shown now, and send it."""
        token = TOKEN.search(self.page(path))
        assert token, f"{path} has no form"
        return self.client.post(path, data={"csrf_token": token[1], **fields})

    def logged_in(self, beginner: Beginner) -> Visitor:
        self.say("/mailbox", address=beginner.address)
        done = self.say("/mailbox", address=beginner.address, has_login="y", password=PASSWORD)
        assert done.location == "/article", wrong(done)
        return self


@pytest.fixture
def visitor(beginner: Beginner) -> Visitor:
    return visit(beginner.directory)


def visit(directory: Path) -> Visitor:
    desk = Desk(directory, lambda: datetime.now(UTC))
    client = make_app(desk).test_client()
    assert client.get(f"/open/{desk.ticket}").location == "/"
    return Visitor(desk, client)


def wrong(answer: TestResponse) -> dict[str, str]:
    """The sentence beside each field."""
    return {name: html.unescape(told) for name, told in WRONG.findall(answer.text)}


def only_wrong(answer: TestResponse, field: str) -> str:
    found = wrong(answer)
    assert list(found) == [field], found
    assert found[field].count("\n") == 0
    assert "settings.yaml" not in found[field], "nobody should have to edit a file"
    return found[field]


# --- mailbox -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "ann", "ann@", "<script>@x"])
def test_what_is_no_address_is_said_and_kept(visitor: Visitor, typed: str) -> None:
    answer = visitor.say("/mailbox", address=typed)
    assert "email address" in only_wrong(answer, "address")
    assert f'value="{html.escape(typed)}"' in answer.text


def test_a_known_provider_is_asked_for_nothing_but_the_password(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.say("/mailbox", address=beginner.address)
    page = visitor.page("/mailbox")
    assert "Readermail needs an app password" in page
    assert 'href="https://readermail.example/app-passwords"' in page
    assert 'name="imap"' not in page
    assert visitor.logged_in(beginner)
    chosen = settings.load(beginner.directory).mailboxes[0]
    assert (chosen.imap.host, chosen.imap.port) == ("localhost", beginner.imap.tls_port)


def test_a_wrong_password_is_one_sentence_and_is_never_shown_or_kept(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.say("/mailbox", address=beginner.address)
    answer = visitor.say("/mailbox", address=beginner.address, has_login="y", password="wr0ng-word")
    said = only_wrong(answer, "password")
    assert said.startswith("Readermail didn't accept this password.")
    assert answer.text.count("needs an app password") == 1
    assert "wr0ng-word" not in answer.text
    assert beginner.address in answer.text
    assert not is_set_up(beginner.directory)
    for path in beginner.directory.rglob("*"):
        assert not path.is_file() or b"wr0ng-word" not in path.read_bytes()


def test_the_password_lies_where_init_lays_it(visitor: Visitor, beginner: Beginner) -> None:
    visitor.logged_in(beginner)
    kept = beginner.directory / "passwords.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in (beginner.directory / notes.FILE_NAME).read_text()
    assert PASSWORD not in (beginner.directory / "settings.yaml").read_text()


def test_who_comes_back_keeps_her_password_without_typing(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.logged_in(beginner)
    assert "Leave it empty to keep" in visitor.page("/mailbox")
    again = visitor.say("/mailbox", address=beginner.address, has_login="y", password="")
    assert again.location == "/article"


def own_domain(visitor: Visitor, imap: str, smtp: str, username: str = "ann") -> TestResponse:
    visitor.say("/mailbox", address="ann@garden.example")
    return visitor.say(
        "/mailbox",
        address="ann@garden.example",
        has_login="y",
        imap=imap,
        smtp=smtp,
        username=username,
        password=PASSWORD,
    )


@pytest.mark.parametrize("encrypted", [True, False])
def test_an_own_domain_is_asked_for_servers_and_takes_any_port(
    visitor: Visitor, beginner: Beginner, encrypted: bool
) -> None:
    plain = Receiver(password=PASSWORD)
    imap = beginner.imap.tls_port if encrypted else beginner.imap.port
    smtp = beginner.smtp.port if encrypted else plain.port
    answer = own_domain(visitor, f"localhost:{imap}", f"localhost:{smtp}")
    plain.close()
    assert answer.location == "/article", wrong(answer)
    chosen = settings.load(beginner.directory).mailboxes[0]
    assert chosen.imap.tls is (Tls.TLS if encrypted else Tls.NONE)
    assert chosen.smtp.port == smtp


@pytest.mark.parametrize(
    ("imap", "words"),
    [
        ("imap garden", "“imap garden” is not a server."),
        ("localhost:99999", "is not a server"),
        ("imap.nowhere.invalid", "There's no server called imap.nowhere.invalid."),
        ("localhost:{free}", "Nothing answers at port {free} of localhost."),
        ("127.0.0.1:{tls}", "I didn't send your password: 127.0.0.1 couldn't prove"),
    ],
)
def test_a_wrong_server_is_one_sentence_beside_its_field(
    visitor: Visitor, beginner: Beginner, imap: str, words: str
) -> None:
    ports = {"free": str(free_ports(1)[0]), "tls": str(beginner.imap.tls_port)}
    answer = own_domain(visitor, imap.format(**ports), f"localhost:{beginner.smtp.port}")
    assert words.format(**ports) in only_wrong(answer, "imap")
    assert html.escape(imap.format(**ports)) in answer.text


@pytest.mark.parametrize(
    ("smtp", "words"),
    [
        ("localhost:{free}", "Nothing answers at port"),
        ("localhost:{imap}", "(usually 465 and 587)"),
    ],
)
def test_a_wrong_server_for_sending_keeps_the_password_for_these_servers(
    visitor: Visitor, beginner: Beginner, smtp: str, words: str
) -> None:
    ports = {"free": free_ports(1)[0], "imap": beginner.imap.tls_port}
    imap = f"localhost:{beginner.imap.tls_port}"
    answer = own_domain(visitor, imap, smtp.format(**ports))
    assert words in only_wrong(answer, "smtp")
    assert "Leave it empty to keep" in answer.text
    login = {"address": "ann@garden.example", "has_login": "y", "imap": imap, "username": "ann"}
    login["smtp"] = f"localhost:{beginner.smtp.port}"
    assert "Enter" in only_wrong(visitor.say("/mailbox", **login, password=""), "password")
    right = visitor.say("/mailbox", **login, password=PASSWORD)
    assert right.location == "/article", wrong(right)


@pytest.mark.parametrize("other", ["imap", "smtp"])
def test_another_server_never_gets_the_kept_password(
    visitor: Visitor, beginner: Beginner, other: str
) -> None:
    servers = {
        "imap": f"localhost:{beginner.imap.tls_port}",
        "smtp": f"localhost:{beginner.smtp.port}",
    }
    assert own_domain(visitor, **servers).location == "/article"
    login = {"address": "ann@garden.example", "has_login": "y", "username": "ann"}
    with socket.create_server(("127.0.0.1", 0)) as thief:
        servers[other] = f"127.0.0.1:{thief.getsockname()[1]}"
        answer = visitor.say("/mailbox", **login, **servers, password="")
    assert "Enter your password" in only_wrong(answer, "password")
    assert "Leave it empty" not in answer.text
    assert visitor.client.get("/article").location == "/mailbox", "else it is tried from there"


def test_a_password_of_unknown_servers_is_asked_for_again(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.say("/mailbox", address=beginner.address)
    login = Login(directory=beginner.directory, address=beginner.address)
    keep_in_file(login, Server.IMAP, Secret(PASSWORD))
    answer = visitor.say("/mailbox", address=beginner.address, has_login="y", password="")
    assert "Enter your password" in only_wrong(answer, "password")


def test_a_server_that_never_answers_is_given_up(visitor: Visitor, beginner: Beginner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        answer = own_domain(visitor, f"localhost:{port}", f"localhost:{beginner.smtp.port}")
    assert f"port {port} of localhost" in only_wrong(answer, "imap")
    assert time.monotonic() - began < 30


def test_sending_may_have_a_password_of_its_own(
    beginner: Beginner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Receiver(Tls.TLS, certificate)
    changed = replace(beginner, smtp=other)
    monkeypatch.setattr(providers, "PROVIDERS", (changed.provider,))
    visitor = visit(beginner.directory)
    visitor.say("/mailbox", address=beginner.address)
    login = {"address": beginner.address, "has_login": "y"}
    answer = visitor.say("/mailbox", **login, password=PASSWORD)
    assert "Reading works" in only_wrong(answer, "password_sending")
    done = visitor.say("/mailbox", **login, password="", password_sending=SMTP_PASSWORD)
    other.close()
    assert done.location == "/article", wrong(done)


def test_folders_that_nobody_can_tell_are_asked_for(
    beginner: Beginner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Dovecot(Kind(flagged=False, drafts="Skizzen"), certificate)
    changed = replace(beginner, imap=odd)
    monkeypatch.setattr(providers, "PROVIDERS", (changed.provider,))
    visitor = visit(beginner.directory)
    visitor.say("/mailbox", address=beginner.address)
    login = {"address": beginner.address, "has_login": "y"}
    answer = visitor.say("/mailbox", **login, password=PASSWORD)
    assert only_wrong(answer, "drafts") == "Which folder is for drafts?"
    assert "<option>Skizzen</option>" in answer.text
    done = visitor.say("/mailbox", **login, password="", drafts="Skizzen")
    odd.close()
    assert done.location == "/article", wrong(done)
    assert settings.load(beginner.directory).drafts.folder == "Skizzen"


def test_another_address_begins_anew_and_keeps_the_article(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.logged_in(beginner)
    visitor.say("/article", article=beginner.site.article, name="Ann", signature="Ann")
    visitor.say("/mailbox", address="ann@gmail.com", has_login="y", password=PASSWORD)
    assert visitor.desk.said.reached is Screen.MAILBOX
    assert "https://myaccount.google.com/apppasswords" in visitor.page("/mailbox")
    assert visitor.desk.said.article == beginner.site.article
    assert visitor.desk.said.imap == ""


def test_an_app_password_may_be_pasted_with_its_gaps() -> None:
    from inbox_bot.web.setup.mailbox import secret_in

    assert secret_in("abcd efgh\u00a0ijkl mnop\n").reveal() == "abcdefghijklmnop"
    assert secret_in("four plain words here").reveal() == "four plain words here"
    assert secret_in(" with a gap ").reveal() == "with a gap"


def test_a_provider_without_passwords_is_asked_for_its_consent(
    beginner: Beginner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = TokenServer()
    tokens.reset(beginner.name).size = 500  # Dovecot 2.3 stalls on some lines of 2 kB over TLS
    imap = Dovecot(Kind(tokens=tokens.url, mechanisms="xoauth2"), certificate)
    smtp = Receiver(
        Tls.TLS,
        certificate,
        bearers=lambda: {
            f"user={beginner.address}\x01auth=Bearer {token}\x01\x01".encode()
            for token in tokens.state.access_tokens
        },
    )
    changed = replace(beginner, imap=imap, smtp=smtp).provider
    changed = changed.model_copy(update={"oauth": OAuthService.MICROSOFT})
    monkeypatch.setattr(providers, "PROVIDERS", (changed,))
    monkeypatch.setattr(services, "SERVICES", (tokens.client(Flow.DEVICE).service,))
    visitor = visit(beginner.directory)
    visitor.desk.consent._wait = lambda _: time.sleep(0.05)
    login = {"address": beginner.address, "has_login": "y"}
    visitor.say("/mailbox", address=beginner.address)
    assert 'type="password"' not in visitor.page("/mailbox")
    answer = visitor.say("/mailbox", **login, client_id="", ask="yes")
    assert "your project's ID" in only_wrong(answer, "client_id")
    visitor.say("/mailbox", **login, client_id=CLIENT_ID, ask="yes")
    page = until(lambda: visitor.page("/mailbox"), "allows access")
    assert 'http-equiv="refresh"' not in page
    done = visitor.say("/mailbox", **login, client_id=CLIENT_ID)
    for server in (imap, smtp, tokens):
        server.close()
    assert done.location == "/article", wrong(done)
    chosen = settings.load(beginner.directory).mailboxes[0].oauth
    assert (chosen.service, chosen.client_id) == (OAuthService.MICROSOFT, CLIENT_ID)


def until(look: Callable[[], str], words: str, seconds: float = 30) -> str:
    deadline = time.monotonic() + seconds
    while words not in (found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


# --- article -------------------------------------------------------------------------------------


def passages_in(beginner: Beginner) -> int:
    return len(faq_load.load(beginner.directory / "faq").passages)


@pytest.mark.parametrize("way", ["address", "text", "file"])
def test_an_article_is_an_address_a_text_or_a_file(
    visitor: Visitor, beginner: Beginner, way: str
) -> None:
    visitor.logged_in(beginner)
    given: dict[str, object] = {
        "address": {"article": beginner.site.article},
        "text": {"text": "Roses\n\nRoses need water every day in summer, and none in winter."},
        "file": {"file": (io.BytesIO(ARTICLE.encode()), "massage.html")},
    }[way]  # type: ignore[assignment]
    answer = visitor.say("/article", name="Ann Lee", signature="Ann\nGardener", **given)
    assert answer.location == "/look", wrong(answer)
    assert passages_in(beginner) == (1 if way == "text" else 5)
    author = settings.load(beginner.directory).author
    assert (author.name, author.signature) == ("Ann Lee", "Ann\nGardener")


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("", "Add your article"),
        ("my blog", "“my blog” is not a web address."),
        ("{site}/nothing/", "There's no page at {site}/nothing/."),
        ("https://nowhere.invalid/a/", "There's no site with that name"),
        ("http://127.0.0.1:1/a/", "I can't read http://127.0.0.1:1/a/."),
    ],
)
def test_an_article_that_cannot_be_read_is_one_sentence(
    visitor: Visitor, beginner: Beginner, article: str, words: str
) -> None:
    visitor.logged_in(beginner)
    home = beginner.site.home
    article = article.format(site=home)
    answer = visitor.say("/article", article=article, name="Ann L.", signature="A.")
    assert words.format(site=home) in only_wrong(answer, "article")
    for kept in (article, "Ann L.", "A."):
        assert html.escape(kept) in answer.text
    assert not list((beginner.directory / "faq").glob("nothing*"))


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 \x00", b"PK\x03\x04word/document.xml", b"\xff\xfe\x00R", b"caf\xe9 latin", b"x"],
)
def test_a_file_that_is_no_text_is_one_sentence(
    visitor: Visitor, beginner: Beginner, content: bytes
) -> None:
    visitor.logged_in(beginner)
    file = (io.BytesIO(content), "article.pdf")
    answer = visitor.say("/article", article="", name="Ann", signature="Ann", file=file)
    assert "paste it below" in (said := only_wrong(answer, "file")) or "I found nothing" in said


def test_a_file_that_is_too_large_loses_nothing_that_was_typed(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.logged_in(beginner)
    file = (io.BytesIO(b"word " * 1_100_000), "huge.txt")
    answer = visitor.say("/article", article="", name="Ann L.", signature="A.", file=file)
    assert "larger than 5 MB" in only_wrong(answer, "file")
    assert "Ann L." in answer.text


def test_another_article_takes_the_place_of_the_first(visitor: Visitor, beginner: Beginner) -> None:
    visitor.logged_in(beginner)
    signed = {"name": "Ann", "signature": "Ann"}
    visitor.say("/article", article=beginner.site.article, **signed)
    visitor.say("/article", text="Roses\n\nRoses need water every day in summer.", **signed)
    assert passages_in(beginner) == 1
    visitor.say("/article", text="Roses\n\nRoses need water every day in summer.", **signed)
    assert passages_in(beginner) == 1


def test_the_name_of_her_own_letters_is_not_asked_for(visitor: Visitor, beginner: Beginner) -> None:
    beginner.fill()
    visitor.logged_in(beginner)
    page = visitor.page("/article")
    assert "Readers see you as Ann Lee" in page
    assert settings.load(beginner.directory).author.name == "Ann Lee"


def with_list(visitor: Visitor, beginner: Beginner, **given: object) -> Visitor:
    beginner.site.blog()
    visitor.logged_in(beginner)
    site = {"article": beginner.site.home, "name": "", "signature": "", **given}
    answer = visitor.say("/article", **site)
    assert answer.location == "/article#posts", wrong(answer)
    return visitor


def test_her_posts_are_offered_the_newest_first(visitor: Visitor, beginner: Beginner) -> None:
    page = html.unescape(with_list(visitor, beginner).page("/article"))
    offered = re.findall(r'name="post" value="(.*?)"> <span>(.*?) <small>', page)
    home = beginner.site.home
    assert offered == [
        (f"{home}/massage/", "Massage for sciatica"),
        (f"{home}/beans/", "Beans"),
        (f"{home}/roses/", "Roses & lilies"),
    ]
    assert "Nov 3, 2026" in page or "3 Nov 2026" in page


def test_the_posts_that_she_chose_answer_her_readers(visitor: Visitor, beginner: Beginner) -> None:
    home = beginner.site.home
    signed = {"article": home, "name": "Ann", "signature": "Ann"}
    with_list(visitor, beginner)
    chosen = [f"{home}/roses/", f"{home}/massage/", "http://127.0.0.1:1/not-offered/"]
    answer = visitor.say("/article", **signed, post=chosen)
    assert answer.location == "/look", wrong(answer)
    assert {one.title for one in articles_of(beginner)} == {
        "Massage for sciatica",
        "Roses & lilies",
    }
    page = visitor.page("/article")
    assert "I've read <strong>2 of your posts</strong>: 6 passages" in page
    assert page.count(" checked>") == 2
    assert visitor.say("/article", **signed, post=[f"{home}/beans/"]).location == "/look"
    assert [one.title for one in articles_of(beginner)] == ["Beans"]


def articles_of(beginner: Beginner) -> list[Article]:
    loaded = faq_load.load(beginner.directory / "faq")
    return [one for one in loaded.articles if one.url.startswith(beginner.site.home)]


def test_a_list_without_a_choice_is_asked_again(visitor: Visitor, beginner: Beginner) -> None:
    with_list(visitor, beginner)
    signed = {"name": "Ann", "signature": "Ann"}
    answer = visitor.say("/article", article=beginner.site.home, **signed)
    assert "Check the posts" in only_wrong(answer, "posts")
    one = visitor.say("/article", article=beginner.site.article, **signed)
    assert one.location == "/look", "one article may be named instead"


def test_a_post_that_cannot_be_read_is_named_and_nothing_is_written(
    visitor: Visitor, beginner: Beginner
) -> None:
    home = beginner.site.home
    with_list(visitor, beginner)
    del beginner.site.pages["/beans/"]
    posts = [f"{home}/massage/", f"{home}/beans/"]
    answer = visitor.say("/article", article=home, name="Ann", signature="Ann", post=posts)
    assert f"I couldn't find an article at {home}/beans/." in only_wrong(answer, "posts")
    assert articles_of(beginner) == []
    assert answer.text.count(" checked>") == 2


def test_any_page_of_hers_can_be_asked_for_posts(visitor: Visitor, beginner: Beginner) -> None:
    with_list(visitor, beginner, article=f"{beginner.site.home}/news.rss")
    bare = Website()
    bare.pages["/"] = ARTICLE
    signed = {"name": "Ann", "signature": "Ann"}
    answer = visitor.say("/article", article=bare.article, **signed, list="yes")
    assert "I found no list of posts there." in only_wrong(answer, "article")
    home = visitor.say("/article", article=bare.home, **signed)
    bare.close()
    assert home.location == "/look", "a site of one page is the article"
    beginner.site.pages["/massage/"] = beginner.site.pages["/"] + ARTICLE
    asked = f"{beginner.site.home}/massage/"
    listed = visitor.say("/article", article=asked, **signed, list="yes")
    assert listed.location == "/article#posts"


# --- the first look and the start ----------------------------------------------------------------


def with_article(visitor: Visitor, beginner: Beginner) -> Visitor:
    visitor.logged_in(beginner)
    visitor.say("/article", article=beginner.site.article, name="Ann", signature="Ann")
    return visitor


def looked(visitor: Visitor) -> str:
    first = visitor.page("/look")
    assert 'http-equiv="refresh"' in first
    return until(lambda: visitor.page("/look"), 'href="/start">Next')


def test_the_first_look_shows_real_letters_and_changes_nothing(
    visitor: Visitor, beginner: Beginner
) -> None:
    beginner.fill()
    page = looked(with_article(visitor, beginner))
    assert "Found 9 letters from readers; 8 may be waiting." in page
    assert "Would you send these?" in page
    assert 1 <= page.count("I would draft") <= 3
    assert "Deep tissue massage helps with sciatic pain" in page
    assert not beginner.smtp.taken
    assert not list(beginner.directory.glob("*.db"))


def test_an_empty_mailbox_is_no_error(visitor: Visitor, beginner: Beginner) -> None:
    page = looked(with_article(visitor, beginner))
    assert "No letters from readers in the last 30 days." in page
    assert "Would you send" not in page


def test_notices_of_her_sites_form_are_asked_about(visitor: Visitor, beginner: Beginner) -> None:
    notice = "Name: Jane\r\nEmail: jane@reader.example\r\nMessage: Does a massage chair help?"
    beginner.deliver("WordPress <wordpress@garden.example>", notice, Subject="Contact form")
    page = looked(with_article(visitor, beginner))
    assert "wordpress@garden.example" in page
    visitor.say("/look", form="wordpress@garden.example")
    page = until(lambda: visitor.page("/look"), 'href="/start">Next')
    assert "Found 1 letter from readers; 1 may be waiting." in page
    assert settings.load(beginner.directory).forms == ("wordpress@garden.example",)
    token = TOKEN.search(visitor.page("/article"))
    assert token
    data = {"csrf_token": token[1], "form": "somebody@else.example"}
    visitor.client.post("/look", data=data)
    assert settings.load(beginner.directory).forms == ("wordpress@garden.example",)


def test_a_look_that_fails_says_so_and_can_be_tried_again(
    visitor: Visitor, beginner: Beginner
) -> None:
    with_article(visitor, beginner)
    broken = beginner.directory / "templates" / "replies" / "letter.j2"
    was = broken.read_text()
    broken.write_text("{{ nobody")
    page = looked(visitor)
    assert "I couldn't check your mailbox." in html.unescape(page)
    broken.write_text(was)
    visitor.say("/look")
    assert "No letters" in until(lambda: visitor.page("/look"), 'href="/start">Next')


@pytest.mark.parametrize("mode", ["drafts", "watch"])
def test_her_word_on_drafts_stands_in_the_store_before_the_bot_runs(
    visitor: Visitor, beginner: Beginner, mode: str
) -> None:
    with_article(visitor, beginner)
    assert visitor.say("/start", mode=mode).location == "/starting"
    assert visitor.desk.begun.is_set()
    assert not notes.is_half_done(beginner.directory)
    with open_author_store(beginner.directory) as store, store.reading() as tx:
        assert (watch_only.score(tx) is not None) == (mode == "watch")


def test_a_start_that_fails_says_why_and_loses_nothing(
    visitor: Visitor, beginner: Beginner
) -> None:
    with_article(visitor, beginner)
    visitor.say("/start", mode="drafts")
    visitor.desk.failed("Another inbox-bot works in this directory.")
    assert "Another inbox-bot works in this directory." in visitor.page("/arrive")
    assert notes.load(beginner.directory).title == "Massage for sciatica"
    assert visitor.say("/start", mode="watch").location == "/starting"
    with open_author_store(beginner.directory) as store, store.reading() as tx:
        assert watch_only.score(tx) is not None


def test_a_port_that_is_taken_is_left_alone(visitor: Visitor, beginner: Beginner) -> None:
    with_article(visitor, beginner)
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", 8025))
            held.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        visitor.say("/start", mode="drafts")
    chosen = settings.load(beginner.directory).page
    assert chosen.port != 8025
    assert "# The review page. Only" in (beginner.directory / "settings.yaml").read_text()


def test_only_our_own_page_gets_a_link_to_the_queue(
    visitor: Visitor, beginner: Beginner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "PATIENCE", 0.5)
    with_article(visitor, beginner)
    visitor.say("/start", mode="drafts")
    page = settings.load(beginner.directory).page
    with socket.create_server((page.host, page.port)):
        assert visitor.client.get("/arrive").location == "/starting"
        with page_served_at(beginner.directory, 4711):
            assert ":4711/open/" in (visitor.client.get("/arrive").location or "")
        assert visitor.client.get("/arrive").location == "/starting"


def test_a_disk_that_takes_nothing_is_one_sentence(
    visitor: Visitor, beginner: Beginner, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginner.directory.rename(beginner.home / "gone")
    visitor_page = visitor.client.get("/mailbox").text
    token = TOKEN.search(visitor_page)
    assert token
    data = {"csrf_token": token[1], "address": beginner.address}
    answer = visitor.client.post("/mailbox", data=data)
    assert answer.status_code == 500
    assert "can't be written" in html.unescape(answer.text)


# --- taking up again, and who may come in --------------------------------------------------------


def test_going_back_and_beginning_again_lose_nothing(visitor: Visitor, beginner: Beginner) -> None:
    with_article(visitor, beginner)
    for page in (visitor.page("/article"), visit(beginner.directory).page("/article")):
        assert f'value="{beginner.site.article}"' in page
        assert "I've read <strong>Massage for sciatica</strong>: 5 passages" in page
    assert visit(beginner.directory).client.get("/").location == "/look"


def test_a_damaged_note_begins_anew(beginner: Beginner) -> None:
    (beginner.directory / notes.FILE_NAME).write_text('{"address": 7')
    assert visit(beginner.directory).desk.said == Said()


def test_no_screen_can_be_reached_before_its_turn(visitor: Visitor) -> None:
    for path in ("/article", "/look", "/start"):
        assert visitor.client.get(path).location == "/mailbox", path
    assert visitor.client.get("/starting").location == "/start"


def test_the_link_works_once_and_in_one_browser(visitor: Visitor) -> None:
    app = make_app(visitor.desk)
    link = f"/open/{visitor.desk.ticket}"
    for path in (link, "/open/", "/open/x", "/", "/mailbox", "/start"):
        answer = app.test_client().get(path)
        assert answer.status_code in (403, 404), path
    assert visitor.client.get("/open/x").location == "/"


def test_a_scanner_does_not_use_the_link_up(beginner: Beginner) -> None:
    desk = Desk(beginner.directory, lambda: datetime.now(UTC))
    client = make_app(desk).test_client()
    client.head(f"/open/{desk.ticket}")
    assert client.get(f"/open/{desk.ticket}").location == "/"


def test_other_names_and_forms_without_their_token_are_refused(
    visitor: Visitor, beginner: Beginner
) -> None:
    for rule in make_app(visitor.desk).url_map.iter_rules():
        path = rule.rule.replace("<ticket>", "x").replace("<path:filename>", "page.css")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            told = visitor.client.open(path, method=method, headers={"Host": "evil.example"})
            assert told.status_code == 400, path
            if method == "POST":
                answer = visitor.client.post(path, data={"address": beginner.address})
                assert answer.status_code == 400, path
    assert visitor.desk.said == Said()


def test_every_screen_forbids_what_it_never_needs(visitor: Visitor, beginner: Beginner) -> None:
    with_article(visitor, beginner)
    for path in ("/mailbox", "/article", "/look", "/start", "/nothing"):
        answer = visitor.client.get(path)
        rules = answer.headers["Content-Security-Policy"].split("; ")
        assert rules[0] == "default-src 'none'", path
        assert {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(rules)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)\s*=", answer.text), path


def test_a_wrong_address_keeps_the_servers_that_were_typed(visitor: Visitor) -> None:
    visitor.say("/mailbox", address="ann@garden.example")
    typed = {"imap": "mx.garden.example:1993", "smtp": "mx.garden.example", "username": "ann"}
    answer = visitor.say("/mailbox", address="ann@", has_login="y", **typed)
    assert "is not an email address" in only_wrong(answer, "address")
    assert 'value="mx.garden.example:1993"' in answer.text


@pytest.mark.parametrize("typed", ["ann@garden", "ann@garden."])
def test_an_address_without_an_ending_is_said(visitor: Visitor, typed: str) -> None:
    answer = visitor.say("/mailbox", address=typed)
    assert only_wrong(answer, "address") == "This address has no ending, such as .com."


def test_a_corrected_address_keeps_servers_login_name_and_password(
    visitor: Visitor, beginner: Beginner
) -> None:
    visitor.say("/mailbox", address="anm@garden.example")
    imap, smtp = f"localhost:{beginner.imap.tls_port}", f"localhost:{beginner.smtp.port}"
    login = {"has_login": "y", "imap": imap, "smtp": smtp}
    old = visitor.say(
        "/mailbox", address="ann@garden.example", username="bob", **login, password=""
    )
    assert list(wrong(old)) == ["password"]
    assert [f'value="{one}"' in old.text for one in (imap, smtp, "bob")] == [True] * 3
    done = visitor.say(
        "/mailbox", address="anna@garden.example", username="ann", **login, password=PASSWORD
    )
    assert done.location == "/article", wrong(done)
    chosen = settings.load(beginner.directory).mailboxes[0]
    assert (chosen.addresses[0], chosen.imap.username) == ("anna@garden.example", "ann")


def test_a_login_name_that_was_the_old_address_is_corrected_with_it(visitor: Visitor) -> None:
    visitor.say("/mailbox", address="anm@garden.example")
    typed = {"imap": "127.0.0.1:1", "smtp": "127.0.0.1:1", "username": "anm@garden.example"}
    visitor.say("/mailbox", address="ann@garden.example", has_login="y", **typed, password="x")
    assert 'name="username" type="text" value="ann@garden.example"' in visitor.page("/mailbox")


def test_an_address_at_another_domain_asks_to_check_the_servers(visitor: Visitor) -> None:
    first = visitor.say("/mailbox", address="ann@garden.example")
    assert first.location == "/mailbox"
    typed = {"imap": "mx.garden.example", "smtp": "mx.garden.example", "username": "ann"}
    moved = visitor.say("/mailbox", address="ann@orchard.example", has_login="y", **typed)
    page = visitor.page(moved.location)
    assert "New address: please check the servers." in page
    assert "mx.garden.example" not in page
    assert 'value="imap.orchard.example"' in page


def test_nothing_that_is_typed_becomes_markup(visitor: Visitor, beginner: Beginner) -> None:
    visitor.logged_in(beginner)
    evil = '"><script>alert(1)</script>'
    answer = visitor.say("/article", article=evil, name=evil, signature=evil, text="")
    assert "<script>alert" not in answer.text


def test_the_note_is_private(visitor: Visitor, beginner: Beginner) -> None:
    visitor.say("/mailbox", address=beginner.address)
    note = beginner.directory / notes.FILE_NAME
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert DOMAIN in note.read_text()


def test_what_cannot_be_kept_raises(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        notes.keep(tmp_path / "nowhere", Said())


def test_a_stranger_server_gets_no_password(
    visitor: Visitor, beginner: Beginner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = issue(tmp_path, "elsewhere")
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.authority))
    answer = own_domain(
        visitor, f"localhost:{beginner.imap.tls_port}", f"localhost:{beginner.smtp.port}"
    )
    assert "I didn't send your password" in only_wrong(answer, "imap")
