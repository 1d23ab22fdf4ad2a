"""The contract of the mailbox on every server: Dovecot, a poor Dovecot, the demo's, Cyrus, Courier.

    python benchmarks/servers.py [--json]

Needs root on Debian: Cyrus and Courier exclude Dovecot as packages, so they are downloaded and
extracted into a temporary directory, and nothing is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

_SERVERS = ("dovecot", "poor_dovecot", "embedded", "cyrus", "courier")
_PACKAGES = """cyrus-common cyrus-imapd sasl2-bin libclamav12 libical3 libpcre3 libxapian30
libzephyr4 libmspack0 courier-imap courier-base courier-authdaemon courier-authlib
courier-authlib-userdb libcourier-unicode4 libidn12 libgamin0 libltdl7""".split()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ibs", dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o755)
        root = _extract(directory)
        told = _run_contract(root, directory / "result.xml")
    print(f"{'server':<14}{'held':>6}{'broken':>8}")
    for server in _SERVERS:
        print(f"{server:<14}{told[server, True]:>6}{told[server, False]:>8}")
    broken = sum(told[server, False] for server in _SERVERS)
    if "--json" in sys.argv:
        held = {server: told[server, True] for server in _SERVERS}
        print(json.dumps({"held": held, "broken": broken}))
    return 1 if broken else 0


def _extract(directory: Path) -> Path:
    """The packages under one root, as they would lie in /."""
    subprocess.run(["apt-get", "download", "-qq", *_PACKAGES], cwd=directory, check=True)
    root = directory / "root"
    for package in directory.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
    return root


def _run_contract(root: Path, result: Path) -> Counter[tuple[str, bool]]:
    """How many sentences each server held (True) and broke (False)."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/mail/test_imap.py", f"--junitxml={result}"],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "INBOX_BOT_EXTRACTED_SERVERS": str(root)},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    told: Counter[tuple[str, bool]] = Counter()
    for case in ElementTree.parse(result).iter("testcase"):
        words = case.get("name", "").partition("[")[2].rstrip("]").replace("-", " ").split()
        server = next((word for word in words if word in _SERVERS), None)
        if server is not None:
            held = case.find("failure") is None and case.find("error") is None
            told[server, held] += 1
            if not held:
                print(f"broken: {case.get('name')}")
    return told


if __name__ == "__main__":
    sys.exit(main())
