"""Keyed hashes of addresses, Message-IDs and places, to recognize them without naming them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from inbox_bot.model import Place
from inbox_bot.store.columns import storable


@dataclass(frozen=True, slots=True)
class Hashes:
    """`key` is random, one for each store, so that hashes cannot be guessed from addresses."""

    key: bytes

    def of_address(self, email: str) -> str:
        return self._hash("address", email.lower())

    def of_message_id(self, message_id: str) -> str:
        return self._hash("message-id", message_id)

    def of_store(self) -> str:
        return self._hash("store")

    def of_place(self, place: Place) -> str:
        number = f"{place.uidvalidity} {place.uid}"
        return self._hash("place", place.mailbox, place.folder, number)

    def _hash(self, kind: str, *parts: str) -> str:
        named = "\0".join((kind, *map(storable, parts)))
        return hmac.digest(self.key, named.encode(), "sha256").hex()
