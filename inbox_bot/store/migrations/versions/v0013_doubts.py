"""What the author should settle is a value of its own, no longer a sentence among the reasons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0013"
down_revision = "v0012"

SENTENCES = {
    "holding line": "you wrote that you will get back to this reader: answered, or still owed?",
    "passed on": "you passed this letter on, with a copy to the reader: answered?",
    "other letter": "you wrote this reader a letter of its own: probably answered?",
}


def upgrade() -> None:
    op.add_column("promise", sa.Column("doubt", sa.String(), nullable=True))
    promise = sa.table("promise", sa.column("reason"), sa.column("doubt"), sa.column("state"))
    event = sa.table("event", sa.column("detail"))
    for doubt, sentence in SENTENCES.items():
        asked = sa.update(promise).where(promise.c.reason == sentence)
        op.execute(asked.where(promise.c.state == "open").values(doubt=doubt, reason=""))
        op.execute(sa.update(event).where(event.c.detail == sentence).values(detail=doubt))
