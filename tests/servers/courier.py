"""Courier from extracted Debian packages, as root: the poorest server that people still run.

Its paths are fixed, so it lives in a mount namespace of its own, with the packages laid over /usr.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.dovecot import PASSWORD
from tests.servers.ports import free_ports, wait_until_open

_CAPABILITIES = (
    "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
)
_FOLDERS = (".Drafts", ".Sent", ".Trash")
_START = """
set -e
mount --make-rprivate /
mount -t overlay overlay -o lowerdir={root}/usr:/usr /usr
mkdir -p {base}/etc-upper {base}/etc-work
mount -t overlay overlay -o lowerdir=/etc,upperdir={base}/etc-upper,workdir={base}/etc-work /etc
mount -t tmpfs tmpfs /run
mkdir -p /run/courier/authdaemon /etc/courier
grep -q ^courier: /etc/passwd || echo "courier:x:8:8::/:/bin/false" >> /etc/passwd
cp {base}/authdaemonrc /etc/courier/authdaemonrc
cp {base}/userdb /etc/courier/userdb
chmod 600 /etc/courier/userdb
export LD_LIBRARY_PATH=/usr/lib/courier-authlib:/usr/lib:/usr/lib/x86_64-linux-gnu
makeuserdb
/usr/lib/courier/courier-authlib/authdaemond &
until test -S /run/courier/authdaemon/socket; do sleep 0.02; done
export IMAP_CAPABILITY={capabilities} IMAP_CHECK_ALL_FOLDERS=0 IMAP_OBSOLETE_CLIENT=0
export IMAP_IDLE_TIMEOUT=1 IMAP_USELOCKS=0 IMAP_EMPTYTRASH=
exec couriertcpd -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup {port} \\
  /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
"""


class Courier:
    """Knows `names` from the start: it reads its users once."""

    def __init__(self, root: Path, names: int = 200) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="ibk", dir="/tmp"))
        (self._port,) = free_ports(1)
        self._names = iter([f"author{number}" for number in range(names)])
        self._base.chmod(0o755)
        hashed = subprocess.run(
            ["openssl", "passwd", "-1", PASSWORD], capture_output=True, text=True, check=True
        ).stdout.strip()
        (self._base / "authdaemonrc").write_text(
            'authmodulelist="authuserdb"\nauthmodulelistorig="authuserdb"\ndaemons=2\n'
            'authdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\nDEFAULTOPTIONS=""\n'
        )
        mail = pwd.getpwnam("mail")
        (self._base / "userdb").write_text(
            "".join(
                f"author{number}\tuid={mail.pw_uid}|gid={mail.pw_gid}|home={self._home(number)}"
                f"|mail={self._home(number)}/Maildir|imappw={hashed}\n"
                for number in range(names)
            )
        )
        script = _START.format(
            root=root,
            base=self._base,
            port=self._port,
            capabilities=shlex.quote(_CAPABILITIES),
        )
        self._process = subprocess.Popen(
            ["unshare", "-m", "-p", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script],
            start_new_session=True,
        )
        wait_until_open(self._port)

    def account(self, _: str, timeout: float = 10.0) -> ImapAccount:
        name = next(self._names)
        maildir = self._home(int(name.removeprefix("author"))) / "Maildir"
        mail = pwd.getpwnam("mail")
        for folder in ("", *_FOLDERS):
            for part in ("cur", "new", "tmp"):
                (maildir / folder / part).mkdir(parents=True, exist_ok=True)
        for path in (maildir.parent, maildir, *maildir.rglob("*")):
            os.chown(path, mail.pw_uid, mail.pw_gid)
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

    def _home(self, number: int) -> Path:
        return self._base / f"home{number}"
