"""Headings -> questions, and further ways to ask them. Rules are tried in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """`heading` is matched whole; `{x}` and `{y}` in the others are its groups."""

    heading: re.Pattern[str]
    question: str
    also: tuple[str, ...]


def _rule(heading: str, question: str, *also: str) -> _Rule:
    return _Rule(heading=re.compile(heading, re.IGNORECASE), question=question, also=also)


_QUESTIONS = (
    _rule(
        r"(?:can|does|do|will|could) (?P<x>.{1,150}?) (?:really )?(?:help|relieve|ease)"
        r"(?: with| for)? (?P<y>.{1,300})\?",
        "",
        "is {x} good for {y}",
        "does {x} work for {y}",
        "what does {x} do for {y}",
        "is it worth trying {x}",
    ),
    _rule(
        r"what is (?!the bottom|“)(?P<x>.{1,300})\?",
        "",
        "what does {x} mean",
        "can you explain {x}",
    ),
    _rule(r"what are (?!your)(?P<x>.{1,300})\?", "", "can you tell me about {x}", "which are {x}"),
    _rule(
        r"how (?:to|do (?:I|you)|can (?:I|you(?! ))) (?P<x>.{1,300})\?",
        "",
        "how to {x}",
        "what is the best way to {x}",
        "any tips on how to {x}",
    ),
    _rule(r"how often (?P<x>.{1,300})\?", "", "how frequently {x}", "how many times {x}"),
    _rule(
        r"(?:is|are) (?P<x>.{1,300}?) (?:any good|worth it|worthwhile)\?",
        "",
        "would you recommend {x}",
        "what do you think of {x}",
    ),
    _rule(r"can I (?P<x>.{1,300})\?", "", "is it all right to {x}", "may I {x}"),
    _rule(r"(?P<x>.+)", ""),
)
_HEADINGS = (
    _rule(r"(?P<x>.{1,300}\?)", "{x}"),
    _rule(r"how to (?P<x>.{1,300})", "How do I {x}?"),
    _rule(r"(?:step|stage|part) \d{1,2}\s{0,9}[:.–—-]?\s{0,9}(?P<x>\S.{1,300})", "How do I {x}?"),
    _rule(
        r"(?:what|things) (?:you|you'll|you’ll|you will) need(?P<x> (?:for|to) .{1,300})?",
        "What do I need{x}?",
        "what must I have{x}",
        "which things do I need{x}",
    ),
    _rule(
        r"(?P<x>common .{1,300}s|(?:\w{1,40} )?(?:mistakes|myths|pitfalls)(?: to avoid)?)",
        "What are {x}?",
        "what should I watch out for",
        "what do people get wrong",
    ),
    _rule(
        r"(?P<x>(?:why|how) (?:I|we) .{1,300})",
        "What is “{x}” about?",
        "what is your story",
        "can you sum it up",
    ),
    _rule(
        r"(?:the )?(?:types|kinds|sorts) of (?P<x>.{1,300}?) (?:that|which) (?P<y>.{1,300})",
        "Which types of {x} {y}?",
        "what kind of {x} is best",
        "which {x} should I choose",
    ),
    _rule(
        r"(?:the )?(?:types|kinds|sorts) of (?P<x>.{1,300})",
        "Which types of {x} are there?",
        "what kind of {x} is best",
    ),
    _rule(r"(?P<x>.{1,300}?) (?:basics|explained|101|in a nutshell)", "What is {x}?"),
    _rule(
        r"(?:about|understanding|what is|introduction to|all about) (?P<x>.{1,300})", "What is {x}?"
    ),
    _rule(
        r"(?:the )?(?P<y>other |main |further )?(?:benefits|advantages) of (?P<x>.{1,300})",
        "What are the {y}benefits of {x}?",
        "what is {x} good for",
        "what does {x} do for me",
    ),
    _rule(
        r"(?:the )?(?:causes|reasons) (?:of|for) (?P<x>.{1,300})",
        "What causes {x}?",
        "why do I have {x}",
        "where does {x} come from",
    ),
    _rule(
        r"(?:the )?(?P<y>symptoms|signs) of (?P<x>.{1,300})",
        "What are the {y} of {x}?",
        "how do I know if I have {x}",
    ),
    _rule(
        r"(?:references|sources|further reading|citations)",
        "What are your sources?",
        "where does this come from",
        "which references did you use",
        "where can I read more",
    ),
    _rule(
        r"(?:affiliate )?disclos\w+",
        "Do you earn money from the links?",
        "are the links affiliate links",
        "are you paid for this",
        "who pays for this article",
    ),
    _rule(
        r"contact(?: me| us)?|get in touch|questions",
        "How can I contact you?",
        "what is your email address",
        "can I write to you",
    ),
    _rule(
        r"(?:wrapping up|conclusion|summary|final thoughts|the bottom line|in short)\b.*",
        "What is the bottom line?",
        "can you sum it up",
        "so what do you recommend",
    ),
    _rule(r"(?:why|when|where|who) .+", ""),
    _rule(
        r"(?P<x>.{1,300} (?:options|methods|techniques|exercises|tips|treatments|tools))",
        "What are the {x}?",
        "which {x} are there",
        "what can I do",
    ),
    _rule(r"(?P<x>[^:]{3,40}): .+", "What about {x}?", "what do you say about {x}"),
    _rule(r"(?P<x>.+)", "What about {x}?", "what do you say about {x}", "tell me about {x}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    question: str
    also_asked: tuple[str, ...]
    topic: str


def ask(heading: str, names: frozenset[str] = frozenset()) -> Asked:
    """A heading as a question; one that asks already stays as it is.

    `names` are words that need their capital; a heading gives one to other words, too.
    """
    bare = _lowered(heading.strip().rstrip(":").strip(), names)
    rule, found = _first(_HEADINGS, bare)
    question = _capital(_filled(rule.question, found) or f"{bare.rstrip('?')}?")
    other, asked = _first(_QUESTIONS, question)
    ways = [_filled(way, found) for way in rule.also] + [_filled(way, asked) for way in other.also]
    ways.append(bare.rstrip("?").lower() if "?" in heading else bare)
    distinct = dict.fromkeys(way for way in ways if way and way != _plain(question))
    return Asked(question=question, also_asked=tuple(distinct), topic=_topic(question, bare))


def _first(rules: tuple[_Rule, ...], text: str) -> tuple[_Rule, re.Match[str]]:
    for rule in rules:
        if found := rule.heading.fullmatch(text):
            return rule, found
    raise AssertionError(text)  # the last rule of each table takes everything


def _filled(way: str, found: re.Match[str]) -> str:
    groups = {name: value or "" for name, value in found.groupdict().items()}
    return way.format_map({"x": "", "y": "", **groups})


def _lowered(heading: str, names: frozenset[str]) -> str:
    words = heading.split()
    plain = (w.lower() if w.istitle() and w.strip("?!:,") not in names else w for w in words)
    return " ".join(plain)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(question: str) -> str:
    return question.rstrip("?").lower()


def _topic(question: str, bare: str) -> str:
    """A noun phrase that fits into "As for …"; empty where the heading is none."""
    told = "?" in bare or ":" in bare or question.startswith(("How", "What is “"))
    return "" if told or len(bare.split()) > 6 else bare
