"""Ports: one Protocol for each outside system that the pipeline uses.

`mail/` implements them with IMAP and SMTP, `store/` with a database, `faq/` with files.
"""

from inbox_bot.model.ports.faq import FaqBook
from inbox_bot.model.ports.letters import Messages, PeopleBook, Privacy
from inbox_bot.model.ports.mail import Mailbox, Outbox
from inbox_bot.model.ports.replies import Drafts, Promises
from inbox_bot.model.ports.store import Sessions, Store, Transaction

__all__ = [
    "Drafts",
    "FaqBook",
    "Mailbox",
    "Messages",
    "Outbox",
    "PeopleBook",
    "Privacy",
    "Promises",
    "Sessions",
    "Store",
    "Transaction",
]
