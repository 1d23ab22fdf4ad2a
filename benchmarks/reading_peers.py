"""Others that do what we do, each behind one function; what is not installed is said so."""

from __future__ import annotations

import email
import email.policy
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Reads = Callable[[bytes], object]
Strips = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Missing:
    why: str


def module(name: str) -> ModuleType | Missing:
    try:
        return importlib.import_module(name)
    except Exception as failed:  # a peer may fail in any way when it is imported
        return Missing(f"not installed ({type(failed).__name__}: {failed})")


def stripping() -> dict[str, Strips | Missing]:
    """Peers that take quotes and signatures off a text."""
    return {
        "superops-talon": _with("talon.quotations", _talon),
        "email-reply-parser": _with("email_reply_parser", _email_reply_parser),
        "unquotemail": _with("unquotemail", _unquotemail),
        "mail-parser-reply": _with("mailparser_reply", _mail_parser_reply),
        "quotequail": _with("quotequail", _quotequail),
    }


def reading() -> dict[str, Reads | Missing]:
    """Peers that parse a letter, with its usual fields and body."""
    return {
        "stdlib policy.default": _stdlib_default,
        "stdlib compat32": _stdlib_compat32,
        "mail-parser": _with("mailparser", _mail_parser),
        "imap_tools": _with("imap_tools", _imap_tools),
        "fast-mail-parser": _with("fast_mail_parser", _fast_mail_parser),
    }


def bounce_scan() -> Reads | Missing:
    found: Reads | Missing = _with("flufl.bounce", _flufl)
    return found


# The peers are untyped, so their modules are Any: this is the one place where that is allowed.
def _with(name: str, make: Callable[[Any], Any]) -> Any:
    found = module(name)
    return found if isinstance(found, Missing) else make(found)


def _talon(peer: Any) -> Strips:
    return lambda text: str(peer.extract_from_plain(text))


def _email_reply_parser(peer: Any) -> Strips:
    return lambda text: str(peer.EmailReplyParser.parse_reply(text))


def _unquotemail(peer: Any) -> Strips:
    return lambda text: str(peer.Unquote("", text).get_text() or "")


def _mail_parser_reply(peer: Any) -> Strips:
    languages = ["en", "de", "fr", "it", "nl", "pl", "ja", "es", "da", "sv", "cs", "ko", "zh"]
    parser = peer.EmailReplyParser(languages=languages)
    return lambda text: str(parser.parse_reply(text=text) or "")


def _quotequail(peer: Any) -> Strips:
    return lambda text: "\n".join(
        part for shown, part in peer.quote(text, quote_intro_line=True) if shown
    )


def _stdlib_default(raw: bytes) -> object:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    fields = [message[name] for name in ("subject", "from", "to", "date", "message-id")]
    body = message.get_body(("plain", "html"))
    return [str(value) for value in fields], body.get_content() if body else ""


def _stdlib_compat32(raw: bytes) -> object:
    message = email.message_from_bytes(raw)
    fields = [message[name] for name in ("subject", "from", "to", "date", "message-id")]
    bodies = [part.get_payload(decode=True) for part in message.walk()]
    return [str(value) for value in fields], bodies


def _mail_parser(peer: Any) -> Reads:
    def read(raw: bytes) -> object:
        found = peer.parse_from_bytes(raw)
        return found.subject, found.from_, found.to, found.date, found.message_id, found.body

    return read


def _imap_tools(peer: Any) -> Reads:
    def read(raw: bytes) -> object:
        found = peer.MailMessage.from_bytes(raw)
        return found.subject, found.from_values, found.to_values, found.date, found.text, found.html

    return read


def _fast_mail_parser(peer: Any) -> Reads:
    def read(raw: bytes) -> object:
        found = peer.parse_email(raw)
        return found.subject, found.from_, found.to, found.date_parsed, found.text_plain

    return read


def _flufl(peer: Any) -> Reads:
    return lambda raw: peer.scan_message(email.message_from_bytes(raw))
