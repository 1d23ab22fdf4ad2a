"""Extracts the sender's own text from a body: pure, line by line, in linear time."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_bot.letters.reading.lines import Lines, numbered
from inbox_bot.letters.reading.quotes import (
    Boundary,
    Kind,
    attributions,
    groupwise,
    header_block,
    mark,
    skip_header,
    suspicious,
)
from inbox_bot.letters.reading.signatures import own_words
from inbox_bot.letters.reading.subjects import is_answer, is_forward

_DEEPEST = 3
_LONG_QUOTED_LINE = 55


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """`text` is the sender's own, or the letter that she forwarded without comment.

    `cut` is everything else, in order: nothing of the body is lost. `beside` is the part of it that
    is no quote: she may have written it.
    """

    text: str
    cut: str = ""
    beside: str = ""
    forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """`runs` are the sender's lines between quotes; at `rest` another's letter begins."""

    runs: list[list[int]]
    rest: Boundary | None


def visible(body: str, subject: str = "") -> Visible:
    """Removes quotes, attributions, signatures and disclaimers from a body.

    Answers between quoted lines stay. The subject helps with programs that mark a forward nowhere
    else.
    """
    if not body:  # nine in ten: only the header of a list's letter is fetched
        return Visible(text="", cut="")
    return _visible(numbered(body), subject, _DEEPEST)


def _visible(lines: Lines, subject: str, deeper: int) -> Visible:
    scan = _scan(lines)
    runs = [run for run in (own_words(lines, run) for run in scan.runs) if run]
    text = _text(lines, runs)
    kept = {number for run in runs for number in run}
    cut = _cut(lines, kept)
    beside = _beside(lines, scan, kept)
    is_passed_on = _is_forward(scan.rest, text, subject)
    if not text and deeper and (is_passed_on or any(lines.depth)):
        inner = _forwarded(lines, scan.rest, deeper)
        beside = "\n".join(filter(None, (beside, inner.beside)))
        return Visible(text=inner.text, cut=cut, beside=beside, forwarded=True)
    return Visible(text=text, cut=cut, beside=beside, forwarded=is_passed_on)


def _beside(lines: Lines, scan: _Scan, kept: set[int]) -> str:
    """Text cut outside of quotes: banners, signatures, footers; and all beyond the limits."""
    gone = [number for run in scan.runs for number in run if number not in kept]
    shown = _joined([lines.shown[number].rstrip() for number in gone])
    return f"{shown}\n{lines.rest}".strip() if lines.rest else shown.strip()


def _is_forward(rest: Boundary | None, text: str, subject: str) -> bool:
    if rest is None:
        return False
    if rest.kind is Kind.FORWARD or not text or is_forward(subject):
        return True
    return rest.to_several and not is_answer(subject)


def _forwarded(lines: Lines, rest: Boundary | None, deeper: int) -> Visible:
    """The own text of the forwarded letter's sender; it may be quoted as a whole.

    Without a boundary all text is behind quote marks, between which some write their answer.
    """
    start = max(skip_header(lines, rest.start), rest.end) if rest else _first_quoted(lines)
    shown = lines.shown[start:]
    written = [number for number in range(start, len(lines)) if not lines.is_blank(number)]
    quoted = sum(1 for number in written if lines.depth[number])
    if quoted * 2 > len(written):
        shown = [line.lstrip().removeprefix(">").removeprefix(" ") for line in shown]
    return _visible(numbered("\n".join(shown)), "", deeper - 1)


def _first_quoted(lines: Lines) -> int:
    return next(number for number, depth in enumerate(lines.depth) if depth)


def _scan(lines: Lines) -> _Scan:
    runs: list[list[int]] = [[]]
    run = runs[0]
    introduced = attributions(lines)
    suspects = suspicious(lines)
    if not any(lines.depth):
        return _scan_without_quotes(lines, introduced, suspects)
    in_quote = False
    number = 0
    total = len(lines)
    while number < total:
        boundary = introduced.get(number)
        if boundary is None and number in suspects and not (in_quote and lines.depth[number]):
            boundary = _boundary(lines, number)
        if boundary and boundary.kind is not Kind.QUOTED:
            return _Scan(runs=runs, rest=boundary)
        if boundary or _is_quote(lines, number):
            in_quote = True
            number = boundary.end if boundary else number + 1
            run = []
            runs.append(run)
        else:
            in_quote = in_quote and lines.is_blank(number)
            run.append(number)
            number += 1
    return _Scan(runs=runs, rest=None)


def _scan_without_quotes(
    lines: Lines, introduced: dict[int, Boundary], suspects: set[int]
) -> _Scan:
    """All is the sender's, up to the first boundary."""
    for number in sorted(suspects.union(introduced)):
        boundary = introduced.get(number) or _boundary(lines, number)
        if boundary:
            return _Scan(runs=[list(range(number))], rest=boundary)
    return _Scan(runs=[list(range(len(lines)))], rest=None)


def _boundary(lines: Lines, number: int) -> Boundary | None:
    """The boundary at this line. In a quote only its first line can be the mark of a forward."""
    depth = lines.depth[number]
    found = mark(lines, number) or (groupwise(lines, number) if depth else None)
    return found or (header_block(lines, number) if depth <= 1 else None)


def _is_quote(lines: Lines, number: int) -> bool:
    return lines.depth[number] > 0 or _is_broken_quote(lines, number)


def _is_broken_quote(lines: Lines, number: int) -> bool:
    """The tail of a quoted line that a program broke: between quoted lines, the upper one long."""
    if not 0 < number < len(lines) - 1 or lines.is_blank(number):
        return False
    above, below = lines.depth[number - 1], lines.depth[number + 1]
    return bool(above and below and len(lines.plain[number - 1]) >= _LONG_QUOTED_LINE)


def _text(lines: Lines, runs: list[list[int]]) -> str:
    paragraphs: list[str] = []
    for run in runs:
        paragraphs.append(_joined([lines.shown[number].rstrip() for number in run]))
    return "\n\n".join(paragraphs).strip().lstrip("\ufeff")


def _joined(shown: list[str]) -> str:
    """Lines with at most one empty line between them."""
    kept = [line for n, line in enumerate(shown) if line or (n and shown[n - 1])]
    return "\n".join(kept)


def _cut(lines: Lines, kept: set[int]) -> str:
    gone = [line.rstrip() for number, line in enumerate(lines.shown) if number not in kept]
    return (_joined(gone).strip("\n") + ("\n" + lines.rest if lines.rest else "")).strip("\n")
