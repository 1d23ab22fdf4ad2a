"""Renders templates and decisions into subject and body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from inbox_bot import humanize
from inbox_bot.drafting import joining, templating, topics
from inbox_bot.drafting.mime import clean, reply_subject
from inbox_bot.drafting.names import name_of
from inbox_bot.errors import SettingsError
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Author,
    Composed,
    Decision,
    DraftKind,
    Entry,
    Faq,
    Question,
    Urgent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """`subject` is that of the reader's letter. `today` and `day` are in the author's time zone.

    `day` is the one that a holding reply names, None to name none; `told` the day that an earlier
    one named. `late`: the reader waited longer than was promised. `earlier`
    counts the replies that this reader has had, to vary the wording. `doctor_asked`: the letter
    mentions a doctor's advice. `text` is the letter's, `language` that of the reply.
    """

    reader: Address
    subject: str
    author: Author
    faq: Faq
    today: date
    day: date | None = None
    told: date | None = None
    late: bool = False
    earlier: int = 0
    doctor_asked: bool = False
    text: str = ""
    language: str = "en"


_KINDS = ("answer", "blank", "correction", "holding", "partial", "urgent")
_GREETING = re.compile(r"[^\n.?]{1,60}[,!]\n\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Middle:
    """The values of a template between greeting and sign-off."""

    answers: tuple[str, ...] = ()
    doctor: bool = False
    topics: str = ""
    rest: str = ""
    text: str = ""


class Drafter:
    """The author's templates, checked; makes every draft's text. Immutable and thread-safe."""

    def __init__(self, environment: templating.Environment, sources: Mapping[str, str]) -> None:
        """`sources` are the templates by name, with their ".j2"."""
        self._environment = environment
        self._names = frozenset(sources)
        written = "\0".join(part for source in sorted(sources.items()) for part in source)
        self.stamp = sha256(written.encode()).hexdigest()[:12]
        """Another one after every change of a template."""

    @classmethod
    def load(cls, directory: Path) -> Drafter:
        """SettingsError with file and line when a template is missing, broken or asks too much."""
        return cls.of(templating.read_sources(directory), directory)

    @classmethod
    def of(cls, sources: Mapping[str, str], where: Path) -> Drafter:
        """Builds a drafter from texts by name; `where` is shown in errors."""
        environment = templating.text_environment(sources)
        known = frozenset(_values(_SAMPLE, _Middle())) | frozenset(environment.globals)
        found = [
            f"{kind}.j2 is missing; `inbox-bot init` puts it back"
            for kind in _KINDS
            if f"{kind}.j2" not in sources
        ]
        for name, source in sources.items():
            found += templating.problems(environment, name, source, known)
        drafter = cls(environment, sources)
        found = found or drafter._failing_samples()
        if found:
            raise SettingsError("\n".join(f"{where}/{problem}" for problem in found))
        return drafter

    def compose(self, decisions: Sequence[Decision], occasion: Occasion) -> Composed:
        """The draft for a letter's decisions.

        Where one is urgent, nothing from the FAQ stands beside the call to get help; where one
        needs a person, nothing is filled in but what she chose.
        """
        urgent = next((one for one in decisions if isinstance(one, Urgent)), None)
        if urgent:
            return self._urgent(urgent.wording, occasion)
        entries = _answering(decisions, occasion.faq)
        if not entries:
            return self._blank(occasion)
        occasion = replace(occasion, language=_language_of(entries[0], occasion))
        left = [one for one in decisions if _is_left(one, entries)]
        answers = joining.joined(entries, occasion.language)
        middle = _Middle(
            answers=answers,
            doctor=not occasion.doctor_asked and joining.needs_doctor(entries, answers),
            rest=topics.rest_of(
                [one.question.text for one in left], occasion.faq, occasion.language
            ),
        )
        kind = DraftKind.PARTIAL if left else DraftKind.ANSWER
        letter = self._letter(kind, middle, replace(occasion, day=None))
        return replace(letter, entries=tuple(entry.id for entry in entries))

    def holding(self, asked: Sequence[Question], occasion: Occasion) -> Composed:
        """ "I'll write again by Thursday"; names no day when the occasion has none.

        It names the topics where the FAQ has words of its own for all of them.
        """
        texts = [one.text for one in asked if topics.is_open(one)]
        middle = _Middle(topics=topics.listed(texts, occasion.faq))
        return self._letter(DraftKind.HOLDING, middle, occasion)

    def correction(self, text: str, occasion: Occasion) -> Composed:
        """A letter around the author's own words about the mistake in the last reply."""
        composed = self._render("correction.j2", _Middle(text=clean(text).strip()), occasion)
        return self._composed(DraftKind.EDITED, composed, occasion)

    def _urgent(self, wording: str, occasion: Occasion) -> Composed:
        """Uses the template for this danger and the letter's language, as far as there is one."""
        wordings = (wording, wording.partition(".")[0], "urgent")
        name = next(f"{one}.j2" for one in wordings if f"{one}.j2" in self._names)
        return self._composed(DraftKind.URGENT, self._render(name, _Middle(), occasion), occasion)

    def _blank(self, occasion: Occasion) -> Composed:
        text = self._render("blank.j2", _Middle(), occasion)
        # the gap where the author will write
        return self._composed(DraftKind.BLANK, text.replace("\n\n", "\n\n\n\n", 1), occasion)

    def _letter(self, kind: DraftKind, middle: _Middle, occasion: Occasion) -> Composed:
        return self._composed(kind, self._render(f"{kind}.j2", middle, occasion), occasion)

    def _composed(self, kind: DraftKind, text: str, occasion: Occasion) -> Composed:
        subject = reply_subject(occasion.subject)
        return Composed(kind=kind, subject=subject, text=text, language=occasion.language)

    def _render(self, name: str, middle: _Middle, occasion: Occasion) -> str:
        """In the language of the reply, where there is such a template."""
        spoken = f"{name.removesuffix('.j2')}.{occasion.language}.j2"
        name = spoken if spoken in self._names else name
        return _tidy(templating.render(self._environment, name, _values(occasion, middle)))

    def sample(self, name: str, author: Author | None = None) -> str:
        """A sample letter of that template; of a partial template, a letter that includes it."""
        occasion = replace(_SAMPLE, author=author) if author else _SAMPLE
        return self._render(name if name in self._letters() else "answer.j2", _FULL, occasion)

    def _letters(self) -> list[str]:
        """The templates that make a whole letter."""
        begins = tuple(f"{kind}{sign}" for kind in _KINDS for sign in ".-")
        return sorted(name for name in self._names if name.startswith(begins))

    def _failing_samples(self) -> list[str]:
        """Renders every template with every kind of values, to find errors that no parser sees."""
        found: list[str] = []
        for occasion in _SAMPLES:
            for name in self._letters():
                try:
                    self._render(name, _FULL, occasion)
                except SettingsError as problem:
                    found.append(str(problem))
        return list(dict.fromkeys(found))


def with_line(text: str, line: str) -> str:
    """Inserts the author's own line as the first sentence after the greeting."""
    line = re.sub(r"\s+", " ", clean(line)).strip()
    if not line:
        return text
    if line[-1].isalnum() or line[-1] in ")’'\"":
        line += "."
    greeting = _GREETING.match(text)
    if not greeting:
        return f"{line}\n\n{text}"
    return f"{greeting.group()}{line}\n\n{text[greeting.end() :].lstrip()}"


def _answering(decisions: Sequence[Decision], faq: Faq) -> list[Entry]:
    """The entries that answer, each once, in the order of the questions."""
    usable = {key: entry for key, entry in faq.answers.items() if entry.usable}
    answers = [one for one in decisions if isinstance(one, Answer) and one.matches]
    if any(isinstance(one, AskAuthor) and one.personal for one in decisions):
        answers = [one for one in answers if one.chosen]
    parts: dict[str, list[str]] = {}
    for best in (one.matches[0] for one in answers):
        parts.setdefault(best.entry_id, []).append(best.excerpt)
    return [_in_part(usable[key], told) for key, told in parts.items() if key in usable]


def _in_part(entry: Entry, parts: Sequence[str]) -> Entry:
    """The entry with the parts of it that were asked for, and what stands between them; whole if
    one question needs all of it, or it has changed since."""
    text = entry.answer
    if not all(part and part in text for part in parts):
        return entry
    begins = [text.index(part) for part in parts]
    ends = [begin + len(part) for begin, part in zip(begins, parts, strict=True)]
    return replace(entry, answer=text[min(begins) : max(ends)])


def _language_of(entry: Entry, occasion: Occasion) -> str:
    """That of the answer's article; the letter's may not be sure."""
    told = (one.language for one in occasion.faq.articles if one.slug == entry.article)
    return next(told, "") or occasion.language


def _is_left(decision: Decision, entries: Sequence[Entry]) -> bool:
    """Not answered, and in need of an answer."""
    if not isinstance(decision, Answer):
        return topics.is_open(decision.question)
    return all(entry.id != match.entry_id for match in decision.matches[:1] for entry in entries)


def _values(occasion: Occasion, middle: _Middle) -> dict[str, object]:
    author, today, day, told = occasion.author, occasion.today, occasion.day, occasion.told
    first_line = author.signature.strip().partition("\n")[0]
    return {
        "answers": middle.answers,
        "author": clean(author.name),
        "bare_signature": not first_line.rstrip().endswith((",", "!")),
        "choose": _chooser(occasion),
        "day": _day(day, occasion) if day and day >= today else "",
        "doctor": middle.doctor,
        "earlier": occasion.earlier,
        "late": occasion.late,
        "name": name_of(occasion.reader, occasion.text, author.name),
        "rest": middle.rest or topics.OTHER[occasion.language],
        "signature": clean(author.signature).strip(),
        "text": middle.text,
        "told": _told(told, occasion) if told else "",
        "topics": middle.topics,
    }


def _day(day: date, occasion: Occasion) -> str:
    return humanize.by(day, occasion.today, occasion.author.locale, occasion.language)


def _told(day: date, occasion: Occasion) -> str:
    return humanize.told(day, occasion.today, occasion.author.locale, occasion.language)


def _chooser(occasion: Occasion) -> Callable[..., str]:
    """Picks a text by reader and by number of replies, without randomness."""
    reader = occasion.reader.email.lower()

    def choose(*texts: str) -> str:
        seed = sha256("\0".join((reader, str(len(texts)), texts[0][:20])).encode()).digest()
        return texts[(seed[0] + occasion.earlier) % len(texts)]

    return choose


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


_TODAY = date(2026, 3, 3)
_FULL = _Middle(answers=("One.", "As for two, two."), doctor=True, topics="the price", text="Text.")
_SAMPLE = Occasion(
    reader=Address(email="reader@example.org", name="Ann Reader"),
    subject="A question",
    author=Author(name="Author", signature="Author"),
    faq=Faq(articles=(), entries=()),
    today=_TODAY,
)
_SAMPLES = (
    _SAMPLE,
    replace(_SAMPLE, reader=Address(email="reader@example.org"), late=True, earlier=1),
    replace(_SAMPLE, day=_TODAY + timedelta(days=3), told=_TODAY, earlier=2),
)
