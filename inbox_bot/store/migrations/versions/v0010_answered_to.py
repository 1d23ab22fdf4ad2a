"""Whom an answer by hand went to: naming a letter in a mail to somebody else answers nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0010"
down_revision = "v0009"


def upgrade() -> None:
    op.add_column("answered_letter", sa.Column("recipients", sa.Text(), nullable=True))
