"""The fleet: its authors, and each one's bot.

An author's files are laid from the database into a folder of this process. What was loaded stays
for the authors needed last; authors with the same FAQ and templates share what was learned.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Generic, TypeVar

from inbox_bot import settings
from inbox_bot.bot import Account, Bot, no_attachment
from inbox_bot.errors import SettingsError, Unreadable
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.reload import learn
from inbox_bot.fleet import roster, safe as fleet_safe
from inbox_bot.fleet.database import Connection, connected
from inbox_bot.fleet.roster import Member
from inbox_bot.fleet.safe import Safe, Slot
from inbox_bot.mail.login import Keys
from inbox_bot.model import AttachmentContent, AttachmentRequest, Message
from inbox_bot.service.accounts import account_with
from inbox_bot.service.knowledge import sources_of
from inbox_bot.settings import MailboxSettings, Settings
from inbox_bot.settings.accounts import OAuthService
from inbox_bot.settings.passwords import Login, Server
from inbox_bot.settings.policy import policy_of
from inbox_bot.store.shared import SharedDatabase, open_shared

AT_ONCE = 500
"""Authors whose settings stay loaded, at some 100 kB each."""
FAQS = 8
"""FAQs that stay loaded, at 5 to 20 MB each."""
LEARNED = "learned"
TIMEOUT = 30.0

T = TypeVar("T")


class Recent(Generic[T]):
    """The values used last, at most `most`. Two threads may make the same value; one is kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            value = self._values.setdefault(key, made)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
            return value

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True, eq=False)
class Loaded:
    """An author's files, laid out and read. The folder is removed with the last use of this.

    `alike` is the same for authors with the same FAQ, templates and threshold.
    """

    directory: Path
    settings: Settings
    alike: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """`read` and `attachment` use sandboxes, which all authors share. `page_url` is the
    host's page.

    `direct` is a URL that reaches the server itself, for locks, where `url` is that of a pooler.
    """

    url: str
    shared: SharedDatabase
    safe: Safe
    cache: Path
    read: Callable[[Sequence[bytes]], Sequence[Message | Unreadable]]
    direct: str
    page_url: str = ""
    attachment: Callable[[AttachmentRequest], AttachmentContent | Unreadable] = no_attachment
    loaded: Recent[Loaded] = field(default_factory=lambda: Recent(AT_ONCE))
    learned: Recent[Knowledge] = field(default_factory=lambda: Recent(FAQS))

    def members(self) -> list[Member]:
        with connected(self.url) as connection:
            return roster.members(connection)

    @contextmanager
    def bot(self, author: int) -> Iterator[Bot]:
        """Her bot as her files are now; its mailboxes are closed at the end."""
        with connected(self.url, author) as connection:
            member = roster.member_of(connection, author)
            loaded = self._loaded(connection, member)
            page_url = f"{self.page_url.rstrip('/')}/to/{member.door}" if self.page_url else ""
            accounts = self._accounts(connection, member, loaded)
        chosen, policy = loaded.settings, policy_of(loaded.settings)
        with ExitStack() as stack:
            for account in accounts:
                stack.callback(account.mailbox.close)
            yield Bot(
                store=self.shared.store_of(author),
                accounts=accounts,
                read=self.read,
                attachment=self.attachment,
                knowledge=lambda: self._knowledge(loaded),
                author=chosen.author.as_author(),
                faq_book=FaqFolder(chosen.faq),
                new_token=lambda: secrets.token_bytes(16),
                away=lambda: chosen.away,
                policy=replace(
                    policy,
                    calendar=replace(policy.calendar, away=()),
                    page_url=page_url,
                ),
            )

    def settings_of(self, author: int) -> Settings:
        with connected(self.url, author) as connection:
            return self._loaded(connection, roster.member_of(connection, author)).settings

    def _loaded(self, connection: Connection, member: Member) -> Loaded:
        return self.loaded.get(
            (member.id, member.version), lambda: _lay(dict(roster.files(connection)), self.cache)
        )

    def lay_anew(self, connection: Connection) -> Loaded:
        """The chosen author's files in a folder that nobody else uses, to be edited there."""
        return _lay(dict(roster.files(connection)), self.cache)

    def _knowledge(self, loaded: Loaded) -> Knowledge:
        sources = sources_of(loaded.settings, loaded.directory)
        shared = replace(sources, cache=self.cache / LEARNED)
        return self.learned.get(loaded.alike, lambda: learn(shared))

    def _accounts(
        self, connection: Connection, member: Member, loaded: Loaded
    ) -> tuple[Account, ...]:
        return tuple(
            account_with(
                loaded.settings,
                mailbox,
                Login(directory=loaded.directory, address=mailbox.address, position=position),
                self._keys(connection, member, mailbox),
                TIMEOUT,
            )
            for position, mailbox in enumerate(loaded.settings.mailboxes, 1)
        )

    def _keys(self, connection: Connection, member: Member, mailbox: MailboxSettings) -> Keys:
        """Only her own: the process's environment and the system's keyring open nobody's."""
        if mailbox.oauth.service is not OAuthService.NONE:
            raise SettingsError(
                f"{mailbox.address}: a fleet can't log in with OAuth2 yet; use an app password"
            )
        imap, smtp = (
            fleet_safe.find(
                connection,
                self.safe,
                Slot(author=member.id, address=mailbox.address, server=server),
            )
            for server in (Server.IMAP, Server.SMTP)
        )
        return Keys(imap=imap, smtp=smtp)


@contextmanager
def open_fleet(
    url: str,
    safe: Safe,
    cache: Path,
    read: Callable[[Sequence[bytes]], Sequence[Message | Unreadable]],
    direct: str = "",
    page_url: str = "",
) -> Iterator[Fleet]:
    shared = open_shared(url)
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield Fleet(
            url=url,
            shared=shared,
            safe=safe,
            cache=cache,
            read=read,
            direct=direct or url,
            page_url=page_url,
        )
    finally:
        shared.close()


def _lay(files: dict[str, bytes], cache: Path) -> Loaded:
    """Into a new folder, below which alone her settings may name paths."""
    directory = Path(mkdtemp(prefix="author-", dir=cache))
    try:
        lay_into(directory, files)
        chosen = settings.load(directory).model_copy(
            update={"faq": directory / "faq", "templates": directory / "templates"}
        )
        told = f"{chosen.matching.answer_at}".encode()
        loaded = Loaded(directory=directory, settings=chosen, alike=_digest(files, told))
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    weakref.finalize(loaded, shutil.rmtree, directory, ignore_errors=True)
    return loaded


def lay_into(directory: Path, files: dict[str, bytes]) -> None:
    for folder in roster.FOLDERS:
        (directory / folder).mkdir()
    for name, content in files.items():
        roster.check_path(name)
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _digest(files: dict[str, bytes], told: bytes) -> str:
    digest = hashlib.sha256(told)
    for name, content in sorted(files.items()):
        if name != roster.SETTINGS:
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()
