"""Letters that the author answered with no more than "I will get back to you"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"


def upgrade() -> None:
    op.create_table(
        "put_off_letter",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_put_off_letter"),
    )
