"""Who gets in, and what the page refuses. The app's own map of addresses is gone through, so that
a new address cannot be forgotten here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.routing import Rule

from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.settings import PageSettings
from inbox_bot.web import keep_password, make_app, new_link
from inbox_bot.web.entrance import OPEN_TO_ALL
from inbox_bot.web.serving import check_reach, hosts_of
from tests.pages import Desk, desk, say, token_on

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
PASSWORD = "four words do well"


@pytest.fixture(scope="module")
def open_desk() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


@pytest.fixture
def at(open_desk: Desk) -> Iterator[Desk]:
    yield open_desk
    open_desk.shift = timedelta()
    with open_desk.bot.store.transaction() as tx:
        tx.set_note("page password", "")


def rules(at: Desk) -> list[Rule]:
    return list(make_app(at.page).url_map.iter_rules())


def path_of(rule: Rule) -> str:
    """An address that the rule stands for: its numbers are 1, its words are `x`."""
    values: dict[str, object] = {
        name: 1 if "Integer" in type(converter).__name__ else "x"
        for name, converter in rule._converters.items()
    }
    values |= {"filename": "page.css"} if rule.endpoint == "static" else {}
    built = rule.build(values)
    assert built is not None
    return built[1]


def gets(at: Desk) -> list[Rule]:
    return [rule for rule in rules(at) if "GET" in (rule.methods or ())]


def posts(at: Desk) -> list[Rule]:
    return [rule for rule in rules(at) if (rule.methods or set()) & UNSAFE]


def test_the_map_is_not_empty(at: Desk) -> None:
    assert len(gets(at)) > 8
    assert len(posts(at)) > 4


def test_no_address_shows_anything_to_a_stranger(at: Desk) -> None:
    client = at.stranger()
    for rule in gets(at):
        answer = client.get(path_of(rule))
        if rule.endpoint in OPEN_TO_ALL:
            assert answer.status_code in (200, 403), rule.rule
        else:
            assert answer.status_code == 303, rule.rule
            assert answer.headers["Location"].startswith("/login"), rule.rule
        assert "sciatica" not in answer.text


def test_no_address_does_anything_for_a_stranger(at: Desk) -> None:
    for rule in posts(at):
        expected = 400 if rule.endpoint in OPEN_TO_ALL else 401
        client = at.stranger()
        assert client.post(path_of(rule)).status_code == expected, rule.rule


def test_every_address_that_does_something_wants_the_token_of_its_form(at: Desk) -> None:
    for rule in posts(at):
        client = at.author()
        for data in ({}, {"csrf_token": "made up"}, {"csrf_token": token_on(at.author())}):
            answer = client.post(path_of(rule), data=data)
            assert answer.status_code == 400, f"{rule.rule} took {data}"
            assert "CSRF" in answer.text


def test_what_does_something_does_it_by_post_alone(at: Desk) -> None:
    doing = {rule.rule for rule in posts(at)}
    showing = {rule.rule for rule in gets(at)}
    client = at.author()
    for rule in posts(at):
        assert not (rule.methods or set()) & (UNSAFE - {"POST"}), rule.rule
        if rule.rule not in showing:
            assert client.get(path_of(rule)).status_code in (404, 405), rule.rule
    for rule in gets(at):
        if rule.rule not in doing:
            data = {"csrf_token": token_on(client)}
            assert client.post(path_of(rule), data=data).status_code in (404, 405), rule.rule


def test_every_address_refuses_a_name_that_is_not_the_pages(at: Desk) -> None:
    client = at.author()
    for rule in rules(at):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(path_of(rule), method=method, headers={"Host": "evil.example"})
            assert answer.status_code == 400, f"{method} {rule.rule}"


@pytest.mark.parametrize("host", ["127.0.0.1:8025", "localhost:8025", "[::1]:8025", "localhost"])
def test_this_machine_has_several_names(at: Desk, host: str) -> None:
    assert at.stranger().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8025", "", "a@localhost"],
)
def test_a_name_that_only_looks_like_this_machine_is_refused(at: Desk, host: str) -> None:
    assert at.stranger().get("/healthz", headers={"Host": host}).status_code == 400


def test_every_answer_forbids_what_the_page_never_needs(at: Desk) -> None:
    client = at.author()
    for rule in gets(at):
        answer = client.get(path_of(rule))
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), rule.rule
        assert "frame-ancestors '" in policy, rule.rule
        assert "base-uri 'none'" in policy, rule.rule
        script = next((part for part in policy.split("; ") if part.startswith("script-src")), "")
        assert "unsafe" not in script, rule.rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if rule.endpoint != "static":
            assert answer.headers["Cache-Control"] == "no-store", rule.rule


def test_a_nonce_is_used_once(at: Desk) -> None:
    client = at.author()
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_no_page_holds_script_or_style_of_its_own(at: Desk) -> None:
    client = at.author()
    for path in ("/", "/letter/1", "/login", "/keys", "/search?q=massage", "/others"):
        text = client.get(path).text
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script src="/static/page.js')
        assert "<style" not in text


# --- coming in and going out ---------------------------------------------------------------------


def test_a_link_lets_one_browser_in_once(at: Desk) -> None:
    link = f"/open/{new_link(at.bot.store, at.now)}"
    first, second = at.stranger(), at.stranger()
    assert first.get(link).status_code == 303
    assert first.get("/").status_code == 200
    assert second.get(link).status_code == 403
    assert second.get("/").status_code == 303


def test_a_fresh_link_can_be_had_at_any_time(at: Desk) -> None:
    command = [sys.executable, "-m", "inbox_bot", "-C", str(at.world.directory), "open"]
    (line,) = subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    told, _, url = line.partition("http://127.0.0.1:8025")
    assert told == "review page: "
    assert at.stranger().get(url).headers["Location"] == "/"


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
        tx.set_note("page password", "")
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


# --- a yes counts for what was shown -------------------------------------------------------------


def test_a_yes_to_another_version_is_409_and_shows_the_difference(at: Desk) -> None:
    client, other = at.author(), at.author()
    draft = at.ready()
    say(other, draft, "edit", text="Dear reader,\n\nsomething else.\n\nSteve")
    answer = say(client, draft, "approve", line="my own line")
    assert answer.status_code == 409
    assert "something else." in answer.text
    assert "my own line" in answer.text
    assert at.draft(draft.id).state == "pending"


def test_a_yes_to_a_text_that_was_not_shown_is_409(at: Desk) -> None:
    client, draft = at.author(), at.ready()
    answer = say(client, draft, "approve", hash="0" * 64)
    assert answer.status_code == 409
    assert at.draft(draft.id).state == "pending"


def test_approving_twice_from_two_devices_approves_once(at: Desk) -> None:
    draft = at.ready()
    assert say(at.author(), draft, "approve").status_code == 303
    assert say(at.author(), draft, "approve").status_code == 409
    assert say(at.author(), at.draft(draft.id), "undo").status_code == 303


@pytest.mark.parametrize("missing", ["version", "hash"])
def test_a_form_without_its_version_or_hash_is_refused(at: Desk, missing: str) -> None:
    draft = at.ready()
    assert say(at.author(), draft, "approve", **{missing: ""}).status_code == 400
    assert at.draft(draft.id).state == "pending"


def test_what_is_not_there_is_404(at: Desk) -> None:
    client = at.author()
    for path in ("/letter/999999", "/reply/999999/1/html", "/nothing"):
        assert client.get(path).status_code == 404
    assert say(client, at.ready(), "publish").status_code == 404
