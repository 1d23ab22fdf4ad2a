"""Why a draft or promise ended is a value of its own, no longer a sentence to be recognized."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0014"
down_revision = "v0013"

CAUSES = {
    "its sender is no reader": "ruled out",
    "you said: it asks nothing": "asks nothing",
    "answered by hand": "answered by hand",
    "not delivered%": "not delivered",
    "you are editing it in Drafts": "edited in Drafts",
    "you removed it from Drafts": "removed from Drafts",
}
CHOSEN = "you chose it"


def upgrade() -> None:
    for name in ("draft", "promise"):
        op.add_column(name, sa.Column("cause", sa.String(), nullable=True))
        table = sa.table(name, sa.column("reason"), sa.column("cause"))
        for sentence, cause in CAUSES.items():
            op.execute(sa.update(table).where(table.c.reason.like(sentence)).values(cause=cause))
    _mark_chosen_answers()


def _mark_chosen_answers() -> None:
    """Answers that the author picked herself."""
    decisions = sa.column("decisions", sa.JSON())
    draft = sa.table("draft", sa.column("id"), sa.column("version"), decisions)
    mentioned = sa.cast(draft.c.decisions, sa.String).contains(CHOSEN)
    rows = op.get_bind().execute(sa.select(draft).where(mentioned)).all()
    for row in rows:
        marked = [
            {**each, "chosen": True} if each.get("reason") == CHOSEN else each
            for each in row.decisions
        ]
        same = (draft.c.id == row.id, draft.c.version == row.version)
        op.execute(sa.update(draft).where(*same).values(decisions=marked))
