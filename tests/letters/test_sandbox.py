"""A hostile letter is set aside; the others are read in the same call."""

from __future__ import annotations

import shutil
import signal
import sys
import threading

import pytest

from inbox_bot.errors import InboxBotError, Unreadable
from inbox_bot.letters.reading import Sandbox, SandboxLimits, read
from inbox_bot.letters.reading.sandbox import _environment
from inbox_bot.model import Message


def _letter(number: int) -> bytes:
    return b"From: a@example.org\r\nMessage-ID: <%d@example.org>\r\n\r\nWhy?" % number


def test_letters_come_back_in_their_order_and_as_read_reads_them() -> None:
    letters = [_letter(number) for number in range(250)]
    with Sandbox() as sandbox:
        assert sandbox.read(letters) == [read(letter) for letter in letters]
        assert sandbox.read([]) == []


def test_a_letter_read_recently_is_not_read_again() -> None:
    with Sandbox() as sandbox:
        first = sandbox.read([_letter(1), _letter(1), _letter(2)])
        sandbox.close()
        assert sandbox.read([_letter(2), _letter(1)]) == [first[2], first[0]]
        assert sandbox.peak_memory() == 0, "a process was started for it"
        assert sandbox.read([_letter(number) for number in range(1_100)])
        sandbox.close()
        assert sandbox.read([_letter(1)]) == first[:1]
        assert sandbox.peak_memory() > 0, "nothing is ever dropped"


def test_a_letter_that_kills_its_reader_is_read_once() -> None:
    deadly = b"From: a@example.org\r\n\r\n" + b"x" * 20_000_000
    with Sandbox(SandboxLimits(memory=30 * 1024 * 1024)) as sandbox:
        answers = sandbox.read([_letter(1), deadly, b""])
        sandbox.close()
        assert sandbox.read([b"", deadly, _letter(1)]) == answers[::-1]
        assert sandbox.peak_memory() == 0, "a process was started for it"


def test_a_long_letter_read_recently_is_not_read_again_and_many_are_not_kept() -> None:
    def long(number: int) -> bytes:
        return _letter(number) + b"Does massage help? " * 50_000

    with Sandbox() as sandbox:
        first = sandbox.read([long(1)])
        sandbox.close()
        assert sandbox.read([long(1)]) == first
        assert sandbox.peak_memory() == 0, "a process was started for it"
        sandbox.read([long(number) for number in range(2, 20)])
        sandbox.close()
        assert sandbox.read([long(1)]) == first
        assert sandbox.peak_memory() > 0, "all are kept, however long they are"


def test_a_letter_that_two_threads_ask_for_is_read_once() -> None:
    slow = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + b"<i>x</i><p>" * 100_000
    found: list[Message | Unreadable] = []
    with Sandbox(SandboxLimits(seconds=0.15)) as sandbox:
        threads = [
            threading.Thread(target=lambda: found.extend(sandbox.read([slow]))) for _ in "ab"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found[0] is found[1]


def test_a_letter_that_cannot_be_read_is_set_aside_and_its_neighbours_are_read() -> None:
    with Sandbox() as sandbox:
        first, second, third = sandbox.read([_letter(1), b"", _letter(3)])
    assert isinstance(first, Message)
    assert isinstance(second, Unreadable)
    assert isinstance(third, Message)


def test_a_letter_that_takes_too_long_costs_its_time_and_no_neighbour() -> None:
    slow = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + b"<i>x</i><p>" * 100_000
    with Sandbox(SandboxLimits(seconds=0.15)) as sandbox:
        answers = sandbox.read([_letter(1), slow, _letter(3)])
    assert isinstance(answers[0], Message)
    assert isinstance(answers[1], Unreadable)
    assert "takes longer than" in str(answers[1])
    assert isinstance(answers[2], Message)


def test_a_returned_letter_in_a_bounce_is_read_in_the_sandbox_too() -> None:
    bounce = (
        b"From: MAILER-DAEMON@example.net\r\n\r\nAction: failed\r\nMessage-ID: <mine@example.com>"
    )
    with Sandbox() as sandbox:
        (answer,) = sandbox.read([bounce])
    assert isinstance(answer, Message)
    assert answer.returned == ("mine@example.com",)


def test_a_letter_that_takes_too_much_memory_is_set_aside() -> None:
    big = b"From: a@example.org\r\n\r\n" + b"x" * 20_000_000
    with Sandbox(SandboxLimits(memory=30 * 1024 * 1024)) as sandbox:
        answers = sandbox.read([_letter(1), big, _letter(3)])
    assert [type(answer) for answer in answers] == [Message, Unreadable, Message]


def test_deeply_nested_blocks_of_html_cost_no_time() -> None:
    """Without the guard the parser needs more than 20 s for these."""
    deep = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"Why?"
    with Sandbox() as sandbox:
        (answer,) = sandbox.read([deep])
    assert isinstance(answer, Message)
    assert answer.text == "Why?"


def test_a_room_whose_child_was_killed_reads_on() -> None:
    with Sandbox() as sandbox:
        sandbox.read([_letter(1)])
        child = sandbox._child
        assert child is not None
        child.kill()
        child.wait()
        assert isinstance(sandbox.read([_letter(2)])[0], Message)


def test_a_child_that_is_ended_from_outside_costs_no_letter() -> None:
    with Sandbox() as sandbox:
        sandbox.read([_letter(1)])
        child = sandbox._child
        assert child is not None
        child.send_signal(signal.SIGSTOP)  # so that it surely dies with the letter before it
        threading.Timer(0.2, child.send_signal, [signal.SIGKILL]).start()
        (answer,) = sandbox.read([_letter(2)])
    assert isinstance(answer, Message)


def test_a_room_that_cannot_start_blames_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with Sandbox() as sandbox, pytest.raises(InboxBotError, match="doesn't start"):
        sandbox.read([_letter(1)])


def test_the_child_does_not_see_the_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_BOT_PASSWORD", "secret")
    assert "secret" not in _environment().values()


def test_a_room_that_was_started_keeps_no_letter_waiting_for_that() -> None:
    with Sandbox() as sandbox:
        sandbox.start()
        child = sandbox._child
        assert child is not None
        sandbox.read([_letter(1)])
        assert sandbox._child is child


def test_closing_ends_the_child_and_reading_again_starts_another() -> None:
    sandbox = Sandbox()
    sandbox.read([_letter(1)])
    child = sandbox._child
    sandbox.close()
    assert child is not None
    assert child.returncode is not None
    assert isinstance(sandbox.read([_letter(2)])[0], Message)
    sandbox.close()


def test_several_threads_may_use_one_room() -> None:
    found: list[list[Message | Unreadable]] = []
    with Sandbox() as sandbox:
        threads = [
            threading.Thread(target=lambda n=n: found.append(sandbox.read([_letter(n)] * 20)))
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 4
    for answers in found:
        ids = {answer.message_id for answer in answers if isinstance(answer, Message)}
        assert len(answers) == 20
        assert len(ids) == 1


def test_letters_whose_answers_died_with_the_child_are_read_again() -> None:
    """Answers wait in the child's buffer, and this letter kills the child before they are sent."""
    big = b"From: a@example.org\r\n\r\n" + b"x" * 20_000_000
    letters = [_letter(1), _letter(2), big, _letter(3), b"", big, _letter(4)]
    with Sandbox(SandboxLimits(memory=30 * 1024 * 1024)) as sandbox:
        answers = sandbox.read(letters)
    read_ids = [each.message_id for each in answers if isinstance(each, Message)]
    assert read_ids == [f"{number}@example.org" for number in (1, 2, 3, 4)]
    assert [type(each) for each in answers[2:6]] == [Unreadable, Message, Unreadable, Unreadable]
