"""The first schema."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None


def upgrade() -> None:
    _letters()
    _drafts()
    _ledger()
    _state()
    _circle()
    notes = sa.table("note", sa.column("key", sa.String), sa.column("value", sa.Text))
    op.bulk_insert(
        notes,
        [
            {"key": "key", "value": secrets.token_hex(32)},
            {"key": "writers take turns", "value": ""},
        ],
    )


def _letters() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("verdict", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("considered", sa.Boolean(), nullable=False),
        sa.Column("sender_email", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("message_id", "digest", name="uq_message_message_id_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_sender_email", "message", ["sender_email"])
    op.create_index("ix_message_thread", "message", ["thread"])
    op.create_index(
        "ix_message_verdict_considered_arrived_id",
        "message",
        ["verdict", "considered", "arrived", "id"],
    )
    op.create_table(
        "raw",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["message.id"], name="fk_raw_message"),
        sa.PrimaryKeyConstraint("letter_id", name="pk_raw"),
    )
    op.create_table(
        "place",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Integer()),
        sa.ForeignKeyConstraint(["letter_id"], ["message.id"], name="fk_place_message"),
        sa.PrimaryKeyConstraint("mailbox", "folder", "uidvalidity", "uid", name="pk_place"),
    )
    op.create_index("ix_place_letter_id", "place", ["letter_id"])
    op.create_index("ix_place_message_id", "place", ["message_id"])
    op.create_table(
        "thread_member",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_thread_member"),
    )


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sender", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("in_reply_to", sa.String(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("promised_day", sa.Date()),
        sa.Column("approved_at", sa.DateTime()),
        sa.Column("send_after", sa.DateTime()),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("sent_copy", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["message.id"], name="fk_draft_message"),
        sa.PrimaryKeyConstraint("id", "version", name="pk_draft"),
    )
    op.create_index("ix_draft_letter_id", "draft", ["letter_id"])
    op.create_index("ix_draft_message_id", "draft", ["message_id"])
    op.create_index("ix_draft_reader_state", "draft", ["reader", "state"])
    op.create_index("ix_draft_state_sent_copy_created", "draft", ["state", "sent_copy", "created"])
    op.create_table(
        "filed_draft",
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id", "version"], ["draft.id", "draft.version"], name="fk_filed_draft_draft"
        ),
        sa.PrimaryKeyConstraint("draft_id", "version", name="pk_filed_draft"),
    )


def _ledger() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("due", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("told", sa.Date()),
        sa.Column("closed", sa.DateTime()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["message.id"], name="fk_promise_message"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promise_letter_id", "promise", ["letter_id"])
    op.create_index("ix_promise_reader", "promise", ["reader"])
    op.create_index("ix_promise_state_due", "promise", ["state", "due"])
    op.create_index("ix_promise_thread", "promise", ["thread"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Integer()),
        sa.Column("draft_id", sa.Integer()),
        sa.Column("version", sa.Integer()),
        sa.Column("promise_id", sa.Integer()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_draft_id", "event", ["draft_id"])
    op.create_index("ix_event_letter_id", "event", ["letter_id"])
    op.create_index("ix_event_promise_id", "event", ["promise_id"])


def _state() -> None:
    op.create_table(
        "cursor",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("modseq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", name="pk_cursor"),
    )
    op.create_table(
        "note",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_note"),
    )


def _circle() -> None:
    op.create_table(
        "known_address",
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_known_address"),
    )
    op.create_table(
        "begun_thread",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_begun_thread"),
    )
    op.create_table(
        "answered_letter",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_answered_letter"),
    )
    op.create_table(
        "not_reader",
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_not_reader"),
    )
