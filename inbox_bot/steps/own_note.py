"""Mail from the bot to the author, marked as automatic so that no responder answers."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from inbox_bot.bot import Account, Bot
from inbox_bot.drafting.mime import clean, new_message_id, one_line
from inbox_bot.errors import LoginRefused, SendLater, SendRefused, SendUncertain
from inbox_bot.model import facts

FOUND = facts.lines("note tells")
"""Fact: findings of the daily check for the next note, one per line."""


def note_letter(bot: Bot, account: Account, subject: str, body: str, now: datetime) -> EmailMessage:
    """Build a note from her to herself, marked as automatic: no responder answers it."""
    own = account.main.email
    letter = EmailMessage(policy=SMTP)
    letter["From"] = own
    letter["To"] = own
    letter["Subject"] = one_line(f"[inbox_bot] {subject}", 200)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{new_message_id(own.rpartition('@')[2], bot.new_token())}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(clean(body), cte="quoted-printable")
    return letter


def has_left(account: Account, note: EmailMessage) -> bool:
    """Send it; False only if it certainly did not leave and may be retried."""
    own = account.main.email
    try:
        account.outbox.send(note.as_bytes(), own, [own])
    except (SendLater, LoginRefused, SendRefused):
        return False
    except SendUncertain:
        return True
    finally:
        account.outbox.leave()
    return True
