"""Since when, by which mail, the author knows somebody: who wrote to her before is a reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"


def upgrade() -> None:
    op.add_column("known_address", sa.Column("since", sa.DateTime(), nullable=True))
    op.add_column("known_address", sa.Column("message_id", sa.String(), nullable=True))
