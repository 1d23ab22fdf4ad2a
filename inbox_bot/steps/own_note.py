"""Mail from the bot to the author alone, marked as a machine's: no machine answers it."""

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
"""What the daily look found and the next note shall tell, one finding a line."""


def note_letter(bot: Bot, account: Account, subject: str, body: str, now: datetime) -> EmailMessage:
    """From her to her, and marked as a machine's: no bot and no responder answers it."""
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
    """False only when it certainly has not left, so that it may be tried again."""
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
