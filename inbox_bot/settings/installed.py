"""How this copy of inbox_bot was installed, and the commands that bring a newer one."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from shlex import quote
from urllib.parse import unquote, urlsplit

NAME = "inbox-bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """`how` names the way of installing; `commands` are to be run one after the other."""

    how: str
    commands: tuple[str, ...]


def upgrade_of(prefix: Path, source: Path | None, executable: str, directory: Path) -> Upgrade:
    """By the environment's folder, and the folder that was installed from (PEP 610), if any."""
    parts = prefix.parts
    if source is not None and (source / "scripts" / "setup").is_file():
        setup = f"{quote(str(source / 'scripts' / 'setup'))} {quote(str(directory))}"
        pull = f"git -C {quote(str(source))} pull"
        return Upgrade(how="a git checkout with scripts/setup", commands=(pull, setup))
    if "pipx" in parts and "venvs" in parts:
        return Upgrade(how="pipx", commands=(f"pipx upgrade {NAME}",))
    if "uv" in parts and "tools" in parts:
        return Upgrade(how="uv", commands=(f"uv tool upgrade {NAME}",))
    pip = f"{quote(executable)} -m pip install --upgrade {NAME}"
    return Upgrade(how="pip", commands=(pip,))


def own_upgrade(directory: Path) -> Upgrade:
    return upgrade_of(Path(sys.prefix), _source(), sys.executable, directory.resolve())


def own_version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "(not installed)"


def _source() -> Path | None:
    """The folder that pip installed from, or the checkout that runs as it lies."""
    top = Path(__file__).parents[2]
    if (top / "scripts" / "setup").is_file():
        return top
    try:
        told = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    address = urlsplit(str(json.loads(told).get("url", "")) if told else "")
    return Path(unquote(address.path)) if address.scheme == "file" else None
