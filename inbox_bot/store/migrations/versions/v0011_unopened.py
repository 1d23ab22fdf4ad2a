"""Each skipped letter knows its rule, whatever it is, and the sender's domain: it is counted so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0011"
down_revision = "v0010"


def upgrade() -> None:
    op.add_column("place", sa.Column("domain", sa.String(), nullable=True))
