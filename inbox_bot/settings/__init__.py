"""`settings.yaml` as frozen values, or every problem in it at once, each with its line."""

from inbox_bot.settings.accounts import OAuthService, Tls
from inbox_bot.settings.changing import (
    add_absence,
    add_form,
    keep_inside,
    set_oauth,
    set_page_port,
)
from inbox_bot.settings.durations import parse_period
from inbox_bot.settings.load import FILE_NAME, load
from inbox_bot.settings.model import (
    AuthorSettings,
    ImapSettings,
    MailboxSettings,
    OAuthSettings,
    PageSettings,
    Settings,
    SmtpSettings,
)

__all__ = [
    "FILE_NAME",
    "AuthorSettings",
    "ImapSettings",
    "MailboxSettings",
    "OAuthService",
    "OAuthSettings",
    "PageSettings",
    "Settings",
    "SmtpSettings",
    "Tls",
    "add_absence",
    "add_form",
    "keep_inside",
    "load",
    "parse_period",
    "set_oauth",
    "set_page_port",
]
