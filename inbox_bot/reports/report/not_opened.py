"""Letters that were never fetched, by rule; senders are shown as domains only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from inbox_bot.humanize import counted
from inbox_bot.model import OutOfScope
from inbox_bot.model.records import Unopened

MOST_DOMAINS = 5
_WORDS = {
    OutOfScope.KNOWN: "from people you know",
    OutOfScope.BEGUN: "in threads you started",
    OutOfScope.NOT_ADDRESSED: "not addressed to you",
    OutOfScope.RULED_OUT: "from senders you ruled out",
    OutOfScope.OWN: "your own",
    OutOfScope.NOT_NOTED: "skipped by an earlier version",
}


def by_rule(found: Sequence[Unopened]) -> Counter[OutOfScope]:
    told: Counter[OutOfScope] = Counter()
    for one in found:
        told[one.rule] += one.letters
    return told


def sentence(found: Sequence[Unopened]) -> str:
    """ "Not opened: 34 letters (30 from people you know, 4 not addressed to you)", or ""."""
    rules = by_rule(found)
    parts = [f"{many:,} {_WORDS[rule]}" for rule, many in rules.most_common()]
    letters = counted(rules.total(), "letter")
    return f"Not opened: {letters} ({', '.join(parts)})" if parts else ""


def lines(found: Sequence[Unopened]) -> list[str]:
    """The sentence, then a line for each rule with the domains that are most frequent."""
    rules = by_rule(found).most_common()
    told = [f"{many:>5}  {_WORDS[rule]}{_domains(found, rule)}" for rule, many in rules]
    return [sentence(found), *told] if told else []


def _domains(found: Sequence[Unopened], rule: OutOfScope) -> str:
    named = sorted((-one.letters, one.domain) for one in found if one.rule is rule and one.domain)
    first = [f"{domain} {-many:,}" for many, domain in named[:MOST_DOMAINS]]
    more = len(named) - len(first)
    rest = [f"and {counted(more, 'more domain')}"] if more else []
    return f": {', '.join([*first, *rest])}" if first else ""


def as_json(found: Sequence[Unopened]) -> Mapping[str, int | Mapping[str, int]]:
    rules = by_rule(found)
    return {"letters": rules.total(), "by_rule": {str(rule): rules[rule] for rule in rules}}
