"""The sentence encoder takes whatever a letter holds."""

from __future__ import annotations

import numpy as np
import pytest

from inbox_bot.letters.encoder import LONGEST, WIDTH, Encoder, encoder
from inbox_bot.letters.witness import shipped

ASKED = "Does massage help?"


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", f"{ASKED}\udfff", "☺"])
def test_any_text_has_a_vector(text: str) -> None:
    (vector,) = encoder().encode([text])
    assert vector.shape == (WIDTH,)
    assert np.isfinite(vector).all()
    assert np.isfinite(shipped("safety").probabilities([text])).all()


def test_what_no_charset_holds_counts_as_a_question_mark() -> None:
    plain, odd = encoder().encode(["Does it? help", "Does it\ud800 help"])
    assert (plain == odd).all()


def test_a_text_has_the_same_vector_alone_and_in_a_batch() -> None:
    together = encoder().encode(["Why?", "How long is one session, and who pays for it?", ASKED])
    (alone,) = Encoder().encode([ASKED])
    assert np.allclose(together[2], alone, atol=1e-4)


def test_of_a_long_text_the_beginning_counts() -> None:
    long = f"{ASKED} " * LONGEST
    first, second = encoder().encode([long, long[:LONGEST]])
    assert (first == second).all()


def test_no_text_has_no_vector() -> None:
    assert encoder().encode([]).shape == (0, WIDTH)
