"""A draft remembers the author's own first sentence, so that recomposing it does not lose it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0012"
down_revision = "v0011"


def upgrade() -> None:
    op.add_column("draft", sa.Column("line", sa.Text(), nullable=True))
