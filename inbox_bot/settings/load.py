"""Read `settings.yaml` and check it: all problems at once, each with its line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from inbox_bot.errors import SettingsError
from inbox_bot.settings.model import Settings
from inbox_bot.settings.problems import Problem, line_of, problems_of

FILE_NAME = "settings.yaml"
_LARGEST = 1_000_000
_SQLITE = "sqlite:///"


def load(directory: Path) -> Settings:
    """The settings of the author's directory, with absolute paths.

    SettingsError holds one problem a line: `settings.yaml:12: poll.every: … write for example 5m`.
    """
    tree = _read(directory / FILE_NAME)
    directory = directory.resolve()
    problems = _missing_folders(tree, directory)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise _refusal(problems_of(error, tree) + problems) from error
    if problems:
        raise _refusal(problems)
    return _anchored(settings, directory)


def _read(path: Path) -> CommentedMap:
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(f"{path} is larger than 1 MB: that is not a settings file")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(
            f"there is no {path}; make one with: inbox-bot init DIR, or name your directory: "
            "inbox-bot -C DIR …"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    return _parse(text)


def _parse(text: str) -> CommentedMap:
    try:
        tree = YAML().load(text)
    except YAMLError as error:
        # from None: its own words quote the file, where somebody may have put a password
        raise SettingsError(_not_yaml(error)) from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{FILE_NAME}:1: this cannot be read as YAML") from error
    if tree is None:
        raise SettingsError(f"{FILE_NAME}:1: the file is empty; inbox-bot init DIR writes one")
    if not isinstance(tree, CommentedMap):
        raise SettingsError(f"{FILE_NAME}:1: this is no list of keys such as poll: {{every: 5m}}")
    return tree


def _not_yaml(error: YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line + 1 if mark else 1
    if isinstance(error, DuplicateKeyError):
        return f"{FILE_NAME}:{line}: this key stands here a second time; take one out"
    return (
        f"{FILE_NAME}:{line}: this is not YAML; look for a missing bracket or quote, or a tab, "
        "here or just above"
    )


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


def _missing_folders(tree: CommentedMap, directory: Path) -> list[Problem]:
    folders = {key: tree.get(key, key) for key in ("faq", "templates")}
    return [
        Problem(
            line=line_of(tree, (key,)),
            key=key,
            text=f"there is no folder {directory / name}; inbox-bot init {directory} writes one",
        )
        for key, name in folders.items()
        if isinstance(name, str) and not (directory / name).is_dir()
    ]


def _refusal(problems: list[Problem]) -> SettingsError:
    ordered = sorted(set(problems), key=lambda problem: (problem.line, problem.key))
    return SettingsError("\n".join(f"{FILE_NAME}:{problem}" for problem in ordered))
