"""What happened to a letter is told in the author's words, whatever happened."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from inbox_bot.model import DraftState
from inbox_bot.review.undo import _UNDO
from inbox_bot.steps import drafts_folder
from inbox_bot.web.phrases import HAPPENED

PACKAGE = Path(__file__).parents[2] / "inbox_bot"
FROM_TABLES = {str(state) for state in DraftState} | {
    verb for verb, _ in drafts_folder.WORDS.values()
}
"""Verbs that are looked up: `sending` records a draft's state, `drafts_folder` a copy's fate."""
NEVER_RECORDED = {"superseded", ""}


def trees() -> Iterator[ast.Module]:
    return (ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py"))


def constants(everything: list[ast.Module]) -> dict[str, str]:
    """Names that stand for a text, of whatever module."""
    return {
        target.id: node.value.value
        for tree in everything
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def takers(everything: list[ast.Module]) -> dict[str, int]:
    """Functions that are handed an event's verb, and at which position."""
    return {
        node.name: [arg.arg for arg in node.args.args].index("verb")
        for tree in everything
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "verb" in [arg.arg for arg in node.args.args]
    }


def handed(everything: list[ast.Module]) -> Iterator[ast.expr]:
    """Each expression that becomes the verb of an event."""
    taken = takers(everything)
    for tree in everything:
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in taken and len(node.args) > taken[name]:
                yield node.args[taken[name]]
            if name == "Event":
                yield from (word.value for word in node.keywords if word.arg == "verb")


def recorded() -> set[str]:
    everything = list(trees())
    known = constants(everything)
    found: set[str] = set()
    for expression in handed(everything):
        for part in ast.walk(expression):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found.add(part.value)
            if isinstance(part, ast.Name | ast.Attribute):
                name = part.id if isinstance(part, ast.Name) else part.attr
                found |= {known[name]} if name in known else set()
    return found


def test_every_event_that_the_bot_records_has_words_for_the_author() -> None:
    found = recorded()
    assert {"drafted", "remade", "swapped", "still owed", "not delivered"} <= found
    assert (found | FROM_TABLES) - NEVER_RECORDED - set(HAPPENED) == set()


def test_every_word_that_can_be_taken_back_is_one_that_is_recorded() -> None:
    assert set(_UNDO) - recorded() == set()
