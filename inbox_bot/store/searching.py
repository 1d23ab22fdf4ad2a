"""Full-text search in letters and replies: FTS5 on SQLite, a tsvector of folded words elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Connection,
    Select,
    and_,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)

from inbox_bot.model import Draft, Message
from inbox_bot.store.columns import storable
from inbox_bot.store.folding import words_in
from inbox_bot.store.rows import in_chunks
from inbox_bot.store.schema import said

LONGEST = 20_000
"""Characters of a letter that are indexed: the rest is mostly quotes and newsletters."""

MOST_WORDS = 20
INDEXED = text("SELECT rowid AS id FROM said_index WHERE said_index MATCH :wanted")
FOUND = "array_to_tsvector(string_to_array(said.words, ' ')) @@ CAST(:wanted AS tsquery)"
"""As `ix_said_found` has it."""


def keep_letters(connection: Connection, letters: Sequence[tuple[int, Message]]) -> None:
    for chunk in in_chunks(letter_id for letter_id, _ in letters):
        # coalesce, because SQLite would use the index on draft_id for "is NULL"
        of_letters = and_(said.c.letter_id.in_(chunk), func.coalesce(said.c.draft_id, 0) == 0)
        connection.execute(delete(said).where(of_letters))
    keep_new(connection, letters)


def keep_new(connection: Connection, letters: Sequence[tuple[int, Message]]) -> None:
    """The same for new letters, which have no words yet."""
    cells = [
        {
            "letter_id": letter_id,
            "draft_id": None,
            "words": _stored(connection, _words(message)),
        }
        for letter_id, message in letters
    ]
    if cells:
        connection.execute(insert(said), cells)


def keep_replies(connection: Connection, drafts: Sequence[Draft]) -> None:
    cells = [
        {
            "letter_id": draft.letter_id,
            "draft_id": draft.id,
            "words": _stored(connection, f"{draft.subject} {draft.text}"),
        }
        for draft in drafts
    ]
    connection.execute(insert(said), cells)


def replace_reply(connection: Connection, draft: Draft) -> None:
    """The draft's newest version takes the place of the one before."""
    connection.execute(delete(said).where(said.c.draft_id == draft.id))
    keep_replies(connection, [draft])


def remove(connection: Connection, letter_ids: Iterable[int]) -> None:
    for chunk in in_chunks(letter_ids):
        connection.execute(delete(said).where(said.c.letter_id.in_(chunk)))


def letters_with(connection: Connection, words: str) -> Select[tuple[int]] | None:
    """Ids of the letters that have each of these words, or a longer one, in them or in a reply.

    None where nothing in `words` can be searched for.
    """
    wanted = [word for word in storable(words).split() if any(map(str.isalnum, word))][:MOST_WORDS]
    if not wanted:
        return None
    if connection.dialect.name == "sqlite":
        # quoted, so that nothing the author types is FTS5 query syntax
        phrase = " ".join(f'"{_unquoted(word)}"*' for word in wanted)
        found = INDEXED.bindparams(wanted=phrase).columns(column("id", said.c.id.type)).subquery()
        return select(said.c.letter_id).where(said.c.id.in_(select(found.c.id)))
    return _found_in_tsvector(wanted)


def _found_in_tsvector(wanted: Sequence[str]) -> Select[tuple[int]]:
    """The last part of each word may be the beginning of a longer one, as in FTS5."""
    parts = [words_in(word) for word in wanted]
    named = [f"'{part}'" for each in parts for part in each[:-1]]
    named += [f"'{each[-1]}':*" for each in parts if each]
    asked = text(FOUND).bindparams(wanted=" & ".join(named))
    # a tsvector of an array has no positions
    in_order = [
        (literal(" ") + said.c.words).contains(f" {' '.join(each)}") for each in parts if each[1:]
    ]
    return select(said.c.letter_id).where(asked, *in_order)


def _stored(connection: Connection, words: str) -> str:
    told = words[:LONGEST]
    return told if connection.dialect.name == "sqlite" else " ".join(words_in(storable(told)))


def _unquoted(word: str) -> str:
    return word.replace('"', '""')


def _words(message: Message) -> str:
    sender = f"{message.sender.name} {message.sender.email}" if message.sender else ""
    return f"{sender} {message.subject} {message.message_id} {message.text}"
