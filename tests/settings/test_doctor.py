"""`doctor`: a line for each thing that must work, and one failure hides no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox_bot.cli.demo_world import ADDRESS, DemoWorld
from inbox_bot.errors import LoginRefused, NotFound
from inbox_bot.mail.imap import ImapAccount, ImapMailbox
from inbox_bot.settings import Tls
from inbox_bot.settings.doctor import Check, Finding, examine, look_at_clock, look_at_mailbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def refuse() -> str:
    raise LoginRefused("imap.example.com: the password was refused")


def test_each_check_gets_its_line_and_a_failure_its_next_step() -> None:
    found = list(
        examine(
            [
                Check(name="IMAP login", look=refuse, next_step="inbox-bot init ."),
                Check(name="clock", look=lambda: "12:00 UTC", next_step="set it"),
            ]
        )
    )
    assert found == [
        Finding(
            name="IMAP login",
            ok=False,
            text="imap.example.com: the password was refused",
            next_step="inbox-bot init .",
        ),
        Finding(name="clock", ok=True, text="12:00 UTC"),
    ]


def test_what_rests_on_a_check_that_failed_is_not_looked_at() -> None:
    found = examine(
        [
            Check(name="IMAP", look=refuse, next_step="inbox-bot init ."),
            Check(name="folders", look=refuse, next_step="", after="IMAP"),
            Check(name="SMTP", look=lambda: "login accepted", next_step=""),
        ]
    )
    assert [(one.name, one.ok) for one in found] == [("IMAP", False), ("SMTP", True)]


def mailbox_of(world: DemoWorld, password: str) -> ImapMailbox:
    return ImapMailbox(
        ImapAccount(
            address=ADDRESS,
            host="127.0.0.1",
            port=world.imap_port,
            tls=Tls.NONE,
            username=ADDRESS,
            password=password,
        )
    )


def test_a_mailbox_is_logged_into_counted_and_compared_with_the_clock() -> None:
    with DemoWorld(now=NOW) as world:
        mailbox = mailbox_of(world, world.password.reveal())
        assert look_at_mailbox(mailbox) == "14 letters; found your Drafts and Sent folders"
        assert look_at_clock(mailbox, NOW) == "looks right"
        assert "nothing" not in look_at_clock(mailbox, NOW + timedelta(days=90))
        with pytest.raises(NotFound, match="30 minutes in the future"):
            look_at_clock(mailbox, NOW - timedelta(hours=2))
        with pytest.raises(NotFound, match="1970"):
            look_at_clock(mailbox, datetime(1970, 1, 1, tzinfo=UTC))
        mailbox.close()


def test_a_wrong_password_is_one_line() -> None:
    with DemoWorld(now=NOW) as world:
        mailbox = mailbox_of(world, "wrong")
        look = Check(name="IMAP", look=lambda: look_at_mailbox(mailbox), next_step="inbox-bot init")
        (found,) = examine([look])
        assert not found.ok
        assert "\n" not in found.text
        assert "wrong" not in found.text
        mailbox.close()
