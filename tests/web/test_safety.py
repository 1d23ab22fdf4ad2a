"""Requests that the page refuses. The addresses come from the app's URL map, so that a new
one cannot be forgotten here."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import IntegerConverter, Rule

from inbox_bot.web.app import make_app
from inbox_bot.web.login import OPEN_TO_ALL
from tests.pages import Desk, addresses, say, token_on

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FRAMED = {"letter_html", "reply_html"}
"""Mail, shown in a sandboxed frame of the page itself."""


def rules(at: Desk) -> list[Rule]:
    return list(make_app(at.page).url_map.iter_rules())


def path_of(rule: Rule) -> str:
    """A path that matches the rule: its numbers are 1, its words are `x`."""
    values: dict[str, object] = {
        name: 1 if isinstance(converter, IntegerConverter) else "x"
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
    for name, path in addresses(at, at.ready()).items():
        answer = client.get(path)
        if name in OPEN_TO_ALL:
            assert answer.status_code in (200, 403), path
        else:
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/login"), path
        assert "sciatica" not in answer.text.replace(path, "")


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
    for name, path in addresses(at, at.ready()).items():
        answer = client.get(path)
        rules = answer.headers["Content-Security-Policy"].split("; ")
        assert rules[0] == "default-src 'none'", path
        assert "base-uri 'none'" in rules, path
        assert (
            "frame-ancestors 'self'" if name in FRAMED else "frame-ancestors 'none'"
        ) in rules, path
        assert ("sandbox" in rules) == (name in FRAMED), path
        assert not [one for one in rules if one.startswith("script-src") and "unsafe" in one], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if name != "static":
            assert answer.headers["Cache-Control"] == "no-store", path


def test_a_nonce_is_used_once(at: Desk) -> None:
    client = at.author()
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_no_page_holds_script_or_style_of_its_own(at: Desk) -> None:
    client = at.author()
    for name, path in addresses(at, at.ready()).items():
        if name in FRAMED or name == "static":
            continue
        text = client.get(path).text
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)\s*=", text), path
        assert text.count("<script") == text.count('<script src="/static/page.js'), path
        assert "<style" not in text, path


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


ODD = (
    "9" * 30,
    "9" * 5_000,
    "0",
    "-1",
    "%0a",
    "x%0ay",
    "%00",
    "%ED%A0%80",
    "%FF",
    "%F0%9F%98%80",
    "..%2f..%2fetc%2fpasswd",
    "'%3B--",
    "%25s%7B%7D",
    "9999-12",
    "0001-01",
    "x" * 5_000,
    "%C2%B2",
    "%D9%A3",
    "1e9",
)
"""Percent-encoded: numbers beyond any column, line ends, NUL, halves of surrogate pairs."""
ASKED = ("page", "done", "over", "looked", "q", "try", "month", "again", "next", "draft", "as")


def odd_paths(rule: Rule) -> list[str]:
    """The rule's paths with each odd value in each place, the others as usual."""
    return [
        re.sub(r"<[^>]*>", lambda _: next(places), rule.rule)
        for odd in ODD
        for place in range(len(rule.arguments))
        if (places := iter([odd if one == place else "1" for one in range(len(rule.arguments))]))
    ]


def test_no_odd_address_breaks_the_page(at: Desk) -> None:
    client = at.author()
    for rule in gets(at):
        for path in odd_paths(rule):
            assert client.get(path).status_code < 500, path


def test_nothing_odd_that_is_asked_for_breaks_the_page(at: Desk) -> None:
    client = at.author()
    for path in addresses(at, at.ready()).values():
        for odd in ODD:
            asked = "&".join(f"{name}={odd}" for name in ASKED)
            assert client.get(f"{path}?{asked}").status_code < 500, (path, odd)
