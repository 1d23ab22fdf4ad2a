"""Finds where another person's text begins: attribution lines, header blocks, forward marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from inbox_bot.letters.reading.lines import Lines, is_ornament
from inbox_bot.letters.reading.phrases import end_of_wrote, phrases

# A time, a year, 1/2/2020, or "1. May 2". Each begins with a digit: a pattern that begins so,
# too, is searched for twenty times faster.
_DATE = re.compile(
    r"\d(?:\d?[:.h]\d{2}|(?<!\d\d)(?:(?<=1)9|(?<=2)0)\d{2}(?!\d)"
    r"|\d{0,3}[./-]\d{1,2}[./-]\d{1,4}|\d?\. ?\w+ \d)"
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,64}")
_BRACKETED = re.compile(r"[<(\[][^\s<>()\[\]]{1,64}@[^\s<>()\[\]]{1,64}[>)\]][^<>()\[\]@]{0,40}:$")
_TIME = re.compile(r"\d[:.h]\d{2}(?!\d)")
_ENDS_WITH_ADDRESS = re.compile(
    r"[<(\[] ?(?:mailto:)? ?[^\s<>()\[\]]{1,64}@[^\s<>()\[\]]{1,64} ?[>)\]]{1,2}$"
)
_NUMBERS_FIRST = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ ,]")
_STARTS_WITH_DATE = re.compile(r"[\W_]{0,8}(?:\w{1,12}[.,]? {1,2}){0,2}\d")
_ANY_DATE = tuple("dat дат fecha dát tarih ngày 日 時 时 일 تاريخ تاریخ".split())
_MARK = "-_=*#<>~ \t:|"
_WINDOW = 4
_LONGEST = 500


class Kind(Enum):
    """FORWARD: the mark of one. OTHERS: a reply's or a forward's header. QUOTED: ">" follows."""

    FORWARD = auto()
    OTHERS = auto()
    QUOTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Lines `start` to `end` (exclusive), written by a program, that introduce another's text.

    `to_several`: a header that names more than one recipient. A reply quotes the author's letter to
    one reader, so this is a letter from elsewhere that was passed on.
    """

    kind: Kind
    start: int
    end: int
    to_several: bool = False


def attributions(lines: Lines) -> dict[int, Boundary]:
    """The "On … wrote:" lines, over up to four lines each, by the number of their first line.

    The search ends with the first that has no quote marks below it: the rest is another's.
    """
    found: dict[int, Boundary] = {}
    has_quotes = any(lines.depth)
    for end, text in enumerate(lines.plain):
        if not text or lines.depth[end]:
            continue
        start = None
        if text[-1] in ":->" or text.endswith("wrote"):
            start = _attribution_start(lines, end)
        if start is None and has_quotes and _is_before_quote(lines, end):
            start = end
        if start is not None:
            found[start] = _introduces(lines, start, end + 1)
            if found[start].kind is Kind.OTHERS:
                break
    return found


def _introduces(lines: Lines, start: int, end: int) -> Boundary:
    following = lines.next_written(end)
    quoted = following < len(lines) and lines.depth[following] > 0
    return Boundary(kind=Kind.QUOTED if quoted else Kind.OTHERS, start=start, end=end)


def _attribution_start(lines: Lines, end: int) -> int | None:
    """The nearest line above that begins a whole attribution, preferably with an opener ("On")."""
    fallback: int | None = None
    if not _may_attribute(" ".join(lines.plain[max(end - _WINDOW + 1, 0) : end + 1])):
        return None
    for start in range(end, max(end - _WINDOW, -1), -1):
        if lines.is_blank(start) or lines.depth[start]:
            break
        whole = " ".join(lines.plain[start : end + 1])
        if len(whole) > _LONGEST:
            break
        if _is_attribution(whole):
            if _opens(whole):
                return _opened_above(lines, start)
            fallback = start if fallback is None else fallback
    return fallback


def _may_attribute(near: str) -> bool:
    """Quick test of the lines near a colon: most belong to no attribution."""
    dated, addressed = _DATE.search(near) is not None, "@" in near
    if dated and addressed:
        return True
    if near.endswith(">"):
        return False
    return (dated or addressed) and any(phrase in near for phrase in phrases().wrote)


def _opened_above(lines: Lines, start: int) -> int:
    """The line above opens the attribution: programs break it after the date."""
    above = start - 1
    if above < 0 or lines.is_blank(above) or lines.depth[above]:
        return start
    text = lines.plain[above]
    dated = phrases().opener.match(text) and _DATE.search(text)
    return above if dated and len(text) < 60 and text[-1] not in ".!?:" else start


def _opens(whole: str) -> bool:
    return bool(phrases().opener.match(whole.lstrip(_MARK)) or _STARTS_WITH_DATE.match(whole))


def _is_attribution(whole: str) -> bool:
    addressed = "@" in whole
    dated = _DATE.search(whole)
    if not dated and not addressed:
        return False
    if whole.endswith(">"):
        return bool(dated and addressed and _ends_with_its_writer(whole))
    if whole.endswith(":"):
        if dated and addressed and _TIME.search(whole) and ">" in whole and len(whole) <= 200:
            return True
        named = dated and addressed and (_STARTS_WITH_DATE.match(whole) or _BRACKETED.search(whole))
        return bool(named or end_of_wrote(whole))
    wrote = end_of_wrote(whole)
    ends_so = wrote and len(whole) - wrote < 8
    return bool(ends_so and dated and addressed and _opens(whole))


def _ends_with_its_writer(whole: str) -> bool:
    """An attribution without "wrote": "2013/7/20 Ann via Posts <a@x.org>", "On Thu, 31 Mar 2016 at
    11:16 Ann < mailto:a@x.org >"."""
    if not _ENDS_WITH_ADDRESS.search(whole):
        return False
    timed = _opens(whole) and _TIME.search(whole)
    return bool(timed or _NUMBERS_FIRST.match(whole)) and len(whole) <= 200


def _is_before_quote(lines: Lines, number: int) -> bool:
    """Right above a quote a verb without a date, or a date without a verb, is enough."""
    text = lines.plain[number]
    if len(text) > 120 or not _quote_is_next(lines, number):
        return False
    dated = bool(_DATE.search(text))
    opened = dated and phrases().opener.match(text)
    said = text.endswith(":") and (end_of_wrote(text) or (dated and _ADDRESS.search(text)))
    begins = dated and "@" in text and _STARTS_WITH_DATE.match(text)
    return bool(opened or said or begins)


def _quote_is_next(lines: Lines, number: int) -> bool:
    below = lines.depth[number + 1 : number + 3]
    return bool(below) and (below[0] > 0 or (lines.is_blank(number + 1) and below[-1] > 0))


def suspicious(lines: Lines) -> set[int]:
    """Quick test: the lines at which a mark or a header may begin."""
    return {
        number
        for number, text in enumerate(lines.plain)
        if text and (text[0] in _MARK or text[-1] == ":" or ":" in text[:40])
    }


def mark(lines: Lines, number: int) -> Boundary | None:
    """A program's line above a forwarded or an original message, such as "---- … ----"."""
    text = lines.plain[number]
    if not text:
        return None
    ruled = text[0] in "-_=*#<" or text.startswith(("- ", "> "))
    if not ruled and text[-1] != ":":
        return None
    core = text.removeprefix("<div>").strip(_MARK)
    for marks, kind in ((phrases().forwarded, Kind.FORWARD), (phrases().original, Kind.OTHERS)):
        if marks.begin(core) if ruled else core in marks.whole:
            passed_on = Kind.FORWARD if lines.depth[number] else kind
            return Boundary(kind=passed_on, start=number, end=number + 1)
    return None


def groupwise(lines: Lines, number: int) -> Boundary | None:
    """GroupWise's attribution: sender and date between ">>>", with nothing quoted below."""
    text = lines.plain[number]
    if text.endswith(">>>") and lines.depth[number] >= 3 and _ADDRESS.search(text):
        return Boundary(kind=Kind.OTHERS, start=number, end=number + 1)
    return None


def label(text: str) -> str:
    """The field that a header line names ("from", "date" …); empty for any other line."""
    colon = text.find(":", 0, 40)
    if colon < 1:
        return ""
    return phrases().labels.get(text[:colon].strip("*_ \t"), "")


def header_block(lines: Lines, number: int) -> Boundary | None:
    """From, Sent, To, Subject in any language and order: at least three, or two with a date."""
    if not label(lines.plain[number]):
        return None
    kinds: set[str] = set()
    end = at = number
    while at < len(lines) and at < number + 24:
        kind = label(lines.plain[at])
        if kind:
            kinds.add(kind)
            end = at + 1
        elif at - end >= 3 or (lines.is_blank(at) and not _label_follows(lines, at)):
            break
        at += 1
    if not _is_header(lines, number, end, kinds):
        return None
    several = "cc" in kinds or _recipients(lines, number, end) > 1
    return Boundary(kind=Kind.OTHERS, start=number, end=end, to_several=several)


def _is_header(lines: Lines, start: int, end: int, kinds: set[str]) -> bool:
    """From, To and Date may describe a journey: a subject or an address makes them a header."""
    if "subject" not in kinds and not any("@" in text for text in lines.plain[start:end]):
        return kinds >= {"from", "date"} and _is_sent(lines, start, end)
    if len(kinds) >= 3 and kinds & {"from", "date"} and kinds & {"date", "to"}:
        return True
    return kinds >= {"from", "date"} and bool(_dates(lines, start, end))


def _recipients(lines: Lines, start: int, end: int) -> int:
    several = (text for text in lines.plain[start:end] if text.count("@") > 1)
    found = [text for text in several if label(text) == "to"]
    return max((len(set(_ADDRESS.findall(text))) for text in found), default=1)


def _label_follows(lines: Lines, number: int) -> bool:
    following = lines.next_written(number)
    return following < min(len(lines), number + 3) and bool(label(lines.plain[following]))


def _is_sent(lines: Lines, start: int, end: int) -> bool:
    """ "Sent" in some language with a day and a time: no journey's date."""
    dates = _dates(lines, start, end)
    return any(_TIME.search(text) and not text.startswith(_ANY_DATE) for text in dates)


def _dates(lines: Lines, start: int, end: int) -> list[str]:
    shown = (text for text in lines.plain[start:end] if text)
    return [text for text in shown if label(text) == "date" and _DATE.search(text)]


def skip_header(lines: Lines, number: int) -> int:
    """The first line of the forwarded letter itself, below marks, rules and its header block.

    Below a mark, one line with a label makes a header.
    """
    marked = False
    while number < len(lines):
        text = lines.plain[number]
        if not text or is_ornament(text):
            number += 1
        elif mark(lines, number):
            marked = True
            number += 1
        elif block := header_block(lines, number):
            return block.end
        elif marked and label(text):
            return _next_blank(lines, number)
        else:
            return number
    return number


def _next_blank(lines: Lines, number: int) -> int:
    while number < len(lines) and not lines.is_blank(number):
        number += 1
    return number
