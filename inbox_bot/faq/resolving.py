"""Combines the matches of a question alone with those of the question in its surroundings.

"Which one do I point at?" means nothing without the sentence before it. The better of both counts,
so that context never makes a sure match unsure; but a topic that only the context brought in is
offered, not drafted, unless it is beyond doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from inbox_bot.letters.questions.context import names_something
from inbox_bot.model import Match, Question

LETTERS_ANSWER_AT = 0.68
"""In a letter, where readings compete, an answer needs at least this confidence."""
SUPPORTED = 0.05
"""The confidence of the question alone from which its own words support an entry."""
BEYOND_DOUBT = 0.78
"""The confidence from which sentences around it are enough."""
OFFERED = 0.95  # of what an answer needs: offered first, but not drafted


def needed_for(question: Question, answer_at: float) -> float:
    """The confidence from which this question is answered."""
    return max(answer_at, LETTERS_ANSWER_AT) if question.readings else answer_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text that may say what is meant. `tells`: what it adds to the question tells something. A
    neighbouring question names a topic, but asks something else of it: "What size pot do I need?
    And how do I prune them?" is not answered with the pot twice."""

    text: str
    tells: bool = True


def readings_of(question: Question) -> tuple[Reading, ...]:
    """The question alone, then with its context and in its other readings."""
    readings = [Reading(text=question.text)]
    if question.context:
        text = f"{question.context} {question.text}"
        readings.append(Reading(text=text, tells=not question.context.endswith("?")))
    readings += (Reading(text=text) for text in question.readings)
    return tuple({one.text: one for one in reversed(readings)}.values())[::-1]


def resolved(
    readings: Sequence[Reading], ranked: Sequence[tuple[Match, ...]], needed: float
) -> tuple[Match, ...]:
    """`ranked` has the matches of each reading, the question alone first; one list, best first.

    Alone, "What is this?" supports nothing: it names nothing.
    """
    alone = ranked[0] if len(readings) == 1 or names_something(readings[0].text) else ()
    best: dict[str, Match] = {}
    for at, (reading, matches) in enumerate(zip(readings, ranked, strict=True)):
        tells = reading.tells if at else bool(alone)
        for match in matches if tells else _offered(matches, needed):
            known = best.get(match.entry_id)
            if known is None or match.confidence > known.confidence:
                best[match.entry_id] = match
    found = sorted(best.values(), key=lambda one: (-one.confidence, one.entry_id))
    if not found or _is_supported(found[0], alone):
        return tuple(found)
    return tuple(_offered(found, needed))


def _offered(matches: Iterable[Match], needed: float) -> Iterator[Match]:
    """The same, too unsure to be drafted."""
    most = OFFERED * needed
    return (replace(match, confidence=min(match.confidence, most)) for match in matches)


def _is_supported(match: Match, alone: Sequence[Match]) -> bool:
    if match.confidence >= BEYOND_DOUBT:
        return True
    if alone[:1] and alone[0].entry_id == match.entry_id:
        return True
    own = next((one.confidence for one in alone if one.entry_id == match.entry_id), 0.0)
    return own >= SUPPORTED
