"""What was laid into Drafts is kept, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"


def upgrade() -> None:
    op.add_column("filed_draft", sa.Column("raw", sa.LargeBinary()))
    fate = sa.Column("fate", sa.String(), nullable=False, server_default="lying")
    op.add_column("filed_draft", fate)
