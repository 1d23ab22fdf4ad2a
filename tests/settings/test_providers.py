"""The great providers: the address alone fills in the hosts."""

from __future__ import annotations

import pytest

from inbox_bot.settings import (
    AuthorSettings,
    ImapSettings,
    MailboxSettings,
    Settings,
    SmtpSettings,
    Tls,
    providers,
)
from inbox_bot.settings.policy import policy_of


@pytest.mark.parametrize(
    ("address", "name", "imap", "smtp"),
    [
        ("steve@gmail.com", "Gmail", "imap.gmail.com", "smtp.gmail.com"),
        ("steve@Googlemail.com", "Gmail", "imap.gmail.com", "smtp.gmail.com"),
        ("steve@hotmail.com", "Outlook", "outlook.office365.com", "smtp-mail.outlook.com"),
        ("steve@icloud.com", "iCloud", "imap.mail.me.com", "smtp.mail.me.com"),
        ("steve@fastmail.com", "Fastmail", "imap.fastmail.com", "smtp.fastmail.com"),
        ("steve@yahoo.com", "Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com"),
        ("steve@gmx.de", "GMX", "imap.gmx.net", "mail.gmx.net"),
        ("steve@gmx.com", "GMX", "imap.gmx.com", "mail.gmx.com"),
        ("steve@posteo.net", "Posteo", "posteo.de", "posteo.de"),
        ("steve@mailbox.org", "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org"),
    ],
)
def test_the_address_tells_the_hosts(address: str, name: str, imap: str, smtp: str) -> None:
    found = providers.for_address(address)
    assert found is not None
    assert (found.name, found.imap_host, found.smtp_host) == (name, imap, smtp)


@pytest.mark.parametrize("address", ["steve@example.com", "steve@notgmail.com", "gmail.com@x.org"])
def test_an_own_domain_tells_nothing(address: str) -> None:
    assert providers.for_address(address) is None


def test_icloud_wants_the_part_before_the_at_for_reading() -> None:
    found = providers.for_address("steve@icloud.com")
    assert found is not None
    assert found.imap("steve@icloud.com").username == "steve"
    assert found.smtp("steve@icloud.com").username == "steve@icloud.com"


@pytest.mark.parametrize("provider", providers.PROVIDERS, ids=lambda each: each.domains[0])
def test_each_provider_has_encrypted_servers_and_a_word_on_passwords(
    provider: providers.Provider,
) -> None:
    address = f"steve@{provider.domains[0]}"
    assert provider.imap(address).tls is not Tls.NONE
    assert provider.smtp(address).tls is not Tls.NONE
    assert provider.before_login
    assert provider.page.startswith("https://")


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for provider in providers.PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))


def settings_at(*hosts: str, authserv_id: str = "") -> Settings:
    smtp = SmtpSettings(host="smtp.example.com")
    boxes = tuple(
        MailboxSettings(addresses=("a@example.com",), imap=ImapSettings(host=host), smtp=smtp)
        for host in hosts
    )
    author = AuthorSettings(name="Ann")
    return Settings(author=author, mailboxes=boxes, authserv_id=authserv_id)


@pytest.mark.parametrize(
    ("hosts", "authserv_id", "expected"),
    [
        (("imap.gmail.com",), "", "mx.google.com"),
        (("IMAP.Gmail.com", "imap.gmail.com"), "", "mx.google.com"),
        (("imap.mail.me.com",), "", "dmarc.icloud.com"),
        (("imap.fastmail.com",), "", "*.messagingengine.com"),
        (("imap.example.com",), "", ""),
        # a letter in the other mailbox could say that Google had checked it
        (("imap.gmail.com", "imap.example.com"), "", ""),
        (("imap.gmail.com", "imap.mail.me.com"), "", ""),
        (("imap.gmail.com",), "mx.mine.example", "mx.mine.example"),
        (("imap.gmail.com",), "none", ""),
        (("imap.example.com",), "none", ""),
    ],
)
def test_results_are_believed_from_the_authors_own_provider_alone(
    hosts: tuple[str, ...], authserv_id: str, expected: str
) -> None:
    assert policy_of(settings_at(*hosts, authserv_id=authserv_id)).authserv_id == expected
