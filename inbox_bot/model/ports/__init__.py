"""What the pipeline asks of the outside world: one Protocol for each system at the edge.

`mail/` and `store/` fulfil them with real servers and a real database.
"""

from inbox_bot.model.ports.faq import FaqBook
from inbox_bot.model.ports.letters import Messages, PeopleBook, Privacy
from inbox_bot.model.ports.mail import Copy, FolderState, Mailbox, Outbox, SpecialFolders
from inbox_bot.model.ports.records import (
    EVER,
    Acquaintance,
    Arrival,
    Cursor,
    EntryUse,
    FiledDraft,
    Judged,
    LeftToAuthor,
    Listed,
    Session,
    Share,
    Skipped,
    Told,
    Traces,
    Unopened,
    Waiting,
    Writer,
)
from inbox_bot.model.ports.replies import Drafts, Promises
from inbox_bot.model.ports.store import Sessions, Store, Transaction

__all__ = [
    "EVER",
    "Acquaintance",
    "Arrival",
    "Copy",
    "Cursor",
    "Drafts",
    "EntryUse",
    "FaqBook",
    "FiledDraft",
    "FolderState",
    "Judged",
    "LeftToAuthor",
    "Listed",
    "Mailbox",
    "Messages",
    "Outbox",
    "PeopleBook",
    "Privacy",
    "Promises",
    "Session",
    "Sessions",
    "Share",
    "Skipped",
    "SpecialFolders",
    "Store",
    "Told",
    "Traces",
    "Transaction",
    "Unopened",
    "Waiting",
    "Writer",
]
