"""The demo's letters: their files in `letters/`, and how long ago each arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

_FILES = Path(__file__).parent / "letters"
_SEEN = ("\\Seen",)
_ANSWERED = ("\\Seen", "\\Answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLetter:
    """`name` is the file under `letters/FOLDER/`, `folder` is spelled as on the server."""

    folder: str
    name: str
    hours_ago: float
    flags: tuple[str, ...] = ()

    def arrived(self, now: datetime) -> datetime:
        return (now - timedelta(hours=self.hours_ago)).replace(microsecond=0)

    def raw(self, now: datetime) -> bytes:
        """The letter's bytes with CRLF, dated by its arrival."""
        text = (_FILES / self.folder.lower() / f"{self.name}.eml").read_text(encoding="utf-8")
        dated = text.replace("{date}", format_datetime(self.arrived(now)))
        return dated.replace("\n", "\r\n").encode()


LETTERS = (
    DemoLetter(folder="INBOX", name="exercise", hours_ago=9 * 24, flags=_ANSWERED),
    DemoLetter(folder="Sent", name="exercise", hours_ago=8 * 24 + 3, flags=_SEEN),
    DemoLetter(folder="INBOX", name="thanks", hours_ago=8 * 24, flags=_SEEN),
    DemoLetter(folder="Sent", name="sister", hours_ago=6 * 24 + 5, flags=_SEEN),
    DemoLetter(folder="INBOX", name="chair", hours_ago=5 * 24 + 2, flags=_SEEN),
    DemoLetter(folder="INBOX", name="newsletter", hours_ago=5 * 24 - 1),
    DemoLetter(folder="INBOX", name="html-only", hours_ago=4 * 24 + 7),
    DemoLetter(folder="INBOX", name="two-questions", hours_ago=4 * 24),
    DemoLetter(folder="INBOX", name="pitch", hours_ago=3 * 24 + 9),
    DemoLetter(folder="INBOX", name="price", hours_ago=3 * 24),
    DemoLetter(folder="INBOX", name="sister", hours_ago=2 * 24 + 6, flags=_SEEN),
    DemoLetter(folder="INBOX", name="german", hours_ago=2 * 24),
    DemoLetter(folder="INBOX", name="away", hours_ago=26),
    DemoLetter(folder="INBOX", name="deep-tissue", hours_ago=20),
    DemoLetter(folder="INBOX", name="typos", hours_ago=7),
    DemoLetter(folder="INBOX", name="danger", hours_ago=1.5),
)
