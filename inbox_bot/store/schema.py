"""The tables, as the newest migration leaves them.

`migrations/` builds them; a test compares the two. `columns.py` converts values. Ids are never used
twice, not even after a deletion: events refer to them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from inbox_bot.model import (
    Actor,
    Cause,
    Doubt,
    DraftKind,
    DraftState,
    FiledState,
    PromiseState,
    Verb,
    Verdict,
)
from inbox_bot.store.columns import Addresses, Decisions, Moment, Name, Names, OneOf, Words

HEAD = "v0015"
"""The revision of the newest migration: a store that has it is opened without loading Alembic."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("message_id", Name, nullable=False),
    Column("digest", String, nullable=False),
    Column("thread", Name, nullable=False, index=True),
    Column("arrived", Moment, nullable=False),
    Column("verdict", OneOf(Verdict)),
    Column("reason", Words, nullable=False),
    Column("considered", Boolean, nullable=False),
    Column("sender_email", Name, nullable=False, index=True),
    Column("sender_name", Name, nullable=False),
    Column("subject", Words, nullable=False),
    Column("sent", Moment),
    # All letters that answer each other are one conversation; a thread is one writer's share of
    # it. `reader` is where an answer goes, `known_as` the name by which the writer is known at
    # another address, too.
    Column("conversation", Name, nullable=False, index=True, server_default=""),
    Column("reader", Name, nullable=False, server_default=""),
    Column("known_as", Name, nullable=False, server_default=""),
    # Two different letters under one Message-ID are two letters: nothing a sender writes into a
    # header may make a letter vanish.
    UniqueConstraint("message_id", "digest"),
    Index(None, "verdict", "considered", "arrived", "id"),
    sqlite_autoincrement=True,
)

# Apart from `message`, so that lists and counts do not read the bytes.
raw = Table(
    "raw",
    metadata,
    Column("letter_id", ForeignKey("message.id"), primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
)

# Each UID that was ever seen: of a letter, or out of scope (no letter). `rule` kept it out: one of
# the author's own rules, or an `OutOfScope`. It is empty where none is known, and NULL in rows from
# before the column. Of the sender only the domain is kept.
place = Table(
    "place",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("uidvalidity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Name, nullable=False, index=True),
    Column("letter_id", ForeignKey("message.id"), index=True),
    Column("rule", Name),
    Column("domain", Name),
)

# Message-IDs of a reader's thread that are neither letters nor drafts of ours.
thread_member = Table(
    "thread_member",
    metadata,
    Column("message_id", Name, primary_key=True),
    Column("thread", Name, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("letter_id", ForeignKey("message.id"), nullable=False, index=True),
    Column("state", OneOf(DraftState), nullable=False),
    Column("kind", OneOf(DraftKind), nullable=False),
    Column("sender", Names, nullable=False),
    Column("recipients", Addresses, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("quoted", Words, nullable=False),
    Column("message_id", Name, nullable=False, index=True),
    Column("in_reply_to", Name, nullable=False),
    Column("refs", Names, nullable=False),
    Column("created", Moment, nullable=False),
    Column("reader", Name, nullable=False),
    Column("entries", Names, nullable=False),
    Column("decisions", Decisions, nullable=False),
    Column("promised_day", Date),
    Column("approved_at", Moment),
    Column("send_after", Moment),
    Column("sent_at", Moment),
    Column("sent_copy", Boolean, nullable=False),
    Column("snoozed_until", Date),
    Column("line", Words),
    Column("attempts", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("cause", OneOf(Cause)),
    Index(None, "state", "sent_copy", "created"),
    Index(None, "reader", "state"),
)

filed_draft = Table(
    "filed_draft",
    metadata,
    Column("draft_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("mailbox", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("raw", LargeBinary),
    Column("fate", OneOf(FiledState), nullable=False, server_default="lying"),
    ForeignKeyConstraint(["draft_id", "version"], ["draft.id", "draft.version"]),
)

promise = Table(
    "promise",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread", Name, nullable=False, index=True),
    Column("letter_id", ForeignKey("message.id"), nullable=False, index=True),
    Column("reader", Name, nullable=False, index=True),
    Column("quote", Words, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", OneOf(PromiseState), nullable=False),
    Column("told", Date),
    Column("closed", Moment),
    Column("reason", Words, nullable=False),
    Column("doubt", OneOf(Doubt)),
    Column("cause", OneOf(Cause)),
    Index(None, "state", "due"),
    sqlite_autoincrement=True,
)

# Append-only: nothing in this package updates or deletes a row. No foreign keys: events outlive a
# forgotten letter.
event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", OneOf(Actor), nullable=False),
    Column("verb", OneOf(Verb), nullable=False),
    Column("letter_id", Integer, index=True),
    Column("draft_id", Integer, index=True),
    Column("version", Integer),
    Column("promise_id", Integer, index=True),
    Column("detail", Words, nullable=False),
    sqlite_autoincrement=True,
)

cursor = Table(
    "cursor",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("modseq", BigInteger, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Words, nullable=False),
)

# --- people the author knows, as keyed hashes ----------------------------------------------------

# The mail with which she first wrote to them; empty in rows from before that column.
known_address = Table(
    "known_address",
    metadata,
    Column("hash", String, primary_key=True),
    Column("since", Moment),
    Column("message_id", Name),
)

begun_thread = Table("begun_thread", metadata, Column("message_id", Name, primary_key=True))

# Hashes of the recipients of the author's answer; NULL where they are not known.
answered_letter = Table(
    "answered_letter",
    metadata,
    Column("message_id", Name, primary_key=True),
    Column("recipients", Text),
)

put_off_letter = Table("put_off_letter", metadata, Column("message_id", Name, primary_key=True))

not_reader = Table("not_reader", metadata, Column("address", Name, primary_key=True))

# Message-IDs and places of letters that were forgotten, so that they are not taken in again.
forgotten = Table("forgotten", metadata, Column("hash", String, primary_key=True))

# The words of letters (without `draft_id`) and of replies, for search. On SQLite triggers keep an
# FTS5 index of it, `said_index`; elsewhere the words are folded, and `ix_said_found` finds them.
said = Table(
    "said",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("letter_id", ForeignKey("message.id"), nullable=False, index=True),
    Column("draft_id", Integer, index=True),
    Column("words", Words, nullable=False),
)

# --- sessions of the review page: hashes of the secrets of browsers and one-time links ------------

session = Table(
    "session",
    metadata,
    Column("key", String, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("trusted", Boolean, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("key", String, primary_key=True),
    Column("until", Moment, nullable=False),
)
