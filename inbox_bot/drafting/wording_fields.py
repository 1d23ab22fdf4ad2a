"""A reply template as a letter with fields: plain sentences to edit, without any Jinja.

Each line of a template is cut into what she may change and what is fixed. Editable are plain lines,
lines with values filled in (shown in braces), and the texts of a plain `choose("…", "…")`. The rest
is shown as a note, or not at all, and stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.errors import WrongUse

_VALUE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_BRACES = re.compile(r"\{([a-z_0-9]{1,40})\}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_CHOOSE = "choose("
CONDITIONS = {
    "if late": "When the reply is late:",
    "elif earlier": "When you have written to this reader before:",
    "if doctor": "When the reader should ask a doctor first:",
    "if name": "When the reader’s name is known:",
    "if bare_signature": "When your signature has no closing of its own:",
    "if told": "When a day was named before:",
    "if topics": "When the topic is known:",
    "else": "Otherwise:",
}
FIXED = {
    '{% include "opening.j2" %}': "the first line",
    "{{ answer }}": "your answers",
    "{{ signature }}": "your signature",
    "{{ text }}": "your own words",
    "{% block middle %}{% endblock %}": "the middle of the letter",
}


class PartKind(StrEnum):
    TEXT = "text"
    VARIANTS = "variants"
    """Several wordings, one a line: another one for each reader."""
    CONDITION = "condition"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`key` names a field, empty for what is fixed; `value` is its text."""

    kind: PartKind
    value: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Choice:
    """The texts of one `choose(…)`, and where they stand in the line."""

    start: int
    end: int
    texts: tuple[str, ...]


def parts_of(source: str) -> tuple[Part, ...]:
    """The letter from top to bottom."""
    return tuple(part for number, line in _lines(source) for part in _parts(number, line))


def with_fields(source: str, values: Mapping[str, str]) -> str:
    """The template with these fields changed; WrongUse says what cannot be written there."""
    lines = source.splitlines()
    for number, line in _lines(source):
        lines[number] = _changed(number, line, values)
    return "\n".join(lines) + "\n"


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """The lines that are no comment, with their numbers."""
    in_comment = False
    for number, line in enumerate(source.splitlines()):
        if not in_comment and "{#" not in line and line.strip():
            yield number, line
        opened, closed = line.rfind("{#"), line.rfind("#}")
        in_comment = opened > closed or (in_comment and closed < 0)


def _parts(number: int, line: str) -> Iterator[Part]:
    choices = _choices(line)
    for position, choice in enumerate(choices):
        yield Part(
            kind=PartKind.VARIANTS, key=f"{number}.{position}", value="\n".join(choice.texts)
        )
    if choices:
        return
    if _is_text(line):
        yield Part(kind=PartKind.TEXT, key=str(number), value=_in_braces(line)[0])
    elif line.strip() in FIXED:
        yield Part(kind=PartKind.FIXED, value=FIXED[line.strip()])
    elif (told := CONDITIONS.get(line.strip().strip("{}%").strip())) is not None:
        yield Part(kind=PartKind.CONDITION, value=told)


def _is_text(line: str) -> bool:
    """Words of hers, around values at most."""
    rest = _VALUE.sub("", line)
    return "{" not in rest and any(map(str.isalpha, rest))


def _in_braces(line: str) -> tuple[str, Mapping[str, str]]:
    """The line with its values as "{day}", and the template's words for each."""
    found: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        word = _WORD.search(match[1])
        name = word[0] if word else "value"
        while name in found:
            name += "_"
        found[name] = match[0]
        return f"{{{name}}}"

    return _VALUE.sub(named, line), found


def _changed(number: int, line: str, values: Mapping[str, str]) -> str:
    choices = _choices(line)
    for position, choice in reversed(list(enumerate(choices))):
        typed = values.get(f"{number}.{position}")
        if typed is not None and typed.split("\n") != list(choice.texts):
            line = line[: choice.start] + _written(typed) + line[choice.end :]
    if choices or not _is_text(line) or str(number) not in values:
        return line
    shown, known = _in_braces(line)
    paragraphs = [" ".join(one.split()) for one in values[str(number)].split("\n\n")]
    if paragraphs == [" ".join(shown.split())]:
        return line
    return "\n\n\n".join(_filled(one, known) for one in paragraphs if one)


def _written(typed: str) -> str:
    """As arguments of `choose`."""
    texts = [" ".join(one.split()) for one in typed.splitlines() if one.strip()]
    if not texts:
        raise WrongUse("Leave at least one wording in each field.")
    for one in texts:
        _check(one)
    return ", ".join(json.dumps(one, ensure_ascii=False) for one in texts)


def _filled(typed: str, known: Mapping[str, str]) -> str:
    """The line with the values back in their places."""
    for name in _BRACES.findall(typed):
        if name not in known:
            told = ", ".join(f"{{{one}}}" for one in known) or "nothing"
            raise WrongUse(f"{{{name}}} can't be filled in here; this line has {told}.")
    _check(_BRACES.sub("", typed))
    return _BRACES.sub(lambda match: known[match[1]], typed)


def _check(text: str) -> None:
    if "{" in text or "}" in text:
        raise WrongUse("Braces are only for what is filled in, as {name}: leave others out.")


def _choices(line: str) -> list[_Choice]:
    found, start = [], line.find(_CHOOSE)
    while start >= 0:
        choice = _read(line, start + len(_CHOOSE))
        if choice is not None:
            found.append(choice)
        start = line.find(_CHOOSE, start + 1)
    return found


def _read(line: str, start: int) -> _Choice | None:
    """The texts from there up to the closing bracket; None if there is anything but texts."""
    texts: list[str] = []
    place = start
    while True:
        try:
            text, place = json.JSONDecoder().raw_decode(line, place)
        except ValueError:
            return None
        if not isinstance(text, str):
            return None
        texts.append(text)
        rest = line[place:]
        if rest.startswith(")"):
            return _Choice(start, place, tuple(texts))
        if not rest.startswith(", "):
            return None
        place += 2
