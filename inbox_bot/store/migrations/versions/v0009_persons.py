"""A thread is one person's share of a conversation; a skipped letter knows by which rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

# Whoever could not be read is owed an answer from now on: those of the last days, not of all years.
LONG_AGO = sa.text(
    "UPDATE message SET considered = true WHERE verdict = 'unreadable' AND arrived < :then"
).bindparams(sa.bindparam("then", type_=sa.DateTime()))


def upgrade() -> None:
    for name in ("conversation", "reader", "known_as"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("message", column)
    op.create_index("ix_message_conversation", "message", ["conversation"])
    op.add_column("place", sa.Column("rule", sa.String(), nullable=True))
    op.execute(CONVERSATIONS)
    op.execute(READERS)
    lately = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=14)
    op.execute(LONG_AGO.bindparams(then=lately))
