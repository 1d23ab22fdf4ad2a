"""Dovecot in a directory of its own, as root or not; nothing of /etc is read.

A new user is a new name: the server takes any with the same password, and each has an empty home.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.certificates import Certificate
from tests.servers.ports import free_ports, wait_until_open

PASSWORD = "secret"
HERE = "example.test"
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_LIBRARY = Path("/usr/lib/dovecot")
LDA = _LIBRARY / "dovecot-lda"
HAS_SIEVE = (_LIBRARY / "modules" / "lib90_sieve_plugin.so").exists() and LDA.exists()

_CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 0
auth_mechanisms = {mechanisms}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
{capability}
{vacation}
{tls}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  mailbox {drafts} {{
    auto = subscribe
    {flag_drafts}
  }}
  mailbox Sent {{
    auto = subscribe
    {flag_sent}
  }}
  mailbox Trash {{
    auto = subscribe
    {flag_trash}
  }}
}}
service anvil {{
  chroot =
  # else one wrong password makes the next log-in from loopback wait for seconds
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = {imaps_ssl}
  }}
}}
"""

# Its users are away, and Sieve (Pigeonhole) tells whoever writes to them.
_VACATION = """
postmaster_address = postmaster@example.test
hostname = mail.example.test
submission_host = 127.0.0.1:{port}
protocol lda {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{base}/vacation.sieve
  sieve_before =
}}
"""
_SCRIPT = """require ["vacation"];
vacation :days 1 "I am away. Does massage help with sciatica? I will answer when I am back.";
"""

_PASSWORDS = f"""passdb {{
  driver = static
  args = password={PASSWORD}
}}"""
_TOKENS = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2
}}"""
_INTROSPECTION = """introspection_mode = get
introspection_url = {url}/introspect?token=
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`capability` is all that the server announces, where it is not empty. With `tokens`, the
    address of a token server, only tokens are taken, as `mechanisms`. With `vacation_by`, the port
    of an SMTP receiver, all its users are away and say so through that one."""

    capability: str = ""
    tokens: str = ""
    mechanisms: str = "plain login"
    prefix: str = ""
    separator: str = "/"
    drafts: str = "Drafts"
    flagged: bool = True
    vacation_by: int = 0


FULL = Kind()
POOR = Kind(capability="IMAP4rev1 IDLE", prefix="INBOX.", separator=".", flagged=False)


class Dovecot:
    """A running server. `start` again after `kill` on the same ports and letters."""

    def __init__(self, kind: Kind = FULL, certificate: Certificate | None = None) -> None:
        # unix socket paths may not pass 108 bytes: /tmp, whatever TMPDIR says
        self.base = Path(tempfile.mkdtemp(prefix="ibd", dir="/tmp"))
        self.port, self.tls_port = free_ports(2)
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None
        self.base.chmod(0o755)
        home = self.base / "home"
        home.mkdir()
        if os.geteuid() == 0:
            mail = pwd.getpwnam("mail")
            os.chown(home, mail.pw_uid, mail.pw_gid)
        (self.base / "oauth2").write_text(_INTROSPECTION.format(url=kind.tokens))
        (self.base / "vacation.sieve").write_text(_SCRIPT)
        (self.base / "conf").write_text(self._config(kind, certificate))
        self.start()

    def account(self, name: str, timeout: float = 10.0) -> ImapAccount:
        return ImapAccount(
            address=f"{name}@{HERE}",
            host="127.0.0.1",
            port=self.port,
            tls=Tls.NONE,
            username=name,
            password=PASSWORD,
            timeout=timeout,
        )

    def encrypted(self, name: str, tls: Tls) -> ImapAccount:
        """The same over TLS; the server must have been given a certificate."""
        assert self._certificate is not None
        return replace(
            self.account(name),
            host="localhost",
            port=self.tls_port if tls is Tls.TLS else self.port,
            tls=tls,
            ca_file=str(self._certificate.authority),
        )

    def start(self) -> None:
        assert DOVECOT is not None
        self._process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.base / "conf")], start_new_session=True
        )
        try:
            wait_until_open(self.port)
        except TimeoutError as error:
            log = (self.base / "dovecot.log").read_text(errors="replace")
            raise RuntimeError(f"dovecot does not start: {log}") from error

    def deliver(self, name: str, sender: str, raw: bytes) -> None:
        """As a mail server does, which asks Sieve what to do with it; IMAP's APPEND does not."""
        config = str(self.base / "conf")
        command = [str(LDA), "-c", config, "-d", name, "-f", sender, "-a", f"{name}@{HERE}"]
        subprocess.run(command, input=raw, check=True, timeout=20)

    def kill(self) -> None:
        """All of it at once, as in a power cut."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.base, ignore_errors=True)

    def _config(self, kind: Kind, certificate: Certificate | None) -> str:
        root = os.geteuid() == 0
        own = pwd.getpwuid(os.geteuid()).pw_name
        group = grp.getgrgid(os.getegid()).gr_name
        mail = pwd.getpwnam("mail")
        uses = {"flag_drafts": "Drafts", "flag_sent": "Sent", "flag_trash": "Trash"}
        flags = {key: f"special_use = \\{use}" if kind.flagged else "" for key, use in uses.items()}
        vacation = _VACATION.format(base=self.base, port=kind.vacation_by)
        return _CONFIG.format(
            base=self.base,
            internal="dovecot" if root else own,
            group="dovecot" if root else group,
            login="dovenull" if root else own,
            uid=mail.pw_uid if root else os.geteuid(),
            gid=mail.pw_gid if root else os.getegid(),
            capability=f"imap_capability = {kind.capability}" if kind.capability else "",
            tls="ssl = no"
            if certificate is None
            else f"ssl = yes\nssl_cert = <{certificate.chain}\nssl_key = <{certificate.key}",
            imaps_ssl="no" if certificate is None else "yes",
            mechanisms=kind.mechanisms,
            passdb=_TOKENS.format(base=self.base) if kind.tokens else _PASSWORDS,
            separator=kind.separator,
            prefix=kind.prefix,
            drafts=kind.drafts,
            vacation=vacation if kind.vacation_by else "",
            imap=self.port,
            imaps=self.tls_port,
            **flags,
        )
