"""Safety rules, applied before any matching: danger, and letters that need a person.

`words` tokenizes a letter, `rules` loads the author's files, `search` applies them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from inbox_bot.errors import SettingsError
from inbox_bot.letters.safety.rules import Rules, load_rules
from inbox_bot.letters.safety.search import Found, first_found
from inbox_bot.letters.safety.words import HEAD, TAIL, read
from inbox_bot.model import Danger, Heard

MOST_HEARD = 1_000
MOST_LISTENED_TO = 400_000
_PIECE, _OVERLAP = HEAD, 1_000
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]?\n[> \t]{0,3}(?=[^\W\d_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRules:
    """The rules of `urgent.yaml` and of `personal.yaml`, which stand beside the articles.

    `unhelped_rules` are those of `personal.yaml` for letters after an answer. `heard` caches
    results that another process found for the latest texts.
    """

    urgent_rules: Rules
    personal_rules: Rules
    unhelped_rules: Rules
    heard: dict[str, Heard] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def load(directory: Path) -> SafetyRules:
        """SettingsError with a line for each problem of both files; a missing file is a problem."""
        rules: list[Rules] = []
        problems: list[str] = []
        for name in ("urgent", "personal"):
            try:
                rules.append(load_rules(directory / f"{name}.yaml"))
            except SettingsError as error:
                problems.append(str(error))
        if problems:
            raise SettingsError("\n".join(problems))
        urgent, personal = rules
        return SafetyRules(
            urgent_rules=urgent,
            personal_rules=personal.of(after_answer=False),
            unhelped_rules=personal.of(after_answer=True),
        )

    def hear(self, text: str) -> Heard:
        return Heard(
            danger=self.danger(text), personal=self.personal(text), unhelped=self.unhelped(text)
        )

    def remember(self, text: str, heard: Heard) -> None:
        """Caches the result of `hear` for this text under these rules."""
        self.heard[text] = heard
        while len(self.heard) > MOST_HEARD:
            self.heard.pop(next(iter(self.heard)))

    def danger(self, text: str) -> Danger | None:
        if heard := self.heard.get(text):
            return heard.danger
        pieces = (first_found(self.urgent_rules, read(piece)) for piece in _pieces(text))
        found = next((one for one in pieces if one), None)
        return Danger(reason=_told(found), template=found.template) if found else None

    def urgent(self, text: str) -> str:
        """Why this letter needs help now, in words for the author; empty if it does not."""
        danger = self.danger(text)
        return danger.reason if danger else ""

    def personal(self, text: str) -> str:
        """The reason why only the author should answer; empty if the bot may draft."""
        if heard := self.heard.get(text):
            return heard.personal
        found = first_found(self.personal_rules, read(text))
        return _told(found) if found else ""

    def unhelped(self, text: str) -> str:
        """Like `personal`, for a letter that answers a reply and may say that it did not help."""
        if heard := self.heard.get(text):
            return heard.unhelped
        found = first_found(self.unhelped_rules, read(text))
        return _told(found) if found else ""


def _pieces(text: str) -> Iterator[str]:
    """The text, split where it is too long to be searched at once; then the same with words that
    were broken at a line's end ("uri-", "nate") joined."""
    if len(text) <= HEAD + TAIL:
        yield text
    else:
        end = min(len(text), MOST_LISTENED_TO)
        for start in range(0, end, _PIECE - _OVERLAP):
            yield text[start : start + _PIECE]
        yield text[-TAIL:]
    whole = _BROKEN.sub("", text[:MOST_LISTENED_TO])
    if len(whole) < min(len(text), MOST_LISTENED_TO):
        yield from _pieces(whole)


def _told(found: Found) -> str:
    return f"{found.reason}: “{found.words}”"
