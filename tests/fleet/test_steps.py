"""Each author is served by one worker at a time, with her own files, password and letters."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.fleet import jobs, roster, steps
from inbox_bot.fleet.authors import Recent
from inbox_bot.fleet.database import connected, lasting
from inbox_bot.fleet.roster import State
from inbox_bot.model import DraftState
from tests.fleet.hosts import Host
from tests.servers.dovecot import HERE


def test_a_letter_becomes_a_reply_after_her_yes(host: Host) -> None:
    ann, bea = host.author("ann"), host.author("bea")
    host.letter("ann", "reader@example.org")
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 2
    (draft,) = host.drafts(ann)
    assert "It may help a little" in draft.text
    assert host.drafts(bea) == []
    host.later(minutes=1)
    assert jobs.send_for(host.fleet, ann, host.now)
    assert host.replies() == []  # nothing leaves without her yes
    host.approve(ann)
    host.later(minutes=5)
    assert jobs.send_for(host.fleet, ann, host.now)
    assert host.replies() == ["reader@example.org"]
    assert [one.state for one in host.drafts(ann)] == [DraftState.SENT]
    jobs.send_for(host.fleet, ann, host.now)
    assert host.replies() == ["reader@example.org"]


def test_an_approval_puts_its_sending_into_the_queue_and_an_undo_leaves_it_harmless(
    host: Host,
) -> None:
    ann = host.author("ann")
    host.letter("ann", "reader@example.org")
    steps.look(host.fleet, ann, host.now)
    assert host.jobs() == []
    host.approve(ann)
    (draft,) = host.drafts(ann)
    assert host.jobs() == [("send", f"send {ann}", draft.send_after)]


def test_whom_another_worker_has_is_left_alone(host: Host) -> None:
    ann = host.author("ann")
    host.letter("ann", "reader@example.org")
    with lasting(host.fleet.direct) as other, steps.only_worker(other, ann) as got:
        assert got
        assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 0
        assert not jobs.look_at(host.fleet, ann, host.now)
        assert not jobs.send_for(host.fleet, ann, host.now)
        assert host.drafts(ann) == []
        later = host.now + jobs.BUSY
        assert host.jobs() == [("look", f"look {ann}", later), ("send", f"send {ann}", later)]
    assert jobs.look_at(host.fleet, ann, host.now)
    assert len(host.drafts(ann)) == 1


def test_the_lock_ends_with_the_connection_that_holds_it(host: Host) -> None:
    """As when a worker is killed."""
    killed = psycopg.connect(host.fleet.direct, autocommit=True)
    holding = steps.only_worker(killed, 7)
    assert holding.__enter__()
    with lasting(host.fleet.direct) as other, steps.only_worker(other, 7) as got:
        assert not got
    killed.close()
    with lasting(host.fleet.direct) as other, steps.only_worker(other, 7) as got:
        assert got
    with pytest.raises(psycopg.OperationalError):
        holding.__exit__(None, None, None)


def test_an_author_is_polled_when_she_is_due_and_not_before(host: Host) -> None:
    ann = host.author("ann")
    steps.look(host.fleet, ann, host.now)
    assert host.member(ann).next_poll == host.now + timedelta(minutes=5)
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 0
    host.later(minutes=5)
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 1


def test_who_is_due_and_what_is_stalled_is_looked_for_every_ten_seconds(host: Host) -> None:
    tasks = jobs.app_of(host.fleet).periodic_registry.periodic_tasks.values()
    assert {one.task.name for one in tasks} == {"find_due", "retry_stalled"}
    for one in tasks:
        assert one.croniter.get_next(float, start_time=1_000_001.0) == 1_000_010.0


def test_a_paused_author_is_neither_polled_nor_sent_for(host: Host) -> None:
    ann = host.author("ann")
    host.letter("ann", "reader@example.org")
    steps.look(host.fleet, ann, host.now)
    host.approve(ann)
    with connected(host.fleet.url) as connection:
        roster.set_state(connection, ann, State.PAUSED)
    host.later(hours=1)
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 0
    assert steps.look(host.fleet, ann, host.now) is None
    jobs.send_for(host.fleet, ann, host.now)
    assert host.replies() == []


def test_one_authors_broken_files_or_password_hold_up_nobody(host: Host) -> None:
    ann, bea, cat = host.author("ann"), host.author("bea"), host.author("cat")
    host.letter("cat", "reader@example.org")
    with connected(host.fleet.url, ann) as connection:
        roster.write_files(connection, ann, {"settings.yaml": b"poll: {every: x}"})
    with connected(host.fleet.url, bea) as connection:
        connection.execute("DELETE FROM credential")
    assert jobs.poll_authors(host.fleet, 0, lambda: host.now, lambda: False) == 3
    assert "not a duration" in host.member(ann).problem
    assert f"no password for bea@{HERE}" in host.member(bea).problem
    assert host.member(cat).problem == ""
    assert len(host.drafts(cat)) == 1
    assert host.member(ann).failures == 1


def test_the_workers_own_environment_opens_nobodys_mailbox(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = host.author("ann")
    monkeypatch.setenv("INBOX_BOT_IMAP_PASSWORD", "secret")
    with connected(host.fleet.url, ann) as connection:
        connection.execute("DELETE FROM credential")
    with pytest.raises(SettingsError, match="no password"), host.fleet.bot(ann):
        pass


@pytest.mark.parametrize("key", ["faq", "templates"])
def test_settings_name_no_folder_of_another_author(host: Host, key: str) -> None:
    ann, bea = host.author("ann"), host.author("bea")
    with host.fleet.bot(bea) as bot:
        assert bot.faq_book
        hers = host.fleet.settings_of(bea).faq.parent
    text = (host.directory / "ann" / "settings.yaml").read_text()
    (line,) = [one for one in text.splitlines() if one.startswith(f"{key}:")]
    with connected(host.fleet.url, ann) as connection:
        changed = text.replace(line, f"{key}: {hers / key}").encode()
        roster.write_files(connection, ann, {"settings.yaml": changed})
    mine = host.fleet.settings_of(ann)
    assert {mine.faq.parent, mine.templates.parent}.isdisjoint({hers})


def test_a_changed_file_is_used_from_the_next_step_on(host: Host) -> None:
    ann = host.author("ann")
    with host.fleet.bot(ann) as bot:
        assert "how-often" in bot.knowledge().faq.answers
    with connected(host.fleet.url, ann) as connection:
        content = dict(roster.files(connection))["faq/general.yaml"]
        changed = content.replace(b"how-often", b"how-seldom")
        roster.write_files(connection, ann, {"faq/general.yaml": changed})
    with host.fleet.bot(ann) as bot:
        assert "how-seldom" in bot.knowledge().faq.answers


def test_authors_with_the_same_answers_share_what_was_learned(host: Host) -> None:
    ann, bea = host.author("ann"), host.author("bea")
    with host.fleet.bot(ann) as one, host.fleet.bot(bea) as other:
        assert one.knowledge() is other.knowledge()
    assert len(host.fleet.learned) == 1


def test_only_the_values_used_last_stay() -> None:
    made: list[int] = []
    recent: Recent[int] = Recent(2)

    def get(key: int) -> int:
        return recent.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    assert [get(key) for key in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]
    assert len(recent) == 2


def test_the_folder_of_an_author_who_was_dropped_is_gone(host: Host) -> None:
    ann = host.author("ann")
    folder = host.fleet.settings_of(ann).faq.parent
    assert folder.is_dir()
    host.fleet.loaded._values.clear()
    assert not folder.exists()
