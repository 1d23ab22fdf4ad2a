"""Decides between Answer and AskAuthor by the ranked matches. Pure.

Danger is found before any matching (`safety`). A letter that needs a person goes to the author; for
the rest the confidence of the matches decides between an answer, a choice for her, and none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.faq.matching.text import words
from inbox_bot.faq.resolving import needed_for
from inbox_bot.model import Answer, AskAuthor, Before, Decision, Entry, Faq, Match, Question

MOST_CANDIDATES = 3
WORTH_SHOWING = 0.1  # one in ten such candidates is right: still worth a look
CLOSE = 0.6  # the runner-up has at least this share of the best one's odds
CLOSE_TWIN = 0.3  # the same for one question in two articles; a named article gives a larger lead
NO_FAQ = Faq(articles=(), entries=())
NOTHING_BEFORE = Before()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The conditions under which a question is answered.

    `answer_at` is the least confidence of an answer. `personal` is the reason why a person must
    answer, empty if none. `faq` tells which entries are not usable yet and which ask the same in
    two articles; `before`, which ones this reader has, or is about to get.
    """

    answer_at: float
    personal: str = ""
    faq: Faq = NO_FAQ
    before: Before = NOTHING_BEFORE


def decide(question: Question, matches: tuple[Match, ...], terms: Terms) -> Decision:
    """`matches` are ranked, best first; the candidates of the decision are in the same order."""
    candidates = _candidates(matches, terms)
    if terms.personal:
        return AskAuthor(
            question=question, matches=candidates, reason=terms.personal, personal=True
        )
    needed = needed_for(question, terms.answer_at)
    doubt = _doubt(matches, candidates, terms, needed)
    if question.doubtful:
        doubt = "it may not be a question at all"
    if doubt:
        return AskAuthor(question=question, matches=candidates, reason=doubt)
    rivals = _rivals(candidates, terms)
    if rivals:
        return AskAuthor(question=question, matches=candidates, reason=_between(rivals, terms))
    best = candidates[0]
    entry = _entry(best, terms)
    if entry and not (entry.stands_alone or best.excerpt):
        reason = f"{_title(best, terms)} from your article fits, but only makes sense in context"
        return AskAuthor(question=question, matches=candidates, reason=reason)
    return Answer(question=question, matches=(best,), reason=_sure(best, terms, needed))


def offered(decision: Decision, ranked: Sequence[Match]) -> tuple[Match, ...]:
    """What the author can choose from: the decision's own candidates, then the next best of all
    entries, `ranked` for the bare question."""
    return tuple({one.entry_id: one for one in (*ranked[::-1], *decision.matches[::-1])}.values())[
        ::-1
    ]


def _candidates(matches: tuple[Match, ...], terms: Terms) -> tuple[Match, ...]:
    unusable = {entry.id for entry in terms.faq.entries if not entry.usable}
    barred = terms.before.sent | terms.before.waiting | unusable
    worth = [m for m in matches if m.confidence >= WORTH_SHOWING and m.entry_id not in barred]
    return tuple(worth[:MOST_CANDIDATES])


def _doubt(
    matches: tuple[Match, ...], candidates: tuple[Match, ...], terms: Terms, needed: float
) -> str:
    """Why no entry may answer; empty if the best one may, or it and its rival together."""
    if not matches or matches[0].confidence < WORTH_SHOWING:
        return "nothing in your FAQ answers this"
    best = matches[0]
    if best not in candidates:
        return _barred(best, terms)
    together = _rivals(candidates, terms) or (best,)
    if sum(match.confidence for match in together) >= needed:
        return ""
    return (
        f"not sure enough: {best.confidence:.0%} for {_title(best, terms)},"
        f" and {needed:.0%} is needed"
    )


def _barred(best: Match, terms: Terms) -> str:
    if best.entry_id in terms.before.sent:
        return f"this reader was already sent the answer to {_title(best, terms)}"
    if best.entry_id in terms.before.waiting:
        return f"the answer to {_title(best, terms)} is already in another draft for this reader"
    return f"{_title(best, terms)} fits, but you need to review it first"


def _rivals(candidates: tuple[Match, ...], terms: Terms) -> tuple[Match, ...]:
    """The best two if either may be meant; empty if the best one stands alone."""
    if len(candidates) < 2:
        return ()
    best, second = candidates[:2]
    share = CLOSE_TWIN if _twins(best, second, terms) else CLOSE
    return (best, second) if _odds(second) >= share * _odds(best) else ()


def _odds(match: Match) -> float:
    """Confidences near one differ little; what tells them apart are their odds."""
    return match.confidence / max(1 - match.confidence, 1e-3)


def _twins(best: Match, second: Match, terms: Terms) -> bool:
    """The same question, answered in two articles."""
    one, other = _entry(best, terms), _entry(second, terms)
    if one is None or other is None or one.article == other.article:
        return False
    return words(one.question) == words(other.question)


def _entry(match: Match, terms: Terms) -> Entry | None:
    return terms.faq.answers.get(match.entry_id)


def _title(match: Match, terms: Terms) -> str:
    entry = _entry(match, terms)
    if entry and entry.is_passage:
        return f"the passage '{entry.question}'"
    return f"'{entry.question}'" if entry else f"'{match.entry_id}'"


def _between(rivals: tuple[Match, ...], terms: Terms) -> str:
    one, other = (_title(match, terms) for match in rivals)
    if _twins(rivals[0], rivals[1], terms):
        return f"{one} is answered in two articles, and the letter doesn't say which"
    return f"this could mean either {one} or {other}"


def _sure(best: Match, terms: Terms, needed: float) -> str:
    title = _title(best, terms)
    return f"asks {title} ({best.confidence:.0%} sure; {needed:.0%} is needed)"
