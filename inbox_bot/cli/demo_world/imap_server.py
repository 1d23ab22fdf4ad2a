"""The demo's IMAP server: pymap in this process, its mailbox in memory, on a free loopback port.

Not supported by pymap (0.36): special-use flags, CONDSTORE, and the sizes in BODYSTRUCTURE.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import BuiltinHash

HOST = "127.0.0.1"
_Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """One account on a running server. Its methods belong on the loop that started it."""

    port: int
    _server: asyncio.Server
    _folders: MailboxSet

    async def add_folder(self, name: str) -> None:
        await self._folders.add_mailbox(name)

    async def deliver(
        self, folder: str, raw: bytes, arrived: datetime, flags: tuple[str, ...] = ()
    ) -> None:
        r"""Append a letter to a folder; flags in IMAP's spelling: `\Seen`."""
        mailbox = await self._folders.get_mailbox(folder)
        known = frozenset(Flag(flag.encode()) for flag in flags)
        await mailbox.append(AppendMessage(raw, arrived, known))

    async def count(self, folder: str) -> int:
        mailbox = await self._folders.get_mailbox(folder)
        return (await mailbox.snapshot()).exists

    async def close(self) -> None:
        """Stop listening; open connections end with the loop's tasks."""
        self._server.close()


async def start(username: str, password: str) -> ImapServer:
    """A server with one account that has an INBOX and nothing else."""
    one_round = BuiltinHash(
        rounds=1
    )  # the password lives as long as the demo and is stored nowhere
    backend, config = await DictBackend.init(_arguments(username, password), hash_context=one_round)
    folders = MailboxSet()
    config.set_cache[username] = folders, FilterSet()
    server = await asyncio.start_server(_callback(backend, config), HOST, 0)
    port: int = server.sockets[0].getsockname()[1]
    return ImapServer(port=port, _server=server, _folders=folders)


def _callback(backend: DictBackend, config: Config) -> _Connected:
    return ProxyProtocolReader(config.proxy_protocol).get_callback(
        IMAPServer(backend.login, config)
    )


def _arguments(username: str, password: str) -> Namespace:
    """The arguments of pymap's command line."""
    return Namespace(
        demo_data=False,
        demo_user=username,
        demo_password=password,
        host=HOST,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
    )
