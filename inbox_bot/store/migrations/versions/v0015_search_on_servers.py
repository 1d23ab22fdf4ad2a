"""PostgreSQL searches for words as SQLite does: folded, by their beginnings, with an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inbox_bot.store.folding import words_in

revision = "v0015"
down_revision = "v0014"

BATCH = 500
INDEX = """
    CREATE INDEX ix_said_found ON said
    USING gin (array_to_tsvector(string_to_array(words, ' ')))
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    said = sa.table("said", sa.column("id"), sa.column("words"))
    newest = 0
    while rows := _after(said, newest):
        cells = [{"row": row.id, "folded": " ".join(words_in(row.words))} for row in rows]
        changed = sa.update(said).where(said.c.id == sa.bindparam("row"))
        op.get_bind().execute(changed.values(words=sa.bindparam("folded")), cells)
        newest = rows[-1].id
    op.execute(INDEX)


def _after(said: sa.TableClause, newest: int) -> list[sa.Row[tuple[int, str]]]:
    query = sa.select(said).where(said.c.id > newest).order_by(said.c.id).limit(BATCH)
    return list(op.get_bind().execute(query))
