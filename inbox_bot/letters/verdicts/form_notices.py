"""Detects notices of a contact form that the settings do not name yet.

Their address is the site's own: a reply there would never reach the reader.
"""

from __future__ import annotations

from inbox_bot.letters import contact_forms
from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

_PROGRAMS = _LISTS.words("programs")
_SITES = _LISTS.words("sites")

_SERVERS = ("microsoft exchange", "exchange server", "exchange online")
_PROTOCOLS = ("imap", "pop3")


def notice(seen: Evidence) -> str:
    """Sent by a form's program, without another Reply-To; the reason names the setting."""
    message = seen.message
    sender = message.sender
    answers = message.reply_to.email.lower() if message.reply_to else ""
    if not sender or (answers and answers != seen.sender):
        return ""
    local = seen.local
    by_name = sender.name.strip().lower() == "wordpress"
    if not (
        local in _PROGRAMS or by_name or (local in _SITES and contact_forms.is_filled(message))
    ):
        return ""
    if not contact_forms.holds_letter(message):
        return (
            "your site sent it, and I found no reader's letter in it; if a reader wrote it through"
            f" a form, mark it as a reader's, and add {seen.sender} to your forms under Settings"
        )
    return (
        f"a form on your site sent it; add {seen.sender} to your forms under Settings, or run"
        f" `inbox-bot forms --add {seen.sender}`, and I'll read the reader's own letter in it"
    )


def no_reader(seen: Evidence) -> str:
    """A trackback, a pingback, or what the site itself took for spam."""
    if not (
        seen.local in _PROGRAMS or seen.local in _SITES or contact_forms.is_service(seen.sender)
    ):
        return ""
    if contact_forms.wrote_no_reader(seen.message):
        return "a notice of a link or spam on your site; no reader wrote it"
    return ""


def exchange_substitute(seen: Evidence) -> str:
    """Exchange's substitute, without a sender's address, for a letter that it cannot convert."""
    told = f"{seen.message.header('from')} {seen.subject}".lower()
    if seen.message.sender or not any(name in told for name in _SERVERS):
        return ""
    if not any(protocol in told for protocol in _PROTOCOLS):
        return ""
    return (
        "your mail server couldn't deliver a letter and left a note instead; read it in"
        " your mail program and answer by hand"
    )
