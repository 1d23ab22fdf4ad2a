"""Hoodiecrow, an IMAP server of npm that speaks Gmail's extensions (X-GM-EXT-1).

Only where somebody has installed it: `npm install hoodiecrow-imap` in some directory.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.ports import free_ports, wait_until_open

PASSWORD = "secret"
_SERVE = """
const [port, name] = [Number(process.argv[1]), process.argv[2]];
require("hoodiecrow-imap")(JSON.parse(process.argv[3])).listen(port);
"""
_PLUGINS = "ID AUTH-PLAIN SASL-IR NAMESPACE IDLE ENABLE CONDSTORE LITERALPLUS UNSELECT".split()
_PLUGINS += ["SPECIAL-USE", "CREATE-SPECIAL-USE", "MOVE", "UIDPLUS", "X-GM-EXT-1"]
_FOLDERS = {"Drafts": "Drafts", "Sent Mail": "Sent", "Trash": "Trash", "All Mail": "All"}


class Hoodiecrow:
    """A process for each account: its users share their folders."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []

    def account(self, name: str) -> ImapAccount:
        node = shutil.which("node")
        assert node is not None
        (port,) = free_ports(1)
        command = [node, "-e", _SERVE, str(port), name, json.dumps(_settings(name))]
        self._processes.append(subprocess.Popen(command, cwd=self._directory))
        wait_until_open(port)
        return ImapAccount(
            address=f"{name}@example.test",
            host="127.0.0.1",
            port=port,
            tls=Tls.NONE,
            username=name,
            password=PASSWORD,
            timeout=10.0,
        )

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def _settings(name: str) -> dict[str, object]:
    """As Gmail has it: all but INBOX below "[Gmail]"."""
    inside = {folder: {"special-use": f"\\{use}"} for folder, use in _FOLDERS.items()}
    gmail = {"flags": ["\\Noselect"], "folders": inside}
    return {
        "plugins": _PLUGINS,
        "users": {name: {"password": PASSWORD}},
        "storage": {"INBOX": {}, "": {"separator": "/", "folders": {"[Gmail]": gmail}}},
    }
