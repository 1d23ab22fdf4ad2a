"""Search in the words of letters and replies: FTS5 on SQLite, a plain look through elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Select, and_, column, delete, func, insert, select, text

from inbox_bot.model import Draft, Message
from inbox_bot.store.rows import in_chunks
from inbox_bot.store.schema import said
from inbox_bot.store.text import storable

LONGEST = 20_000
"""So many characters of a letter can be found: the rest is mostly quotes and newsletters."""

MOST_WORDS = 20
INDEXED = text("SELECT rowid AS id FROM said_index WHERE said_index MATCH :wanted")


def keep_letters(connection: Connection, letters: Sequence[tuple[int, Message]]) -> None:
    for chunk in in_chunks(letter_id for letter_id, _ in letters):
        # "is NULL" has an index, too, and SQLite would go through all letters by it
        of_letters = and_(said.c.letter_id.in_(chunk), func.coalesce(said.c.draft_id, 0) == 0)
        connection.execute(delete(said).where(of_letters))
    keep_new(connection, letters)


def keep_new(connection: Connection, letters: Sequence[tuple[int, Message]]) -> None:
    """Of letters that were not there before."""
    cells = [
        {"letter_id": letter_id, "draft_id": None, "words": _words(message)}
        for letter_id, message in letters
    ]
    if cells:
        connection.execute(insert(said), cells)


def keep_replies(connection: Connection, drafts: Sequence[Draft]) -> None:
    cells = [
        {
            "letter_id": draft.letter_id,
            "draft_id": draft.id,
            "words": storable(f"{draft.subject} {draft.text}"[:LONGEST]),
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
        # each word in quotes: what an author types is never taken for a language of queries
        phrase = " ".join(f'"{_unquoted(word)}"*' for word in wanted)
        found = INDEXED.bindparams(wanted=phrase).columns(column("id", said.c.id.type)).subquery()
        return select(said.c.letter_id).where(said.c.id.in_(select(found.c.id)))
    each = [func.lower(said.c.words).contains(word.lower(), autoescape=True) for word in wanted]
    return select(said.c.letter_id).where(*each)


def _unquoted(word: str) -> str:
    return word.replace('"', '""')


def _words(message: Message) -> str:
    sender = f"{message.sender.name} {message.sender.email}" if message.sender else ""
    every = f"{sender} {message.subject} {message.message_id} {message.text}"
    return storable(every[:LONGEST])
