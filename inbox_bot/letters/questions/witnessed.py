"""What the witness `asking` says of sentences: does each ask the author something?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from inbox_bot.letters.witness import shipped


class Asking(NamedTuple):
    """Probabilities that a sentence asks, is courtesy (thanks, greetings, politeness), or noise (a
    footer, rhetoric, a question quoted); what is left to one tells something."""

    ask: float
    courtesy: float
    noise: float

    @property
    def nothing(self) -> float:
        """It only looks like asking."""
        return self.courtesy + self.noise


def asking_of(sentences: Sequence[str]) -> list[Asking]:
    witness = shipped("asking")
    at = [witness.classes.index(name) for name in Asking._fields]
    return [Asking(*map(float, row[at])) for row in witness.probabilities(sentences)]
