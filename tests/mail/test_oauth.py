"""OAuth2: one consent, tokens that renew themselves, and a word in time where that ends."""

from __future__ import annotations

import logging
import stat
import sys
import threading
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from inbox_bot.errors import LoginRefused, MailboxUnavailable, SendLater, SettingsError
from inbox_bot.mail import oauth
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.oauth import Grant, OAuthBearer, device, loopback
from inbox_bot.mail.oauth.exchange import Token, post
from inbox_bot.mail.oauth.services import SERVICES, Flow
from inbox_bot.mail.sasl import opening
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount, Tls
from inbox_bot.settings.passwords import NO_SECRET, Login, Secret
from tests.servers.dovecot import Dovecot, Kind
from tests.servers.ports import free_ports
from tests.servers.smtp import Receiver
from tests.servers.tokens import CLIENT_SECRET, TokenServer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = Secret(CLIENT_SECRET)


@pytest.fixture(scope="module")
def server() -> Iterator[TokenServer]:
    running = TokenServer()
    yield running
    running.close()


@pytest.fixture
def tokens(server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> TokenServer:
    """The token server as new, and a machine without a keyring."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    server.reset()
    return server


@pytest.fixture
def login(tmp_path: Path) -> Login:
    return Login(directory=tmp_path, address="author@example.test")


def granted(tokens: TokenServer, login: Login, ends: datetime | None = None) -> Grant:
    """The author has said yes before."""
    grant = Grant(refresh_token=Secret(tokens.refresh_token()), client_secret=NO_SECRET, ends=ends)
    oauth.keep(login, tokens.client(Flow.DEVICE).service.name, grant)
    return grant


def bearer_of(tokens: TokenServer, login: Login, **clock: Callable[[], datetime]) -> OAuthBearer:
    return OAuthBearer(tokens.client(Flow.DEVICE), login, **clock)


# --- the device flow -----------------------------------------------------------------------------


def by_device(tokens: TokenServer, *says: str) -> tuple[Token, list[float], list[str]]:
    tokens.state.says += says
    waited: list[float] = []
    told: list[str] = []
    token = device.log_in(tokens.client(Flow.DEVICE), told.append, waited.append)
    return token, waited, told


def test_the_author_gets_a_code_to_type_and_is_waited_for(tokens: TokenServer) -> None:
    token, waited, told = by_device(tokens, "authorization_pending", "authorization_pending")
    assert token.refresh_token in tokens.state.refresh_tokens
    assert waited == [5, 5, 5]
    assert "https://example.com/device" in told[0]
    assert "ABCD-EFGH" in told[0]


def test_a_server_that_is_asked_too_often_or_is_unwell_is_asked_more_slowly(
    tokens: TokenServer,
) -> None:
    _, waited, _ = by_device(tokens, "slow_down", "unwell", "authorization_pending")
    assert waited == [5, 10, 15, 15]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "you declined at Microsoft"),
        ("authorization_declined", "you declined at Microsoft"),
        ("expired_token", "entered at Microsoft in time"),
        ("bad_verification_code", "refuses the login"),
    ],
)
def test_a_no_is_told_as_such(tokens: TokenServer, error: str, words: str) -> None:
    with pytest.raises(LoginRefused, match=words):
        by_device(tokens, error)


def test_nobody_waits_longer_than_the_code_is_good(tokens: TokenServer) -> None:
    with pytest.raises(LoginRefused, match="in time"):
        by_device(tokens, *["authorization_pending"] * 200)


# --- the loopback flow ---------------------------------------------------------------------------


def browse(url: str) -> int:
    """What a browser does: open a page and follow where it leads; returns the last status."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def by_browser(tokens: TokenServer, visit: Callable[[str], object], seconds: float = 10.0) -> Token:
    """The browser is another program: it comes back while the bot waits."""
    visitors: list[threading.Thread] = []

    def show(url: str) -> None:
        visitors.append(threading.Thread(target=visit, args=(url,)))
        visitors[0].start()

    visitor = loopback.Visitor(hint="author@example.test", show=show, seconds=seconds)
    try:
        return loopback.log_in(tokens.client(Flow.LOOPBACK), SECRET, visitor)
    finally:
        visitors[0].join()


def returned(url: str, **fields: str) -> int:
    """The browser comes back with these fields, whatever the provider said."""
    asked = parse_qs(urlsplit(url).query)
    known = {"state": asked["state"][0], **fields}
    return browse(f"{asked['redirect_uri'][0]}/?{urlencode(known)}")


def test_a_yes_in_the_browser_comes_back_to_this_machine(tokens: TokenServer) -> None:
    pages: list[str] = []

    def visit(url: str) -> None:
        pages.append(url)
        assert browse(url) == 200

    token = by_browser(tokens, visit)
    assert token.refresh_token in tokens.state.refresh_tokens
    asked = parse_qs(urlsplit(pages[0]).query)
    assert asked["redirect_uri"][0].startswith("http://127.0.0.1:")
    assert asked["login_hint"] == ["author@example.test"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "code_verifier" not in asked
    assert "client_secret" not in asked


def test_a_return_with_another_state_is_turned_away_and_the_right_one_still_taken(
    tokens: TokenServer,
) -> None:
    statuses: list[int] = []

    def visit(url: str) -> None:
        statuses.append(returned(url, state="another", code="stolen"))
        statuses.append(returned(url, state="", code="stolen"))
        statuses.append(browse(url))

    token = by_browser(tokens, visit)
    assert statuses == [400, 400, 200]
    assert token.access_token in tokens.state.access_tokens
    assert not any(form.get("code") == "stolen" for form in tokens.state.asked)


def test_a_code_of_somebody_else_is_worth_nothing(tokens: TokenServer) -> None:
    with pytest.raises(LoginRefused, match="Google refuses"):
        by_browser(tokens, lambda url: returned(url, code="stolen"))


def test_a_no_in_the_browser_is_told_as_such(tokens: TokenServer) -> None:
    with pytest.raises(LoginRefused, match="you declined at Google"):
        by_browser(tokens, lambda url: returned(url, error="access_denied"))
    with pytest.raises(LoginRefused, match="admin_policy"):
        by_browser(tokens, lambda url: returned(url, error="admin_policy_enforced"))


def test_nobody_waits_for_good_for_a_browser(tokens: TokenServer) -> None:
    with pytest.raises(LoginRefused, match="in time"):
        by_browser(tokens, lambda _: None, seconds=0.1)


# --- renewing ------------------------------------------------------------------------------------


def test_a_token_is_used_until_it_is_about_to_end(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    clock = [NOW]
    bearer = bearer_of(tokens, login, clock=lambda: clock[0])
    first = bearer.token()
    clock[0] += timedelta(seconds=3600 - 90)
    assert bearer.token() == first
    clock[0] += timedelta(seconds=60)
    assert bearer.token() != first
    assert len(tokens.state.asked) == 2


def test_a_refresh_token_that_is_replaced_is_kept(tokens: TokenServer, login: Login) -> None:
    before = granted(tokens, login)
    tokens.state.rotates = True
    bearer_of(tokens, login).token()
    after = oauth.load(login, tokens.client(Flow.DEVICE).service.name)
    assert after is not None
    assert after.refresh_token != before.refresh_token
    assert bearer_of(tokens, login).token() in tokens.state.access_tokens


def test_a_revoked_consent_says_what_to_run(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    tokens.state.refresh_tokens.clear()
    with pytest.raises(LoginRefused, match=r"Microsoft ended .* run: inbox-bot .* login microsoft"):
        bearer_of(tokens, login).token()


def test_who_logs_in_anew_helps_a_bot_that_runs(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    tokens.state.refresh_tokens.clear()
    bearer = bearer_of(tokens, login)
    with pytest.raises(LoginRefused):
        bearer.token()
    granted(tokens, login)
    assert bearer.token() in tokens.state.access_tokens


@pytest.mark.parametrize("trouble", ["unwell", "garbage"])
def test_a_token_server_in_trouble_is_no_refusal(
    tokens: TokenServer, login: Login, trouble: str
) -> None:
    granted(tokens, login)
    tokens.state.says = [trouble]
    with pytest.raises(MailboxUnavailable) as caught:
        bearer_of(tokens, login).token()
    assert "token-in-garbage" not in "".join(traceback.format_exception(caught.value))


def test_a_token_server_that_is_down_is_no_refusal(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    client = tokens.client(Flow.DEVICE)
    down = f"http://127.0.0.1:{free_ports(1)[0]}/token"
    bearer = OAuthBearer(replace(client, service=replace(client.service, token_url=down)), login)
    with pytest.raises(MailboxUnavailable, match="can't reach"):
        bearer.token()
    account = SmtpAccount(
        address="a@example.test", host="127.0.0.1", port=1, tls=Tls.NONE, bearer=bearer
    )
    with pytest.raises(SendLater):
        SmtpOutbox(account).check()


def test_no_secret_goes_over_an_open_wire() -> None:
    with pytest.raises(SettingsError, match="https"):
        post("http://example.com/token", {"refresh_token": "one"}, Token)
    assert all(
        url.startswith("https://") for each in SERVICES for url in (each.ask_url, each.token_url)
    )


# --- what is kept, and what is told --------------------------------------------------------------


def test_a_consent_is_kept_like_a_password(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    kept = login.directory / "passwords.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=-1), "has expired"),
        (timedelta(days=1), "expires on Monday, November 23, 2026"),
        (timedelta(days=3), ""),
        (None, ""),
    ],
)
def test_the_author_is_warned_two_days_before_a_consent_ends(
    tokens: TokenServer, login: Login, left: timedelta | None, words: str
) -> None:
    granted(tokens, login, ends=None if left is None else NOW + left)
    told = oauth.warning(tokens.client(Flow.DEVICE), login, NOW)
    assert words in told
    assert bool(told) == bool(words)
    assert "inbox-bot" in told or not words


def test_a_consent_of_a_week_is_remembered_as_one(tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    tokens.state.consent_lasts = 7 * 86_400
    bearer_of(tokens, login, clock=lambda: NOW).token()
    client = tokens.client(Flow.DEVICE)
    assert not oauth.warning(client, login, NOW + timedelta(days=4))
    assert "expires on Sunday, November 29" in oauth.warning(client, login, NOW + timedelta(days=6))


def test_no_consent_at_all_says_what_to_run(tokens: TokenServer, login: Login) -> None:
    assert "login microsoft" in oauth.warning(tokens.client(Flow.DEVICE), login, NOW)
    with pytest.raises(LoginRefused, match="login microsoft"):
        bearer_of(tokens, login).token()


# --- the mail servers ----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["xoauth2", "oauthbearer"])
def token_dovecot(request: pytest.FixtureRequest, server: TokenServer) -> Iterator[Dovecot]:
    """Takes no password: it asks the token server whose a token is."""
    running = Dovecot(Kind(tokens=server.url, mechanisms=request.param))
    yield running
    running.close()


def with_token(account: ImapAccount, bearer: OAuthBearer) -> ImapAccount:
    return replace(account, password="", bearer=bearer)


def test_dovecot_lets_a_token_in(token_dovecot: Dovecot, tokens: TokenServer, login: Login) -> None:
    granted(tokens, login)
    mailbox = ImapMailbox(with_token(token_dovecot.account("author"), bearer_of(tokens, login)))
    assert mailbox.state("INBOX").messages == 0
    mailbox.close()


def test_a_token_that_was_revoked_early_is_renewed_by_itself(
    token_dovecot: Dovecot, tokens: TokenServer, login: Login
) -> None:
    granted(tokens, login)
    bearer = bearer_of(tokens, login)
    bearer.token()
    tokens.state.access_tokens.clear()
    mailbox = ImapMailbox(with_token(token_dovecot.account("author"), bearer))
    assert mailbox.state("INBOX").messages == 0
    mailbox.close()


def test_a_token_of_somebody_else_is_refused_in_one_line_without_it(
    token_dovecot: Dovecot, tokens: TokenServer, login: Login, caplog: pytest.LogCaptureFixture
) -> None:
    granted(tokens, login)
    tokens.state.name = "somebody"
    caplog.set_level(logging.DEBUG)
    mailbox = ImapMailbox(with_token(token_dovecot.account("author"), bearer_of(tokens, login)))
    with pytest.raises(LoginRefused, match="refuses the login for author") as caught:
        mailbox.state("INBOX")
    assert "\n" not in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert not any(
        token in shown for token in tokens.state.access_tokens | tokens.state.refresh_tokens
    )


@pytest.fixture
def receiver(tokens: TokenServer) -> Iterator[Receiver]:
    running = Receiver(
        bearers=lambda: {
            f"user=author\x01auth=Bearer {token}\x01\x01".encode()
            for token in tokens.state.access_tokens
        }
    )
    yield running
    running.close()


@pytest.mark.parametrize("size", [20, 1500])
def test_smtp_lets_a_token_in_and_a_revoked_one_is_renewed(
    receiver: Receiver, tokens: TokenServer, login: Login, size: int
) -> None:
    tokens.state.size = size
    granted(tokens, login)
    outbox = SmtpOutbox(receiver.account(password="", bearer=bearer_of(tokens, login)))
    outbox.check()
    tokens.state.access_tokens.clear()
    outbox.send(b"Subject: chairs\r\n\r\nHello.\r\n", "author@example.test", ["ann@example.test"])
    assert len(receiver.taken) == 1


def test_smtp_refuses_a_stranger_in_one_line_without_the_token(
    receiver: Receiver, tokens: TokenServer, login: Login, caplog: pytest.LogCaptureFixture
) -> None:
    granted(tokens, login)
    caplog.set_level(logging.DEBUG)
    bearer = bearer_of(tokens, login)
    account = receiver.account(username="stranger", password="", bearer=bearer)
    with pytest.raises(LoginRefused, match=r"refuses the login for stranger .*535") as caught:
        SmtpOutbox(account).check()
    shown = "".join(traceback.format_exception(caught.value)) + str(account)
    assert not any(token in shown for token in tokens.state.access_tokens)


def test_a_server_that_takes_no_tokens_is_named_as_such() -> None:
    with pytest.raises(LoginRefused, match="doesn't offer OAuth2"):
        opening({"PLAIN"}, "author", "token")


def test_a_name_cannot_break_out_of_its_field() -> None:
    assert opening({"OAUTHBEARER"}, "a=b,c", "t").first.startswith("n,a=a=3Db=2Cc,\x01")
