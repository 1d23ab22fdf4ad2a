"""Logging in by OAuth2, where a provider takes no password: one consent, then tokens for an hour.

`device` and `loopback` get the consent, `grants` keeps it, `bearer` makes tokens of it. Standard
library alone: it is four forms to post, and the libraries for it bring cryptography (16 MB), an
HTTP client of their own, or both.
"""

from inbox_bot.mail.oauth.bearer import OAuthBearer, how_to_log_in, warning
from inbox_bot.mail.oauth.grants import Grant, keep, load
from inbox_bot.mail.oauth.services import Client, Service, find

__all__ = [
    "Client",
    "Grant",
    "OAuthBearer",
    "Service",
    "find",
    "how_to_log_in",
    "keep",
    "load",
    "warning",
]
