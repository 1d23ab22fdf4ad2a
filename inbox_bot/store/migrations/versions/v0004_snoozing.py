"""A draft can be out of sight until a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    op.add_column("draft", sa.Column("snoozed_until", sa.Date()))
