"""The documents name only what exists: paths, modules, tests, and names in the code."""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shlex import quote

import pytest

from inbox_bot.model import DraftState

TOP = Path(__file__).parents[1]
FOR_AUTHORS = ("docs/author.md", "docs/install.md", "docs/questions.md", "docs/who-sees-what.md")
DOCUMENTS = ("README.md", "docs/engineer.md", "docs/host.md", *FOR_AUTHORS)
OF_CODE = ("README.md", "docs/engineer.md")
NOT_HERE = {".cache/pythons/VERSION", "passwords.json", "data/", ".tsv", "backups/", "dist/*"}
"""Made by a benchmark, by the author, by the build of a wheel; a suffix; made by the bot."""

_QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_PATH = re.compile(r"[\w.*-][\w.*-]*(?:/[\w.*-]+)*/?")
_SUFFIX = re.compile(r"\.(?:py|c|j2|md|toml|tsv|yaml)$")
_NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*")
_TELLING = re.compile(r"_|\.|[a-z][A-Z]")
_DEFINED = re.compile(
    r"^ *(?:(?:class|def) (\w+)|(\w+)(?:: [^=\n]+)?(?: = .*)?$)", re.MULTILINE
)  # a class, a function, a constant or a field


def words(document: str) -> Iterator[str]:
    """Words in backticks, one by one: a command names paths, too."""
    for quoted in _QUOTED.findall((TOP / document).read_text(encoding="utf-8")):
        yield from re.sub(r"<\w+>", "*", quoted).split()


def is_path(word: str) -> bool:
    looks_so = "/" in word or _SUFFIX.search(word)
    return bool(looks_so and _PATH.fullmatch(word)) and word not in NOT_HERE


def exists(path: str, *beside: Path) -> bool:
    """From the top, from inbox_bot/, or beside a module; a module stands for its file."""
    forms = [path] if path.endswith("/") or _SUFFIX.search(path) else [path, f"{path}.py"]
    return any(any(base.glob(form)) for base in (TOP, TOP / "inbox_bot", *beside) for form in forms)


@cache
def defined() -> frozenset[str]:
    """Every name that the code defines, and those of its modules and folders."""
    found = set(dir(builtins)) | {"inbox_bot", "tests", "benchmarks"}
    for folder in ("inbox_bot", "tests", "benchmarks"):
        for path in (TOP / folder).rglob("*.py"):
            found |= {path.stem, path.parent.name}
            for names in _DEFINED.findall(path.read_text(encoding="utf-8")):
                found.update(filter(None, names))
    return frozenset(found)


def readme_examples() -> list[str]:
    """Commands that match a question or a letter, up to the author's own directory."""
    text = (TOP / "README.md").read_text(encoding="utf-8").partition("inbox-bot new")[0]
    found = re.findall(r"^((?:echo .*\| )?inbox-bot (?:match|ask).*?) *#", text, re.MULTILINE)
    assert found
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document: str) -> None:
    assert not sorted({word for word in words(document) if is_path(word) and not exists(word)})


@pytest.mark.parametrize("document", OF_CODE)
def test_every_name_of_the_code_in_a_document_is_defined(document: str) -> None:
    names = {
        word
        for word in words(document)
        if _NAME.fullmatch(word)
        and _TELLING.search(word)
        and not exists(word)
        and word not in NOT_HERE
    }
    assert not sorted(name for name in names if not defined().issuperset(name.split(".")))


def test_the_picture_of_a_draft_shows_every_state() -> None:
    text = (TOP / "docs/engineer.md").read_text(encoding="utf-8")
    picture = text.partition("A draft:\n\n```\n")[2].partition("```")[0]
    assert {state for state in DraftState if state in picture.split()} == set(DraftState)


@pytest.mark.parametrize(
    "path", sorted((TOP / "inbox_bot").rglob("*.py")), ids=lambda one: one.stem
)
def test_every_path_in_a_docstring_exists(path: Path) -> None:
    about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paths = [word for quoted in _QUOTED.findall(about) for word in quoted.split() if is_path(word)]
    assert not [one for one in paths if not exists(one, path.parent)]


@pytest.mark.parametrize("command", readme_examples(), ids=lambda one: one.split()[0])
def test_the_examples_in_the_readme_are_answered(command: str) -> None:
    """Those that are run beside the program; the others need the author's own article."""
    python = f"{quote(sys.executable)} -m inbox_bot"
    ran = subprocess.run(
        command.replace("inbox-bot", python), shell=True, cwd=TOP, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    assert "answer: asks '" in ran.stdout


def test_the_benchmarks_name_tests_that_exist() -> None:
    named = set()
    for path in (TOP / "benchmarks").glob("*.py"):
        named |= set(re.findall(r"\btests/[\w/.]*\w", path.read_text(encoding="utf-8")))
    assert named
    assert not sorted(path for path in named if not exists(path))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(document: str) -> None:
    """To a file that is there, and a heading that it has, as GitHub writes headings' names."""
    text = (TOP / document).read_text(encoding="utf-8")
    broken = []
    for link in re.findall(r"\]\(([^)\s:]+)\)", text):
        name, _, heading = link.partition("#")
        target = (TOP / document).parent / name if name else TOP / document
        if not target.exists() or (heading and heading not in headings(target)):
            broken.append(link)
    assert broken == []


def headings(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}
