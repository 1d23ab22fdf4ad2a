"""Start at login: a systemd user unit on Linux, a LaunchAgent on macOS.

Pure functions make the text of both. The file names the author's directory, so that `off` removes
only its own.
"""

from __future__ import annotations

import plistlib
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.errors import WrongUse
from inbox_bot.model import files

_ENOUGH = 60.0
_UNIT = """\
# Written by inbox-bot autostart for {directory}
# `inbox-bot autostart off` removes it.
[Unit]
Description=inbox_bot for {directory}

[Service]
ExecStart={command}
WorkingDirectory={directory}
Restart=on-failure
RestartSec=60
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The file to write. `start` and `stop` are commands that tell the system of it, `hints` are
    lines for the author. `mark` is a text that only our own file contains."""

    path: Path
    content: str
    mark: str
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Facts of this machine. `platform` is as in `sys.platform`."""

    platform: str
    python: Path
    home: Path
    config: Path
    uid: int

    @classmethod
    def of(cls, platform: str, python: str, uid: int, environ: Mapping[str, str]) -> System:
        home = Path(environ.get("HOME") or Path.home())
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        return cls(platform=platform, python=Path(python), home=home, config=config, uid=uid)


def entry_for(system: System, directory: Path) -> Entry:
    """WrongUse on a platform that we do not know."""
    if system.platform == "darwin":
        return _launch_agent(system, directory)
    if system.platform.startswith("linux"):
        return _user_unit(system, directory)
    raise WrongUse(f"Set your system to run this when you log in: inbox-bot -C {directory} run")


def write(entry: Entry) -> bool:
    """Write the file; False when it was there already. WrongUse for a file of another directory."""
    if entry.path.exists():
        there = entry.path.read_text(encoding="utf-8")
        if there == entry.content:
            return False
        _refuse_strangers(entry, there)
    entry.path.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(entry.path, entry.content)
    return True


def remove(entry: Entry) -> bool:
    """Remove the file; False when there is none."""
    if not entry.path.exists():
        return False
    _refuse_strangers(entry, entry.path.read_text(encoding="utf-8"))
    entry.path.unlink()
    return True


def run(commands: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Try each command and return those that failed, for the author."""
    return tuple(" ".join(command) for command in commands if not _worked(command))


def _worked(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ENOUGH, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _refuse_strangers(entry: Entry, content: str) -> None:
    if entry.mark not in content:
        raise WrongUse(f"{entry.path} is for another directory. Delete or rename it yourself")


def _words(system: System, directory: Path) -> list[str]:
    # -P: import nothing from the author's directory
    return [str(system.python), "-P", "-m", "inbox_bot", "-C", str(directory), "run"]


def _slug(directory: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", directory.name.lower()).strip("-") or "letters"


# --- systemd -------------------------------------------------------------------------------------


def _user_unit(system: System, directory: Path) -> Entry:
    name = f"inbox-bot-{_slug(directory)}.service"
    control = ("systemctl", "--user")
    program, *words = _words(system, directory)
    # systemd expands variables everywhere except in the program's name
    quoted = (_quoted(word).replace("$", "$$") for word in words)
    command = " ".join((_quoted(program), *quoted))
    # in a path only specifiers (%) are expanded
    place = str(directory).replace("%", "%%")
    return Entry(
        path=system.config / "systemd" / "user" / name,
        content=_UNIT.format(directory=place, command=command),
        mark=f"inbox-bot autostart for {place}\n",
        start=(
            (*control, "daemon-reload"),
            (*control, "enable", name),
            (*control, "restart", name),
        ),
        # one by one: `disable` works without a running systemd, too
        stop=((*control, "stop", name), (*control, "disable", name)),
        hints=(
            f"To check on it: systemctl --user status {name}",
            f"To open the review page: inbox-bot -C {directory} open",
            "To keep it running while you're logged out: loginctl enable-linger",
        ),
    )


def _quoted(word: str) -> str:
    """One word of ExecStart (systemd.service(5), "Command lines")."""
    for special, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        word = word.replace(special, written)
    return f'"{word}"'


# --- launchd -------------------------------------------------------------------------------------


def _launch_agent(system: System, directory: Path) -> Entry:
    label = f"org.inbox-bot.{_slug(directory)}"
    path = system.home / "Library" / "LaunchAgents" / f"{label}.plist"
    domain = f"gui/{system.uid}"
    log = str(system.home / "Library" / "Logs" / f"{label}.log")
    agent = {
        "Label": label,
        "ProgramArguments": _words(system, directory),
        "WorkingDirectory": str(directory),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 60,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    place = plistlib.dumps(str(directory)).decode().partition("<string>")[2].partition("<")[0]
    return Entry(
        path=path,
        content=plistlib.dumps(agent).decode(),
        mark=f"<key>WorkingDirectory</key>\n\t<string>{place}</string>",
        start=(("launchctl", "bootstrap", domain, str(path)),),
        stop=(("launchctl", "bootout", f"{domain}/{label}"),),
        hints=(
            f"To check on it, see the log: {log}",
            f"To open the review page: inbox-bot -C {directory} open",
        ),
    )
