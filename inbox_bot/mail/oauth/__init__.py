"""Logging in by OAuth2, where a provider takes no password: one consent, then tokens for an hour.

`device` and `loopback` get the consent, `grants` stores it, `bearer` turns it into tokens. Standard
library only: the flows post four forms, and libraries for it bring cryptography (16 MB), an HTTP
client, or both.
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
