"""Addresses of the words around the answers: a letter with fields, or the template itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import humanize
from inbox_bot.drafting.wording import Wording
from inbox_bot.drafting.wording_fields import Part, parts_of, with_fields
from inbox_bot.errors import NotFound, SettingsError, WrongUse
from inbox_bot.review.keep import follow_wording
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

LONGEST = 20_000
FIELD = "f."
"""Begins the names of the letter's fields in the form."""
NAMES = {
    "answer.j2": "All questions answered",
    "partial.j2": "Some questions answered",
    "blank.j2": "No answer yet",
    "holding.j2": "“I’ll write again by …”",
    "correction.j2": "A correction to a reply",
    "opening.j2": "Opening line",
    "letter.j2": "Greeting and closing of every reply",
    "urgent.j2": "Possible danger",
    "urgent-crisis.j2": "A reader may be in crisis",
    "urgent-hazard.j2": "Someone may get hurt",
    "urgent-violence.j2": "Someone may be in danger from another person",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingView:
    """`preview` is a sample letter; for a broken text it is empty and `complaint` is set.

    `parts` are the fields of the letter; `text` is the template itself, for who knows Jinja.
    """

    name: str
    title: str
    text: str
    parts: tuple[Part, ...] = ()
    preview: str = ""
    complaint: str = ""
    is_saved: bool = True


def wordings() -> Response:
    listed = [
        WordingView(name=name, title=_title(name), text="")
        for name in sorted(_wording().texts(), key=_place)
    ]
    return show("wordings", {"title": "Wording", "listed": listed})


def wording(name: str) -> Response:
    texts = _wording().texts()
    if name not in texts:
        raise NotFound(f"There’s no template named {name[:80]}.")
    return _show(name, texts[name])


def mend_wording(name: str, verb: str) -> AnyResponse:
    """Save or preview what was typed into the letter's fields, or into the template itself."""
    if verb not in ("save", "preview", "save-letter", "preview-letter"):
        abort(404)
    page = here()
    try:
        text = _lettered(name) if verb.endswith("-letter") else _typed()
    except WrongUse as wrong:
        return _show_refused(name, str(wrong))
    if verb.startswith("preview"):
        return _show(name, text, "as typed")
    try:
        _wording().save(name, text)
    except SettingsError:
        return _show(name, text, "as typed")
    number = page.follow_ups.begin("", lambda: follow_wording(page.bot, page.clock()))
    return redirect(f"/kept/{number}", 303)


def _typed() -> str:
    return request.form.get("text", "")[:LONGEST].rstrip() + "\n"


def _lettered(name: str) -> str:
    """The template with what stands in the letter's fields; WrongUse for what cannot stand there.

    The fields name lines of the template that was shown, which comes along.
    """
    source = request.form.get("source", "")[:LONGEST]
    if not source or name not in _wording().texts():
        raise NotFound(f"There’s no template {name[:80]}.")
    source = source.replace("\r\n", "\n")
    return with_fields(source, _fields())


def _fields() -> dict[str, str]:
    given = request.form.items()
    return {
        key.removeprefix(FIELD): value[:LONGEST].replace("\r\n", "\n").strip()
        for key, value in given
        if key.startswith(FIELD)
    }


def _show_refused(name: str, complaint: str) -> Response:
    """What she typed, with the reason; the preview is of what is saved."""
    typed = _fields()
    source = request.form.get("source", "")[:LONGEST].replace("\r\n", "\n")
    view = WordingView(
        name=name,
        title=_title(name),
        text=source,
        parts=tuple(
            replace(one, value=typed.get(one.key, one.value)) if one.key else one
            for one in parts_of(source)
        ),
        complaint=complaint,
    )
    return show("wording", {"title": view.title, "view": view}, 409)


def _show(name: str, text: str, state: str = "saved") -> Response:
    preview = complaint = ""
    try:
        preview = _wording().preview(name, text, here().bot.author)
    except SettingsError as error:
        complaint = str(error)
    view = WordingView(
        name=name,
        title=_title(name),
        text=text,
        parts=parts_of(text),
        preview=preview,
        complaint=complaint,
        is_saved=state == "saved",
    )
    return show("wording", {"title": view.title, "view": view}, 409 if complaint else 200)


def _place(name: str) -> tuple[str, int, str]:
    """English first, then the other languages, each in the order of `NAMES`."""
    base, _, language = name.removesuffix(".j2").partition(".")
    known = [one.removesuffix(".j2") for one in NAMES]
    return language, (known.index(base) if base in known else len(known)), name


def _title(name: str) -> str:
    base, _, language = name.removesuffix(".j2").partition(".")
    told = NAMES.get(f"{base}.j2", base)
    return f"{told} ({humanize.language_name(language)})" if language else told


def _wording() -> Wording:
    return Wording(here().templates)
