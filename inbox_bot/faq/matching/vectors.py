"""Word vectors: the static ones that wordllama ships inside its wheel.

Its files are read directly: `import wordllama` loads a web client and sets up logging, and its own
loader looks for the tokenizer in the wrong folder and then tries to download it.
"""

from __future__ import annotations

import json
import struct
import sys
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np

from inbox_bot.faq.matching.arrays import Floats

_WEIGHTS = Path("weights/l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers/l2_supercat_tokenizer_config.json")
_START_OF_WORD = "▁"


class WordVectors:
    """One vector of `width` floats for each word; zeros for a word without a known piece."""

    def __init__(self, pieces: dict[str, int], matrix: Floats) -> None:
        self.width = int(matrix.shape[1])
        self._pieces = pieces
        self._matrix = matrix

    def of(self, word: str) -> Floats:
        """The sum of its pieces' vectors: [width]."""
        pieces = self._matrix[split_into_pieces(word, self._pieces)]
        total: Floats = pieces.astype(np.float32).sum(axis=0)
        return total

    def is_common(self, word: str) -> bool:
        """It is one whole piece: proof that it is a word, not a typo."""
        return _START_OF_WORD + word in self._pieces

    def rank(self, word: str) -> int:
        """How many pieces are more frequent than this word; all, if it is no whole piece."""
        return self._pieces.get(_START_OF_WORD + word, len(self._pieces))

    def common_words(self) -> tuple[str, ...]:
        """The words that are one whole piece, the most frequent first."""
        marked = [piece for piece in self._pieces if piece.startswith(_START_OF_WORD)]
        return tuple(piece[1:].lower() for piece in sorted(marked, key=self._pieces.__getitem__))


def split_into_pieces(word: str, pieces: dict[str, int]) -> list[int]:
    """Byte-pair encoding of one word: the oldest pair is joined first.

    Characters without a piece are left out.
    """
    if _START_OF_WORD + word in pieces:
        return [pieces[_START_OF_WORD + word]]
    parts = list(_START_OF_WORD + word)
    while len(parts) > 1:
        joined = [pieces.get(a + b, len(pieces)) for a, b in pairwise(parts)]
        oldest = min(joined)
        if oldest == len(pieces):
            break
        at = joined.index(oldest)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return [pieces[part] for part in parts if part in pieces]


@cache
def shipped_vectors() -> WordVectors | None:
    """The vectors of the installed wheel; None, reported once on standard error, without it."""
    spec = find_spec("wordllama")
    folder = Path(spec.origin).parent if spec and spec.origin else Path("/nowhere")
    try:
        return WordVectors(_read_pieces(folder / _TOKENIZER), _read_matrix(folder / _WEIGHTS))
    except (OSError, ValueError, KeyError, struct.error) as error:
        why = "is not installed" if spec is None else f"can't be read ({error})"
        print(f"Matching works less well without word vectors: wordllama {why}.", file=sys.stderr)
        return None


def _read_pieces(path: Path) -> dict[str, int]:
    pieces = json.loads(path.read_bytes())["model"]["vocab"]
    return {str(piece): int(number) for piece, number in pieces.items()}


def _read_matrix(path: Path) -> Floats:
    """A safetensors file: 8 bytes with the length of a JSON header, the header, the numbers."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))["embedding.weight"]
    if header["dtype"] != "F16":
        raise ValueError(f"{path.name}: {header['dtype']} in place of F16")
    begin, _end = header["data_offsets"]
    rows, width = header["shape"]
    return np.memmap(path, np.float16, "r", 8 + length + begin, (rows, width))
