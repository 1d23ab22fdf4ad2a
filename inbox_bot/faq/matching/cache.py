"""Caches an index on disk as numbers and text, never pickled: anybody may write to a cache."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from inbox_bot.faq.matching.arrays import Array, Floats
from inbox_bot.faq.matching.index import Index
from inbox_bot.faq.matching.lexicon import Lexicon, LexiconParts
from inbox_bot.faq.matching.postings import Postings
from inbox_bot.faq.matching.vectors import WordVectors

# Increase it whenever the same texts would give another index; forms depend on their hash.
_FORMAT = f"7 {hash((1, 2, 3))}"


MOST_KEPT = 8


def fingerprint(parts: Iterable[Sequence[str]]) -> str:
    """Identifies the content from which an index was built."""
    digest = hashlib.sha256(_FORMAT.encode())
    for part in parts:
        digest.update(json.dumps(part).encode())
    return digest.hexdigest()[:32]


def load(path: Path, vectors: WordVectors | None) -> Index | None:
    """None if there is none or it cannot be read: then it is built anew."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            path.touch()  # it is in use: others are removed first
            return _index(dict(arrays), vectors)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError):
        return None


def save(index: Index, path: Path) -> None:
    """Writes it whole or not at all; a failure only makes the next start slower."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **_arrays(index))
        Path(name).replace(path)
        _remove_oldest(path)


def _remove_oldest(path: Path) -> None:
    """Each change of the FAQ leaves an index of some megabytes: only the latest stay."""
    made = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime)
    for old in made[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _arrays(index: Index) -> dict[str, Array]:
    words = {
        "entry_ids": index.entry_ids,
        "texts": index.texts,
        "words": index.lexicon.parts.words,
        "own": sorted(index.lexicon.parts.own),
        "stems": index.lexicon.parts.stems,
        "answer_at": index.answer_at,
    }
    return {
        "words": np.frombuffer(json.dumps(words).encode(), np.uint8),
        "begins": index.begins,
        "questions": index.questions,
        "in_texts": index.lexicon.parts.in_texts,
        "in_sections": index.lexicon.parts.in_sections,
        "meanings": index.meanings.astype(np.float16),
        "axes": index.axes,
        "weights": index.weights,
        "calibration": index.calibration,
        "starts": index.features.starts,
        "documents": index.features.documents,
        "values": index.features.values,
    }


def _index(arrays: dict[str, Array], vectors: WordVectors | None) -> Index:
    words = json.loads(arrays["words"].tobytes())
    parts = LexiconParts(
        words=tuple(words["words"]),
        own=frozenset(words["own"]),
        stems=tuple(words["stems"]),
        in_texts=arrays["in_texts"].astype(np.int32),
        in_sections=arrays["in_sections"].astype(np.int32),
    )
    return Index(
        entry_ids=tuple(words["entry_ids"]),
        texts=tuple(words["texts"]),
        questions=arrays["questions"].astype(np.int32),
        begins=arrays["begins"].astype(np.int32),
        lexicon=Lexicon(parts, vectors),
        features=Postings(
            starts=arrays["starts"].astype(np.int64, copy=False),
            documents=arrays["documents"].astype(np.int32, copy=False),
            values=_floats(arrays["values"]),
            size=len(words["texts"]),
        ),
        meanings=_floats(arrays["meanings"]),
        axes=_floats(arrays["axes"]),
        weights=_floats(arrays["weights"]),
        calibration=arrays["calibration"].astype(np.float64),
        answer_at=words["answer_at"],
    )


def _floats(array: Array) -> Floats:
    return array.astype(np.float32, copy=False)
