"""A thread is one person's share of a conversation; a skipped letter knows by which rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0009"
down_revision = "v0008"

# Conversations from before stay one thread each. A draft tells where the letter's answer goes.
CONVERSATIONS = "UPDATE message SET conversation = thread"
READERS = """
    UPDATE message SET reader = coalesce(
        (SELECT draft.reader FROM draft WHERE draft.letter_id = message.id
         ORDER BY draft.id, draft.version LIMIT 1),
        sender_email)
"""


def upgrade() -> None:
    for name in ("conversation", "reader", "known_as"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("message", column)
    op.create_index("ix_message_conversation", "message", ["conversation"])
    op.add_column("place", sa.Column("rule", sa.String(), nullable=True))
    op.execute(CONVERSATIONS)
    op.execute(READERS)
