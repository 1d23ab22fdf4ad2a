"""Builds the bytes of a reply from a draft: threading, two parts, safe headers, a final check."""

from inbox_bot.drafting.mime.building import (
    build,
    html_of,
    is_of_our_kind,
    new_message_id,
    recipient,
    shown_hash,
)
from inbox_bot.drafting.mime.checking import verify
from inbox_bot.drafting.mime.headers import (
    bare_email,
    clean,
    one_line,
    reply_subject,
    why_unreachable,
)
from inbox_bot.drafting.mime.quoting import quote

__all__ = [
    "bare_email",
    "build",
    "clean",
    "html_of",
    "is_of_our_kind",
    "new_message_id",
    "one_line",
    "quote",
    "recipient",
    "reply_subject",
    "shown_hash",
    "verify",
    "why_unreachable",
]
