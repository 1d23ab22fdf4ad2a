"""What only letters need is there for them, and not while none come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import numpy as np

from inbox_bot.letters.encoder import Encoder
from inbox_bot.letters.reading import Sandbox
from inbox_bot.letters.standby import QUIET, Part, Standby

NOW = datetime(2026, 3, 3, 19, tzinfo=UTC)
LETTER = b"From: Ann <ann@example.org>\r\n\r\nDoes massage help?"


class Weights:
    """Something large; `there` once it was taken."""

    def __init__(self) -> None:
        self.there = Event()
        self.times_taken = 0

    def take(self) -> None:
        self.times_taken += 1
        self.there.set()

    def part(self) -> Part:
        return Part(take=self.take, give_back=self.there.clear)


def test_the_first_who_may_open_a_letter_has_everything_taken_once() -> None:
    weights = Weights()
    standby = Standby(weights.part())
    standby.look(NOW)
    for seconds in range(5):
        standby.expect(NOW + timedelta(seconds=seconds))
    assert weights.there.wait(5)
    assert weights.times_taken == 1


def test_it_is_given_back_after_ten_quiet_minutes_and_taken_again() -> None:
    weights = Weights()
    standby = Standby(weights.part())
    standby.expect(NOW)
    assert weights.there.wait(5)
    standby.look(NOW + QUIET / 2)
    assert weights.there.is_set()
    standby.note_use(NOW + QUIET / 2)
    standby.look(NOW + QUIET)
    assert weights.there.is_set(), "a letter came meanwhile"
    standby.look(NOW + QUIET * 2)
    assert not weights.there.is_set()
    standby.expect(NOW + QUIET * 2)
    assert weights.there.wait(5)


def test_a_clock_that_is_set_back_does_not_keep_it_for_ever() -> None:
    weights = Weights()
    standby = Standby(weights.part())
    standby.expect(NOW)
    assert weights.there.wait(5)
    standby.look(NOW - timedelta(days=1))
    assert not weights.there.is_set()


def test_a_part_counts_only_while_it_is_held() -> None:
    weights = Weights()
    standby = Standby()
    with standby.holding(weights.part()):
        standby.expect(NOW)
        assert weights.there.wait(5)
    standby.look(NOW + QUIET)
    assert weights.there.is_set()


def test_the_encoder_gives_the_same_vectors_after_its_weights_were_freed() -> None:
    encoder = Encoder()
    before = encoder.encode(["Does massage help?"])
    encoder.give_back()
    assert encoder._model._backend is None, "the weights are still there"
    assert np.array_equal(encoder.encode(["Does massage help?"]), before)


def test_a_sandbox_that_was_given_back_reads_the_next_letter() -> None:
    with Sandbox() as sandbox:
        sandbox.start()
        child = sandbox._child
        assert child is not None
        Part(give_back=sandbox.close).give_back()
        assert child.poll() is not None, "its process still runs"
        (message,) = sandbox.read([LETTER])
        assert "massage" in getattr(message, "text", "")
