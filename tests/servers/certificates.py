"""Throw-away certificates: an authority, and a server's own for "localhost"."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """PEM files; `authority` is what a client trusts."""

    authority: Path
    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context


def issue(directory: Path, name: str = "localhost") -> Certificate:
    """A certificate for `name`, from an authority that nobody else knows."""
    authority = trustme.CA()
    server = authority.issue_cert(name)
    certificate = Certificate(
        authority=directory / f"{name}-ca.pem",
        chain=directory / f"{name}-cert.pem",
        key=directory / f"{name}-key.pem",
    )
    authority.cert_pem.write_to_path(certificate.authority)
    certificate.chain.write_bytes(b"".join(pem.bytes() for pem in server.cert_chain_pems))
    server.private_key_pem.write_to_path(certificate.key)
    return certificate
