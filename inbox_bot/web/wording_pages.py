"""Addresses of the reply templates: greeting, sign-off, "let me look into that"."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.drafting.wording import Wording
from inbox_bot.errors import NotFound, SettingsError
from inbox_bot.review.keep import follow_wording
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

LONGEST = 20_000
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingView:
    """`preview` is a sample letter; for a broken text it is empty and `complaint` is set."""

    name: str
    title: str
    text: str
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
    if verb not in ("save", "preview"):
        abort(404)
    page = here()
    text = request.form.get("text", "")[:LONGEST].rstrip() + "\n"
    if verb == "preview":
        return _show(name, text, "as typed")
    try:
        _wording().save(name, text)
    except SettingsError:
        return _show(name, text, "as typed")
    number = page.follow_ups.begin("", lambda: follow_wording(page.bot, page.clock()))
    return redirect(f"/kept/{number}", 303)


def _show(name: str, text: str, state: str = "saved") -> Response:
    preview = complaint = ""
    try:
        preview = _wording().preview(name, text)
    except SettingsError as error:
        complaint = str(error)
    view = WordingView(
        name=name,
        title=_title(name),
        text=text,
        preview=preview,
        complaint=complaint,
        is_saved=state == "saved",
    )
    return show("wording", {"title": view.title, "view": view}, 409 if complaint else 200)


def _place(name: str) -> tuple[int, str]:
    known = list(NAMES)
    return (known.index(name) if name in known else len(known)), name


def _title(name: str) -> str:
    base, _, language = name.removesuffix(".j2").partition(".")
    told = NAMES.get(f"{base}.j2", base)
    return f"{told} ({language})" if language else told


def _wording() -> Wording:
    return Wording(here().templates)
