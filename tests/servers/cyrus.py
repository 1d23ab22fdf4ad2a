"""Cyrus from an extracted Debian package, as root: its special-use flags are in lower case."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.dovecot import PASSWORD
from tests.servers.ports import free_ports, wait_until_open

_IMAPD = """
configdirectory: {base}/config
proc_path: {base}/run/proc
mboxname_lockpath: {base}/run/lock
partition-default: {base}/mail
defaultpartition: default
cyrus_user: mail
cyrus_group: mail
admins: cyrus
servername: mail.example.test
altnamespace: yes
unixhierarchysep: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {base}/sasldb2
sasl_mech_list: PLAIN LOGIN
idlesocket: {base}/run/idle.sock
notifysocket: {base}/run/notify.sock
imapidlepoll: 1
autocreate_post: yes
autocreate_quota: 0
autocreate_inbox_folders: Drafts | Sent | Trash
autocreate_subscribe_folders: Drafts | Sent | Trash
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
specialusealways: 1
sievedir: {base}/sieve
"""
_SERVICES = """
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {base}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {base}/imapd.conf -U 30" listen="127.0.0.1:{port}" prefork=1
}}
DAEMON {{
  idled cmd="{bin}/idled -C {base}/imapd.conf"
}}
EVENTS {{
}}
"""


class Cyrus:
    """Runs from `root`, where the packages lie extracted."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._base = Path(tempfile.mkdtemp(prefix="ibc", dir="/tmp"))
        (self._port,) = free_ports(1)
        folders = ("socket", "db", "log", "msg", "ptclient", "proc")
        for folder in (
            *(f"config/{name}" for name in folders), "mail", "run/proc", "run/lock", "sieve"
        ):  # fmt: skip
            (self._base / folder).mkdir(parents=True)
        binaries = root / "usr/lib/cyrus/bin"
        (self._base / "imapd.conf").write_text(_IMAPD.format(base=self._base))
        (self._base / "cyrus.conf").write_text(
            _SERVICES.format(base=self._base, bin=binaries, port=self._port)
        )
        self._own()
        command = [binaries / "master", "-C", "imapd.conf", "-M", "cyrus.conf", "-p", "master.pid"]
        self._process = subprocess.Popen(
            [str(word) for word in command],
            cwd=self._base,
            env=self._environment(),
            start_new_session=True,
        )
        wait_until_open(self._port)

    def account(self, name: str, timeout: float = 10.0) -> ImapAccount:
        subprocess.run(
            [
                str(self._root / "usr/sbin/saslpasswd2"), "-p", "-c",
                "-f", str(self._base / "sasldb2"), "-u", "mail.example.test", name,
            ],
            input=PASSWORD.encode(),
            env=self._environment(),
            check=True,
        )  # fmt: skip
        self._own()
        return ImapAccount(
            address=f"{name}@example.test",
            host="127.0.0.1",
            port=self._port,
            tls=Tls.NONE,
            username=name,
            password=PASSWORD,
            timeout=timeout,
        )

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._base, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        libraries = (self._root / "usr/lib/x86_64-linux-gnu", self._root / "lib/x86_64-linux-gnu")
        return {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, libraries))}

    def _own(self) -> None:
        mail = pwd.getpwnam("mail")
        self._base.chmod(0o755)
        for path in (self._base, *self._base.rglob("*")):
            os.chown(path, mail.pw_uid, mail.pw_gid)
