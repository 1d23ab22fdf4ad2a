"""A draft in real mail programs: in the letter's thread, and sent from there with nothing private.

    python benchmarks/mail_programs.py [--json]

Needs Debian with dovecot-imapd, isync and tmux; mutt and notmuch are downloaded and extracted
into a temporary directory, nothing is installed. mbsync fetches the mailbox, notmuch tells the
threads, mutt in a tmux session takes the draft up and sends it to an SMTP receiver.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Draft, DraftState
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.dovecot import FULL, Dovecot
from tests.servers.smtp import Receiver, Taken
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
_PACKAGES = """mutt notmuch libnotmuch5 libgpgme11 libgsasl18 libtokyocabinet9 libgmime-3.0-0
libtalloc2 libxapian30 libsexp1 libassuan0 libntlm0 libidn12 libgssglue1""".split()
_MBSYNC = """
IMAPAccount author
Host {host}
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs PLAIN

IMAPStore far
Account author

MaildirStore near
Path {mail}/
Inbox {mail}/INBOX

Channel all
Far :far:
Near :near:
Patterns *
Create Near
SyncState *
"""
_MUTT = """
set from = "{address}"
set realname = "Steve"
set imap_user = "{user}"
set imap_pass = "{password}"
set folder = "imap://{host}:{port}/"
set spoolfile = "+INBOX"
set postponed = "+Drafts"
set record = "+Sent"
set smtp_url = "smtp://127.0.0.1:{smtp}/"
set ssl_starttls = no
set ssl_force_tls = no
set editor = "true"
set header_cache = ""
set use_envelope_from = yes
"""
PRIVATE = ("x-", "bcc", "draft", "inbox-bot")
"""How a header begins that a reader should not get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the mail programs work."""

    directory: Path
    imap: ImapAccount
    smtp_port: int

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def environment(self) -> Mapping[str, str]:
        root = self.directory / "root" / "usr"
        return {
            **os.environ,
            "PATH": f"{root / 'bin'}:{os.environ['PATH']}",
            "LD_LIBRARY_PATH": str(root / "lib" / "x86_64-linux-gnu"),
            "HOME": str(self.directory),
            "TERM": "xterm",
            "NOTMUCH_CONFIG": str(self.directory / "notmuch-config"),
        }

    def write(self, name: str, template: str) -> Path:
        path = self.directory / name
        text = template.format(
            host=self.imap.host,
            port=self.imap.port,
            user=self.imap.username,
            password=self.imap.password,
            address=self.imap.address,
            mail=self.directory / "mail",
            smtp=self.smtp_port,
        )
        path.write_text(text, encoding="utf-8")
        return path


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ibm", dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o755)
        _extract(directory)
        held = _try(directory)
    for sentence, is_so in held.items():
        print(f"{'yes' if is_so else 'NO':<5}{sentence}")
    if "--json" in sys.argv:
        print(json.dumps(held))
    return 0 if all(held.values()) else 1


def _extract(directory: Path) -> None:
    subprocess.run(
        ["apt-get", "download", "-q", *_PACKAGES], cwd=directory, check=True, capture_output=True
    )
    for package in directory.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, directory / "root"], check=True)


def _try(directory: Path) -> dict[str, bool]:
    server, receiver = Dovecot(FULL), Receiver()
    account = server.account("steve")
    place = Place(directory=directory, imap=account, smtp_port=receiver.port)
    with Sandbox() as sandbox:
        world = World(imap=account, smtp=receiver, directory=directory, sandbox=sandbox)
        try:
            return _story(world, place)
        finally:
            world.close()
            receiver.close()
            server.close()


def _story(world: World, place: Place) -> dict[str, bool]:
    world.begin()
    letter = world.letter(QUESTION)
    world.poll()
    draft = world.the_draft()
    held = {"notmuch shows the draft as a child of the letter": _is_child(place, letter, draft)}
    _send_with_mutt(place, lambda: bool(world.replies()))
    held["mutt sends the draft that it finds in Drafts"] = len(world.replies()) == 1
    for reply in world.replies()[:1]:
        held |= _received(reply, letter)
    world.poll()
    held["the queue closes"] = [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]
    held["the promise is kept"] = not world.waiting()
    held["nothing is left in Drafts"] = world.folder("Drafts") == []
    return held


def _is_child(place: Place, letter: str, draft: Draft) -> bool:
    """In notmuch's JSON a message stands in a pair with the list of its children."""
    (place.directory / "mail").mkdir()
    place.run("mbsync", "-c", str(place.write("mbsyncrc", _MBSYNC)), "-a")
    config = f"[database]\npath={place.directory / 'mail'}\n[user]\nprimary_email=steve@x\n"
    (place.directory / "notmuch-config").write_text(config, encoding="utf-8")
    place.run("notmuch", "new")
    shown = place.run("notmuch", "show", "--format=json", "--entire-thread", f"id:{letter}")
    (thread,) = json.loads(shown)
    ((parent, children),) = thread
    return parent["id"] == letter and [one["id"] for one, _ in children] == [draft.message_id]


def _send_with_mutt(place: Place, is_done: Callable[[], bool]) -> None:
    """-p takes up the draft, y sends it. The session outlives mutt, to be ended here."""
    rc = place.write("muttrc", _MUTT)
    tmux = ("tmux", "-L", f"mutt{os.getpid()}")
    place.run(*tmux, "new-session", "-d", "-x", "120", "-y", "40", f"mutt -n -F {rc} -p; sleep 60")
    try:
        for _ in range(40):
            time.sleep(0.5)
            if is_done():
                break
            if "y:Send" in place.run(*tmux, "capture-pane", "-p"):
                place.run(*tmux, "send-keys", "y")
        time.sleep(2)  # mutt files its copy after the server took the letter
    finally:
        place.run(*tmux, "kill-server")


def _received(reply: Taken, letter: str) -> dict[str, bool]:
    email = reply.email
    private = [name for name in email if name.lower().startswith(PRIVATE)]
    return {
        "the reader has it in the thread": f"<{letter}>" in str(email["References"]),
        "nothing private stands in its header": not private,
        "it goes to the reader alone": reply.recipients == ("ann@example.org",),
    }


if __name__ == "__main__":
    sys.exit(main())
