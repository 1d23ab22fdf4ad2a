"""A search finds the same letters on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inbox_bot.model import Address, Judgement, Message, Verdict
from inbox_bot.store import SqlStore, open_store
from inbox_bot.store.folding import words_in
from tests.databases import DATABASES
from tests.stores import add, letter

TEXTS = (
    "Zoë asks: is a massage chair any good?",
    "Straße, Fuß und Müller-Lüdenscheid: hilft Übung?",
    "Décolleté, naïveté et Œuvre; déjà vu",
    "マッサージは効きますか。坐骨神経痛",
    "按摩椅有用吗",
    "마사지 의자",
    "Поможет ли массаж? Ёлка",
    "Βοηθάει το μασάζ; ΟΔΥΣΣΕΥΣ",
    "Tiếng Việt: đau thần kinh tọa",
    "3.5 hours, 50% off, e-mail: bob.smith@other.example.org",
    "don't can't o'clock snake_case C++ C# node.js",
)
FINDS = {
    "zoe": [0],
    "ZOË": [0],
    "Zoe\u0308": [0],
    "mass cha": [0],
    "assage": [],
    "chair massage": [0],
    "strasse": [],
    "STRAßE": [1],
    "fuß": [1],
    "muller": [1],
    "müller-l": [1],
    "lüdenscheid-müller": [],
    "ubung": [1],
    "decollete": [2],
    "œuvre": [2],
    "oeuvre": [],
    "マッサージ": [3],
    "マッサージは": [3],
    "効きます": [],
    "坐骨": [3],
    "按摩": [4],
    "의자": [5],
    "마": [5],
    "массаж": [6],
    "ёлка": [6],
    "елка": [],
    "οδυσσεύς": [],
    "οδυσσευς": [7],
    "dau than kinh": [],
    "đau than kinh": [8],
    "3.5": [9],
    "5.3": [],
    "50%": [9],
    "bob.smith@other": [9],
    "smith.bob@other": [],
    "other.example": [9],
    "don't": [10],
    "node.j": [10],
    "snake_case": [10],
    "chair hurt": [],
    "'": [],
    "':* | 'chair": [0],
    "\\": [],
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(DATABASES.url_in(tmp_path), tmp_path)) as opened:
        yield opened


def fill(store: SqlStore) -> dict[int, int]:
    """The texts as readers' letters; their numbers by the letters' ids."""
    numbers = {}
    judgement = Judgement(verdict=Verdict.READER, reason="asks")
    with store.transaction() as tx:
        for number, words in enumerate(TEXTS):
            name = f"id{number}x@letters.example"
            kept = add(tx, letter(number + 1, body=words.encode()), name, name)
            assert kept is not None
            sender = Address(email="someone@example.com")
            read = Message(message_id=name, sender=sender, subject="Hm", text=words)
            tx.messages.judge(kept.id, judgement, read)
            numbers[kept.id] = number
    return numbers


@pytest.mark.both_stores
def test_the_same_words_find_the_same_letters(store: SqlStore) -> None:
    numbers = fill(store)
    with store.reading() as tx:
        found = {
            words: sorted(numbers[one.letter_id] for one in tx.messages.search(words, 99))
            for words in FINDS
        }
    assert found == FINDS


@pytest.mark.both_stores
def test_a_word_of_any_length_can_be_kept_and_found(store: SqlStore) -> None:
    long = "ß" * 15_000
    with store.transaction() as tx:
        kept = add(tx, letter(), "long@example.org", "long@example.org")
        assert kept is not None
        read = Message(message_id="long@example.org", sender=None, text=long)
        tx.messages.judge(kept.id, Judgement(verdict=Verdict.READER, reason="asks"), read)
        assert [one.letter_id for one in tx.messages.search(long[:3_000], 9)] == [kept.id]


def known_for_long() -> list[str]:
    """Characters that every version of Unicode knows that SQLite or Python may have."""
    old = unicodedata.ucd_3_2_0
    characters = [chr(code) for code in range(1, 0x30000) if not 0xD800 <= code <= 0xDFFF]
    return [each for each in characters if old.category(each) != "Cn"]


# SQLite leaves these as they are, or takes a mark for a letter
UNLIKE = frozenset("Ǡǡ\u1885\u1886")


def test_each_character_is_folded_as_sqlite_does() -> None:
    every = [each for each in known_for_long() if each not in UNLIKE]
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute(
            "CREATE VIRTUAL TABLE t USING fts5(w, tokenize='unicode61 remove_diacritics 2')"
        )
        index.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
        rows = [(number, f"a{each}b") for number, each in enumerate(every, 1)]
        index.executemany("INSERT INTO t(rowid, w) VALUES (?, ?)", rows)
        told: dict[int, list[str]] = {number: [] for number, _ in rows}
        query = "SELECT doc, term FROM v ORDER BY doc, offset"
        for number, term in index.execute(query):
            told[number].append(term)
    different = [text for number, text in rows if words_in(text) != told[number]]
    assert len(every) > 90_000
    assert different == []
