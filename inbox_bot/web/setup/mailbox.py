"""First screen: address, log-in, and servers only where they are unknown. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inbox_bot.drafting.mime import one_line
from inbox_bot.mail import oauth
from inbox_bot.settings import OAuthService, providers
from inbox_bot.settings.model import read_address
from inbox_bot.settings.passwords import NO_SECRET, Secret
from inbox_bot.web.setup.consent import Asking
from inbox_bot.web.setup.said import Said, imap_of, smtp_of

LONGEST = 320
_IN_GROUPS = re.compile(r"[a-z]{4}(?:[\s\u00a0][a-z]{4}){3}")
"""An app password as Google and Yahoo show it: the gaps are not part of it."""

NEVER_READ = (
    "Letters from people you have written to: family, friends, your bank.",
    "Replies in conversations you started.",
    "Letters sent to addresses other than yours.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form. `has_login` tells whether it asked for more than the address."""

    address: str = ""
    username: str = ""
    imap: str = ""
    smtp: str = ""
    drafts: str = ""
    sent: str = ""
    client_id: str = ""
    password: Secret = NO_SECRET
    sending: Secret = NO_SECRET
    has_login: bool = False


def typed_in(form: Mapping[str, str]) -> Typed:
    def line(name: str) -> str:
        return one_line(form.get(name, ""), LONGEST)

    return Typed(
        address=line("address"),
        username=line("username"),
        imap=line("imap"),
        smtp=line("smtp"),
        drafts=line("drafts"),
        sent=line("sent"),
        client_id=line("client_id"),
        password=secret_in(form.get("password", "")),
        sending=secret_in(form.get("password_sending", "")),
        has_login="has_login" in form,
    )


def secret_in(text: str) -> Secret:
    text = text[:1_000].strip("\r\n\t ")
    return Secret("".join(text.split()) if _IN_GROUPS.fullmatch(text) else text)


def understood(said: Said, typed: Typed) -> tuple[Said, Mapping[str, str]]:
    """Her words with this form, and a sentence for each field that cannot be used."""
    try:
        address = read_address(typed.address)
    except ValueError:
        return _with_login(said, typed), {"address": _no_address(typed.address)}
    if _has_no_ending(address):
        return _with_login(said, typed), {"address": "This address has no ending, such as .com."}
    if address != said.address:
        said, typed = _at_another(said, address), _typed_for(said, typed, address)
    said = _with_login(said, typed)
    return said, _no_servers(said)


def is_corrected(said: Said, typed: Typed, address: str) -> bool:
    """Only the part before the @ changed: the servers that she typed are still right."""
    return typed.has_login and address.rpartition("@")[2] == said.domain


def _typed_for(said: Said, typed: Typed, address: str) -> Typed:
    """What still counts of the form at a new address; a login name that was the old address is
    corrected with it."""
    if not is_corrected(said, typed, address):
        return Typed()
    return replace(typed, username="") if typed.username == said.address else typed


def _has_no_ending(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return "." not in domain.strip(".") and domain != "localhost" and not domain.startswith("[")


def _at_another(said: Said, address: str) -> Said:
    """Servers and guesses belonged to the old address; the article is still hers."""
    return Said(
        address=address,
        signature=said.signature,
        article=said.article,
        text=said.text,
        title=said.title,
        passages=said.passages,
        posts=said.posts,
        faq_files=said.faq_files,
    )


def _with_login(said: Said, typed: Typed) -> Said:
    if not typed.has_login:
        return said
    return replace(
        said,
        username=typed.username,
        imap=typed.imap,
        smtp=typed.smtp,
        imap_tls=said.imap_tls if typed.imap == said.imap else None,
        smtp_tls=said.smtp_tls if typed.smtp == said.smtp else None,
        drafts=typed.drafts or said.drafts,
        sent=typed.sent or said.sent,
        client_id=typed.client_id,
    )


def _no_address(text: str) -> str:
    if not text:
        return "Enter your email address here."
    return f"“{text}” is not an email address. Try ann@example.com."


def _no_servers(said: Said) -> Mapping[str, str]:
    problems = {}
    for name, read, text in (("imap", imap_of, said.imap), ("smtp", smtp_of, said.smtp)):
        try:
            read(said)
        except ValueError:
            problems[name] = (
                f"“{text}” is not a server. Try {name}.example.com, or {name}.example.com:1993 "
                "if it has its own port."
            )
    return problems


def service_of(said: Said) -> OAuthService:
    """OAuth2 where the provider takes no password."""
    try:
        return providers.oauth_at(imap_of(said).host)
    except ValueError:
        return OAuthService.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxView:
    """`asks_servers` where nobody knows them. `choices` are folders to choose drafts or sent
    from, where the server does not say. `service` is the title of an OAuth2 service, `console`
    where she makes a project there, and `asking` how far its consent is. `is_moved` just after the
    address went to another domain."""

    said: Said
    problems: Mapping[str, str] = field(default_factory=dict)
    asks_login: bool = False
    asks_servers: bool = False
    asks_sending: bool = False
    has_password: bool = False
    is_moved: bool = False
    choices: tuple[str, ...] = ()
    service: str = ""
    console: str = ""
    asking: Asking | None = None
    never_read: tuple[str, ...] = NEVER_READ

    @property
    def imap(self) -> str:
        return self.said.imap or f"imap.{self.said.domain}"

    @property
    def smtp(self) -> str:
        return self.said.smtp or f"smtp.{self.said.domain}"


def mailbox_view(
    said: Said,
    problems: Mapping[str, str],
    *,
    has_password: bool,
    is_moved: bool = False,
    choices: tuple[str, ...] = (),
    asking: Asking | None = None,
) -> MailboxView:
    service = service_of(said)
    found = oauth.find(service, "common") if service is not OAuthService.NONE else None
    broken = bool({"imap", "smtp", "username"} & problems.keys())
    return MailboxView(
        said=said,
        problems=problems,
        asks_login=bool(said.address),
        asks_servers=bool(said.address)
        and (said.provider is None or bool(said.imap or said.smtp) or broken),
        asks_sending="password_sending" in problems,
        has_password=has_password,
        is_moved=is_moved,
        choices=choices,
        service=found.title if found else "",
        console=found.console if found else "",
        asking=asking if found else None,
    )
