"""Login and logout: links, password, session, cookie, and who can reach the page."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading

import pytest

from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.letters.standby import Part
from inbox_bot.service.lock import page_served_at
from inbox_bot.settings import PageSettings
from inbox_bot.web.app import make_app
from inbox_bot.web.password import keep_password
from inbox_bot.web.serving import Serving, check_reach, hosts_of
from inbox_bot.web.sessions import new_link
from tests.pages import Desk, token_on

PASSWORD = "four words do well"


def test_a_link_lets_one_browser_in_once(at: Desk) -> None:
    link = f"/open/{new_link(at.bot.store, at.now)}"
    first, second = at.stranger(), at.stranger()
    assert first.get(link).status_code == 303
    assert first.get("/").status_code == 200
    assert second.get(link).status_code == 403
    assert second.get("/").status_code == 303


def test_a_look_at_the_links_head_does_not_use_it_up(at: Desk) -> None:
    """Mail programs and scanners request it before the author."""
    link = f"/open/{new_link(at.bot.store, at.now)}"
    assert at.stranger().head(link).status_code == 200
    author = at.stranger()
    assert author.get(link).status_code == 303
    assert author.get("/").status_code == 200


def test_a_fresh_link_can_be_had_at_any_time(at: Desk) -> None:
    command = [sys.executable, "-m", "inbox_bot", "-C", str(at.world.directory), "open"]
    with page_served_at(at.world.directory, 8025):  # as while the bot runs
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (line,) = told.splitlines()
    opened = re.fullmatch(r"review page: http://127\.0\.0\.1:\d+(/open/\S+)", line)
    assert opened is not None
    assert at.stranger().get(opened[1]).headers["Location"] == "/"


def test_a_used_link_leads_who_is_inside_to_the_queue(at: Desk) -> None:
    link = f"/open/{new_link(at.bot.store, at.now)}"
    client = at.stranger()
    client.get(link)
    assert client.get(link).headers["Location"] == "/"


def test_a_link_is_good_for_an_hour(at: Desk) -> None:
    link = f"/open/{new_link(at.bot.store, at.now)}"
    at.later(minutes=61)
    assert at.stranger().get(link).status_code == 403


def test_a_session_gets_a_new_secret_at_each_log_in(at: Desk) -> None:
    client = at.stranger()
    client.get("/login")
    cookies = set()
    for _ in range(3):
        client.get(f"/open/{new_link(at.bot.store, at.now)}")
        cookie = client.get_cookie("inbox_bot", domain="localhost")
        assert cookie is not None
        cookies.add(cookie.value)
    assert len(cookies) == 3


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(at: Desk) -> None:
    link = f"/open/{new_link(at.bot.store, at.now)}"
    cookie = at.stranger().get(link).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    link = f"/open/{new_link(at.bot.store, at.now)}"
    over_tls = at.stranger().get(link, base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in over_tls


def test_behind_a_proxy_on_this_machine_the_cookie_is_for_tls_alone(at: Desk) -> None:
    with Serving(at.page, "127.0.0.1", 0) as serving:
        assert "Secure" in cookie_from(serving.port, proto="https")
        assert "Secure" not in cookie_from(serving.port, proto="http")
        assert "Secure" not in cookie_from(serving.port)


def test_what_another_machine_says_of_tls_is_not_believed(at: Desk) -> None:
    with Serving(at.page, "127.0.0.1", 0) as serving:
        assert "Secure" not in cookie_from(serving.port, source="127.0.0.2", proto="https")


def test_a_proxy_cannot_say_under_which_name_it_was_called(at: Desk) -> None:
    with Serving(at.page, "127.0.0.1", 0) as serving:
        said = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=https"}
        assert "Secure" not in cookie_from(serving.port, headers=said)


def cookie_from(
    port: int, proto: str = "", source: str = "127.0.0.1", headers: dict[str, str] | None = None
) -> str:
    """The log-in cookie, requested over a real connection."""
    said = {"X-Forwarded-Proto": proto} if proto else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, 10, source_address=(source, 0))
    connection.request("GET", "/login", headers={**said, **(headers or {})})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()
    return str(answer.getheader("Set-Cookie"))


def test_logging_out_ends_the_session_and_not_only_the_cookie(at: Desk) -> None:
    client = at.author()
    cookie = client.get_cookie("inbox_bot", domain="localhost")
    assert cookie is not None
    assert client.post("/logout", data={"csrf_token": token_on(client)}).status_code == 303
    thief = at.stranger()
    thief.set_cookie("inbox_bot", cookie.value, domain="localhost")
    assert thief.get("/").status_code == 303


def test_a_session_ends_after_thirty_idle_days_and_lives_on_when_used(at: Desk) -> None:
    client = at.author()
    for _ in range(3):
        at.later(days=20)
        assert client.get("/").status_code == 200
    at.later(days=31)
    assert client.get("/").status_code == 303


def test_a_made_up_cookie_opens_nothing(at: Desk) -> None:
    client = at.stranger()
    client.set_cookie("inbox_bot", "eyJzZWNyZXQiOiJ4In0.aaaa.bbbb", domain="localhost")
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example/", "/\\evil.example", "/open/x"]
)
def test_the_way_through_the_log_in_leads_to_the_page_alone(at: Desk, path: str) -> None:
    keep_password(at.bot.store, PASSWORD)
    client = at.stranger()
    data = {"csrf_token": token_on(client, "/login"), "password": PASSWORD, "next": path}
    assert client.post("/login", data=data).headers["Location"] == "/"


def test_the_password_opens_the_letter_that_was_asked_for(at: Desk) -> None:
    keep_password(at.bot.store, PASSWORD)
    client = at.stranger()
    asked = client.get("/letter/2")
    assert asked.headers["Location"] == "/login?next=/letter/2"
    data = {"csrf_token": token_on(client, "/login"), "password": PASSWORD, "next": "/letter/2"}
    assert client.post("/login", data=data).headers["Location"] == "/letter/2"
    assert client.get("/letter/2").status_code == 200


def test_a_device_that_is_not_trusted_is_forgotten_within_a_day(at: Desk) -> None:
    keep_password(at.bot.store, PASSWORD)
    client = at.stranger()
    data = {"csrf_token": token_on(client, "/login"), "password": PASSWORD}
    assert "Expires" not in client.post("/login", data=data).headers["Set-Cookie"]
    at.later(hours=13)
    assert client.get("/").status_code == 303


def test_guessing_the_password_is_stopped_after_ten_tries(at: Desk) -> None:
    keep_password(at.bot.store, PASSWORD)
    client = make_app(at.page).test_client()
    data = {"csrf_token": token_on(client, "/login"), "password": "wrong"}
    told = [client.post("/login", data=data).status_code for _ in range(11)]
    assert told == [403] * 10 + [429]
    right = {**data, "password": PASSWORD}
    assert client.post("/login", data=right).status_code == 429
    at.later(minutes=16)
    assert client.post("/login", data=right).status_code == 303


def test_without_a_password_none_is_taken(at: Desk) -> None:
    keep_password(at.bot.store, PASSWORD)
    client = at.stranger()
    data = {"csrf_token": token_on(client, "/login"), "password": ""}
    with at.bot.store.transaction() as tx:
        tx.set_fact("page password", "")
    assert client.post("/login", data=data).status_code == 403
    assert 'name="password"' not in client.get("/login").text


def test_a_new_password_logs_everybody_out(at: Desk) -> None:
    client = at.author()
    keep_password(at.bot.store, PASSWORD)
    assert client.get("/").status_code == 303


def test_a_short_password_is_refused(at: Desk) -> None:
    with pytest.raises(WrongUse, match="at least 10"):
        keep_password(at.bot.store, "short")


# --- who can reach it ----------------------------------------------------------------------------


def test_other_machines_are_let_near_only_with_names_and_a_password(at: Desk) -> None:
    check_reach(at.bot.store, PageSettings())
    with pytest.raises(SettingsError, match=r"page\.hosts"):
        check_reach(at.bot.store, PageSettings(host="0.0.0.0"))
    named = PageSettings(host="0.0.0.0", hosts=("letters.example",))
    with pytest.raises(SettingsError, match="inbox-bot password"):
        check_reach(at.bot.store, named)
    keep_password(at.bot.store, PASSWORD)
    check_reach(at.bot.store, named)


def test_the_names_come_from_the_settings() -> None:
    chosen = PageSettings(url="https://letters.example:8443/", hosts=("phone.example",))
    assert hosts_of(chosen) > {"phone.example", "letters.example", "127.0.0.1"}


def test_who_opens_the_page_finds_what_letters_need_and_a_stranger_or_a_refresh_takes_nothing(
    at: Desk,
) -> None:
    taken = threading.Event()
    with at.bot.standby.holding(Part(take=taken.set, give_back=taken.clear)):
        author = at.author()
        at.later(minutes=20)
        at.stranger().get("/")
        author.get("/", headers={"Sec-Fetch-Mode": "cors"})
        assert not taken.wait(1)
        author.get("/", headers={"Sec-Fetch-Mode": "navigate"})
        assert taken.wait(60)  # the encoder may come first
