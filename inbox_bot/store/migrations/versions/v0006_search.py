"""The words of letters and replies, and where SQLite can, an index of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"

INDEX = (
    """
    CREATE VIRTUAL TABLE said_index USING fts5(
        words, content='said', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER said_in AFTER INSERT ON said BEGIN
        INSERT INTO said_index(rowid, words) VALUES (new.id, new.words);
    END
    """,
    """
    CREATE TRIGGER said_out AFTER DELETE ON said BEGIN
        INSERT INTO said_index(said_index, rowid, words) VALUES ('delete', old.id, old.words);
    END
    """,
)
# Of letters from before this version the store has no text but in their raw bytes.
LETTERS = """
    INSERT INTO said (letter_id, words)
    SELECT id, sender_name || ' ' || sender_email || ' ' || subject || ' ' || message_id
    FROM message
"""
REPLIES = """
    INSERT INTO said (letter_id, draft_id, words)
    SELECT letter_id, id, subject || ' ' || text FROM draft
    WHERE version = (SELECT max(version) FROM draft AS newer WHERE newer.id = draft.id)
"""


def upgrade() -> None:
    op.create_table(
        "said",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["message.id"], name="fk_said_message"),
        sa.PrimaryKeyConstraint("id", name="pk_said"),
    )
    op.create_index("ix_said_letter_id", "said", ["letter_id"])
    op.create_index("ix_said_draft_id", "said", ["draft_id"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in INDEX:
            op.execute(statement)
    op.execute(LETTERS)
    op.execute(REPLIES)
