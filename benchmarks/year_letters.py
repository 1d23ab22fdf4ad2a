"""The letters of a simulated year: what readers, machines and the author herself write."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

QUESTIONS = (
    "does trigger point massage hurt?",
    "is a massage chair any good for sciatica?",
    "how long does it take until massage helps?",
    "how much does a session usually cost?",
    "can I do yoga between two sessions?",
    "does deep tissue massage help with sciatica?",
    "which mattress do you sleep on yourself?",
)
THANKS = "Thank you so much!"
BY_HAND = "Hi,\n\nyes, it can be tough, but it passes within a day.\n\nSteve"
PUT_OFF = "Hi,\n\nI will get back to you.\n\nSteve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reader's letter as the year knows it."""

    message_id: str
    reader: str
    subject: str


@dataclass(slots=True)
class Post:
    """Makes letters that nobody made before; `own` is the author's address."""

    own: str
    readers: int
    chance: random.Random
    asked: list[Asked] = field(default_factory=list)
    made: int = 0

    def question(self, at: datetime) -> tuple[Asked, bytes]:
        """A new question; one in five is asked in a thread that is there already."""
        reader = f"reader{self.chance.randrange(self.readers)}@readers.example"
        before = [one for one in self.asked[-200:] if one.reader == reader]
        subject = before[-1].subject if before else f"Massage, letter {self.made}"
        headers = {"From": reader, "Subject": subject}
        if before and self.chance.random() < 0.7:
            headers["In-Reply-To"] = f"<{before[-1].message_id}>"
        text = f"Hi Steve,\n\n{self.chance.choice(QUESTIONS)}\n\nA reader"
        message_id, raw = self._letter(at, text, headers)
        one = Asked(message_id=message_id, reader=reader, subject=subject)
        self.asked.append(one)
        return one, raw

    def courtesy(self, at: datetime) -> bytes:
        """Thanks, in a thread or without one."""
        one = self.chance.choice(self.asked)
        headers = {"From": one.reader, "In-Reply-To": f"<{one.message_id}>"}
        return self._letter(at, THANKS, headers)[1]

    def machine(self, at: datetime) -> bytes:
        headers = {"From": "news@list.example", "List-Id": "<news.list.example>"}
        return self._letter(at, "Does massage help? Read on.", headers)[1]

    def by_hand(self, at: datetime, one: Asked, text: str) -> bytes:
        """The author's own answer, for Sent."""
        headers = {"From": self.own, "To": one.reader, "In-Reply-To": f"<{one.message_id}>"}
        return self._letter(at, text, headers)[1]

    def bounce(self, at: datetime, message_id: str, reader: str) -> bytes:
        """Our reply came back."""
        self.made += 1
        return (
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.readers.example\r\n"
            f"To: {self.own}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            f"Date: {format_datetime(at)}\r\nMessage-ID: <bounce{self.made}@mx.readers.example>\r\n"
            "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nNo such person.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
            f"Final-Recipient: rfc822; {reader}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: <{message_id}>\r\nTo: {reader}\r\n\r\n--b--\r\n"
        ).encode()

    def _letter(self, at: datetime, text: str, headers: dict[str, str]) -> tuple[str, bytes]:
        self.made += 1
        message_id = f"letter{self.made}@readers.example"
        fields = {
            "To": self.own,
            "Subject": "Re: massage",
            "Message-ID": f"<{message_id}>",
            "Date": format_datetime(at),
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            **headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        lines = text.replace("\n", "\r\n")
        return message_id, f"{head}\r\n{lines}\r\n".encode()
