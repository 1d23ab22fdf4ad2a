"""Applies rules to a letter: the first rule that holds, and the words that made it hold.

A sign counts unless it is denied ("no fever"), long past ("years ago"), or part of a general
question ("can sciatica cause …?"). In doubt it counts: a false alarm costs the author a glance.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from inbox_bot.letters.safety import grammar
from inbox_bot.letters.safety.hypothetical import (
    Around,
    is_denied_later,
    is_family_history,
    is_general_question,
    is_of_another,
    is_past,
)
from inbox_bot.letters.safety.rules import Ordered, Pattern, Rule, Rules, Run, Together
from inbox_bot.letters.safety.words import Letter, Phrases, Span

GAP = 4  # words between the two sides of `..`
NEAR = 12  # words between the sides of `&`
LATER = 60  # words around a sign that may show whether it is a case of today
CLAUSE = 12  # a subject further back no longer counts
DENIED_WITHIN = 8  # words from a negator to what it denies
AT_MOST = 2_000  # most hits of one pattern that are checked, against hostile letters

Hit = tuple[Span, ...]

_NEGATORS = Phrases(grammar.NEGATORS)
_NOT_NEGATORS = Phrases(grammar.NOT_NEGATORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rule's reason and template, and the letter's `words` that made it hold."""

    reason: str
    template: str
    words: str


def first_found(rules: Rules, letter: Letter) -> Found | None:
    """The first rule, in the file's order, that holds for the letter."""
    search = _Search(letter, rules)
    for rule in rules.rules:
        for pattern in search.candidates(rule.patterns):
            hits = [search.first(together, rule) for together in pattern.anywhere]
            if all(hits):
                words = " … ".join(search.quote(hit) for hit in hits if hit)
                return Found(reason=rule.reason, template=rule.template, words=words)
    return None


class _Search:
    """The search of one letter, with its lookups cached."""

    def __init__(self, letter: Letter, rules: Rules) -> None:
        self._letter = letter
        self._readable = rules.readings.of_letter(letter)
        self._present = rules.present(self._readable.places.keys())
        self._spans: dict[Phrases, list[Span]] = {}
        excepted = self._covered(_NOT_NEGATORS)
        negators = _NEGATORS.spans(self._readable)
        self._negators = {end - 1 for start, end in negators if start not in excepted}

    def candidates(self, patterns: Sequence[Pattern]) -> list[Pattern]:
        """Quick test: every phrase that the pattern needs stands somewhere in the letter."""
        present = self._present
        return [
            each for each in patterns if each.needs <= present and all(map(self._all, each.needs))
        ]

    def quote(self, hit: Hit) -> str:
        return self._letter.quote(min(hit)[0], max(end for _, end in hit) - 1)

    def first(self, together: Together, rule: Rule) -> Hit | None:
        hits = islice(self._together(together), AT_MOST)
        return next((hit for hit in hits if self._counts(hit, rule)), None)

    # --- places of words -----------------------------------------------------------------------

    def _all(self, phrases: Phrases) -> list[Span]:
        if phrases not in self._spans:
            self._spans[phrases] = phrases.spans(self._readable)
        return self._spans[phrases]

    def _covered(self, phrases: Phrases) -> set[int]:
        return {at for start, end in self._all(phrases) for at in range(start, end)}

    def _together(self, sides: Together) -> Iterator[Hit]:
        first, *others = sides
        for hit in self._ordered(first, 0):
            yield from self._joined(hit, others)

    def _joined(self, hit: Hit, sides: list[Ordered]) -> Iterator[Hit]:
        if not sides:
            yield hit
            return
        start, end = min(hit)[0], max(each for _, each in hit)
        for other in self._ordered(sides[0], self._before(start, NEAR)):
            if self._between(end, other[0][0]) > NEAR:
                break
            if self._same_sentence(hit, other) and not _overlap(hit, other):
                yield from self._joined(hit + other, sides[1:])

    def _ordered(self, runs: Ordered, at_or_after: int) -> Iterator[Hit]:
        for span in self._runs(runs[0], at_or_after):
            yield from self._continued((span,), runs[1:])

    def _continued(self, hit: Hit, runs: Ordered) -> Iterator[Hit]:
        if not runs:
            yield hit
            return
        end = hit[-1][1]
        for span in self._runs(runs[0], end):
            if self._between(end, span[0]) > GAP:
                break
            if self._same_sentence(hit, (span,)):
                yield from self._continued((*hit, span), runs[1:])

    def _runs(self, run: Run, at_or_after: int) -> Iterator[Span]:
        spans = self._all(run[0])
        for start, end in islice(spans, bisect_left(spans, (at_or_after, 0)), None):
            ends = {end}
            for phrases in run[1:]:
                following = self._all(phrases)
                ends = {e for s in ends for e in self._next_ends(following, s)}
            yield from ((start, each) for each in sorted(ends))

    def _next_ends(self, spans: list[Span], start: int) -> Iterator[int]:
        """Ends of the spans that begin at `start` or after the small words there."""
        latest = self._readable.next_counting[start]
        for begin, end in islice(spans, bisect_left(spans, (start, 0)), None):
            if begin > latest:
                break
            yield end

    def _between(self, end: int, start: int) -> int:
        """How many counting words stand between two places."""
        return self._readable.counted[start] - self._readable.counted[end]

    def _before(self, start: int, words: int) -> int:
        """The first place with at most so many counting words from there to `start`."""
        counted = self._readable.counted
        return bisect_left(counted, counted[start] - words)

    def _same_sentence(self, hit: Hit, other: Hit) -> bool:
        words = self._letter.words
        return words[hit[0][0]].sentence == words[other[-1][0]].sentence

    # --- exceptions ----------------------------------------------------------------------------

    def _counts(self, hit: Hit, rule: Rule) -> bool:
        covered = {at for start, end in hit for at in range(start, end)}
        if covered & self._covered(rule.unless):
            return False
        if self._is_denied(hit, covered):
            return False
        around = self._around(min(hit)[0], max(end for _, end in hit))
        if is_denied_later(around):
            return False
        if not rule.past and is_past(around):
            return False
        if rule.general:
            return True
        return not (
            is_general_question(around) or is_of_another(around) or is_family_history(around)
        )

    def _around(self, first: int, last: int) -> Around:
        words = self._letter.words
        sign = words[first]
        before, after = words[max(0, first - LATER) : first], words[last : last + LATER]
        return Around(
            sentences=self._letter.sentences,
            at=sign.sentence,
            clause=[word.text for word in before[-CLAUSE:] if word.clause == sign.clause],
            before=[word.text for word in before if word.sentence == sign.sentence],
            rest=[word.text for word in after if word.sentence == sign.sentence],
            after=[word.text for word in after],
        )

    def _is_denied(self, hit: Hit, covered: set[int]) -> bool:
        return any(self._denied_before(span, covered) for span in hit) or self._denied_after(hit)

    def _denied_before(self, span: Span, covered: set[int]) -> bool:
        words, start = self._letter.words, span[0]
        for at in range(start - 1, self._before(start, DENIED_WITHIN) - 1, -1):
            if words[at].sentence != words[start].sentence:
                return False
            if at in covered:
                continue
            if at in self._negators:
                return words[at].clause == words[start].clause or self._in_list(at, span)
            if words[at].text in grammar.BREAKS:
                return False
        return False

    def _in_list(self, negator: int, span: Span) -> bool:
        """ "no fever, numbness or weakness" denies them all; "no fever, numb legs" does not."""
        words = self._letter.words
        if words[span[0]].text in grammar.STATES:
            return False
        rest = words[negator : span[1] + GAP]
        here = words[negator].sentence
        return any(each.text in grammar.LIST_WORDS and each.sentence == here for each in rest)

    def _denied_after(self, hit: Hit) -> bool:
        """ "bladder problems: none" """
        words, last = self._letter.words, max(end for _, end in hit) - 1
        after = next((w for w in words[last : last + GAP] if w.clause != words[last].clause), None)
        if after is None or after.text not in grammar.AFTERTHOUGHTS:
            return False
        return sum(each.clause == after.clause for each in words[last : last + 2 * GAP]) == 1


def _overlap(hit: Hit, other: Hit) -> bool:
    return any(a < d and c < b for a, b in hit for c, d in other)
