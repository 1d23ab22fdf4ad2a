"""Read `settings.yaml` and check it: all problems at once, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from inbox_bot.errors import SettingsError
from inbox_bot.settings.model import Settings
from inbox_bot.settings.problems import Problem, problems_of
from inbox_bot.yaml_files import line_of, read

FILE_NAME = "settings.yaml"
_SQLITE = "sqlite:///"


def load(directory: Path) -> Settings:
    """The settings of the author's directory, with absolute paths.

    SettingsError holds one problem a line: `settings.yaml:12: poll.every: … try 5m`.
    """
    path = directory / FILE_NAME
    tree = _read(path)
    problems = _missing_folders(tree, directory)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise _refusal(path, problems_of(error) + problems) from error
    if problems:
        raise _refusal(path, problems)
    return _anchored(settings, directory.resolve())


def _read(path: Path) -> Mapping[str, object]:
    if not path.exists():
        raise SettingsError(
            f"{path} not found; create it with inbox-bot init DIR, or choose your directory with "
            "inbox-bot -C DIR …"
        )
    tree = read(path)
    if not isinstance(tree, dict):
        raise SettingsError(f"{path}:1: this should be a list of keys, like poll: {{every: 5m}}")
    return tree


def _anchored(settings: Settings, directory: Path) -> Settings:
    store = settings.store
    if store.startswith(_SQLITE):
        store = f"{_SQLITE}{directory / store.removeprefix(_SQLITE)}"
    return settings.model_copy(
        update={
            "faq": directory / settings.faq,
            "templates": directory / settings.templates,
            "store": store,
        }
    )


def _missing_folders(tree: Mapping[str, object], directory: Path) -> list[Problem]:
    folders = {key: tree.get(key, key) for key in ("faq", "templates")}
    return [
        Problem(
            where=(key,),
            text=f"{directory / name} is missing; inbox-bot init {directory} creates it",
        )
        for key, name in folders.items()
        if isinstance(name, str) and not (directory / name).is_dir()
    ]


def _refusal(path: Path, problems: list[Problem]) -> SettingsError:
    """In the order of the file."""
    numbered = sorted((line_of(path, each.where), str(each)) for each in problems)
    return SettingsError("\n".join(f"{path}:{line}: {text}" for line, text in numbered))
