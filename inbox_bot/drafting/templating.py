"""Jinja2 environments for text (unescaped) and for HTML (escaped); both sandboxed and strict.

Readers' text enters templates only as values, never as source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from inbox_bot.drafting.bounds import (
    LONGEST_SOURCE,
    BoundedEnvironment,
    excesses,
    within_budget,
)
from inbox_bot.errors import SettingsError

Environment = ImmutableSandboxedEnvironment
Template = jinja2.Template


def text_environment(sources: Mapping[str, str]) -> Environment:
    """For the author's templates: their work is bounded (`bounds.py`)."""
    return BoundedEnvironment(jinja2.FunctionLoader(_named(sources)))


def html_environment(sources: Mapping[str, str]) -> Environment:
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(_named(sources)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        auto_reload=False,
    )


def render(environment: Environment, name: str, values: Mapping[str, object]) -> str:
    """SettingsError with the template's name and line if it uses an unknown value or fails."""
    try:
        with within_budget():
            return environment.get_template(name).render(values)
    except jinja2.TemplateError as broken:
        raise SettingsError(_complaint(name, broken)) from broken
    except RecursionError as broken:
        raise SettingsError(f"{name}: it is nested too deep, or includes itself") from broken
    except (ArithmeticError, LookupError, TypeError, ValueError) as broken:
        raise SettingsError(f"{_place(broken, name)}: {broken}; fix the template") from broken


def problems(environment: Environment, name: str, source: str, known: frozenset[str]) -> list[str]:
    """Errors of a template that show before it is rendered, a line each."""
    if len(source) > LONGEST_SOURCE:
        return [f"{name}: the template is too long; make it simpler"]
    try:
        tree = environment.parse(source, name=name)
        over = list(dict.fromkeys(excesses(tree)))
    except jinja2.TemplateSyntaxError as broken:
        return [_complaint(name, broken)]
    except RecursionError:
        return [f"{name}: it is nested too deep; make it simpler"]
    if over:
        return [f"{name}, line {line}: {told}" for line, told in over]
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    unknown = [
        (node.lineno, node.name)
        for node in tree.find_all(nodes.Name)
        if node.ctx == "load" and node.name not in known | own
    ]
    return [
        f"{name}, line {line}: unknown name {word!r}; use one of: {', '.join(sorted(known))}"
        for line, word in dict.fromkeys(unknown)
    ]


def safe(html: str) -> str:
    """Marks our own HTML, and only that, as escaped."""
    return Markup(html)  # noqa: S704 - the one place where our own HTML enters a template


def escaped_lines(text: str) -> str:
    """A stranger's text as HTML, line by line."""
    return escape(text).replace("\n", Markup("<br>\n"))


def read_sources(directory: Path) -> dict[str, str]:
    """All *.j2 of a directory by name; SettingsError if it cannot be read."""
    try:
        return {path.name: path.read_text("utf-8") for path in sorted(directory.glob("*.j2"))}
    except (OSError, UnicodeDecodeError) as broken:
        raise SettingsError(f"{directory}: can't be read as UTF-8 text: {broken}") from broken


def _complaint(name: str, broken: jinja2.TemplateError) -> str:
    if isinstance(broken, jinja2.TemplateNotFound):
        return f"{broken.name} is missing; `inbox-bot init` puts it back"
    if isinstance(broken, jinja2.TemplateSyntaxError):
        return f"{broken.name or name}, line {broken.lineno}: {broken.message}"
    return f"{_place(broken, name)}: {broken.message or type(broken).__name__}"


def _named(sources: Mapping[str, str]) -> Callable[[str], tuple[str, str, None] | None]:
    """A loader that gives each template its own name as file name, for error traces."""

    def load(name: str) -> tuple[str, str, None] | None:
        return (sources[name], name, None) if name in sources else None

    return load


def _place(broken: BaseException, name: str) -> str:
    """The innermost line of a template in the trace of the error, as Jinja rewrites it."""
    place, trace = name, broken.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            place = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
