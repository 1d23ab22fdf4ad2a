"""Why an entry matches, in words that the author can check at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inbox_bot.faq.matching.arrays import Floats, unit
from inbox_bot.faq.matching.lexicon import KnownWord, Lexicon

_TELLING = 3.2  # rarity: a word in one of nine texts is too common
_MOST_NAMED = 2
_NEAR_IN_MEANING = 0.45


def reason(asked: Sequence[KnownWord], closest: str, lexicon: Lexicon) -> str:
    """'trigger point', 'hurt' ~ 'painful'; closest: 'Does trigger point massage hurt?'"""
    theirs = lexicon.known(closest)
    shared = _shared(asked, {word.stem for word in theirs}, lexicon)
    related = _related(asked, theirs, lexicon)
    named = ", ".join((*shared, *related))
    return f"{named}; closest: '{closest}'" if named else f"closest: '{closest}'"


def _shared(asked: Sequence[KnownWord], stems: set[str], lexicon: Lexicon) -> list[str]:
    """The rarest runs of words that both texts share, in the question's spelling."""
    runs: list[list[KnownWord]] = [[]]
    for word in asked:
        if word.stem in stems:
            runs[-1].append(word)
        else:
            runs.append([])
    weighed = {
        " ".join(word.text for word in run): max(lexicon.rarity(word.stem) for word in run)
        for run in (_trimmed(run, lexicon) for run in runs)
        if run
    }
    best = sorted(weighed, key=lambda text: -weighed[text])[:_MOST_NAMED]
    return [f"'{text}'" for text in best]


def _trimmed(run: list[KnownWord], lexicon: Lexicon) -> list[KnownWord]:
    """The run without the small words at its ends."""
    telling = [i for i, word in enumerate(run) if lexicon.rarity(word.stem) >= _TELLING]
    return run[telling[0] : telling[-1] + 1] if telling else []


def _related(
    asked: Sequence[KnownWord], theirs: Sequence[KnownWord], lexicon: Lexicon
) -> list[str]:
    """Pairs of different words that mean or look the same."""
    stems = {word.stem for word in asked} & {word.stem for word in theirs}
    mine = _telling(asked, stems, lexicon)
    other = _telling(theirs, stems, lexicon)
    if not mine or not other:
        return []
    cosines = _directions(mine) @ _directions(other).T
    pairs = [
        (cosines[i, j], f"'{mine[i].text}' ~ '{other[j].text}'")
        for i, j in enumerate(cosines.argmax(axis=1))
        if cosines[i, j] >= _NEAR_IN_MEANING
    ]
    return [text for _, text in sorted(pairs, reverse=True)[:_MOST_NAMED]]


def _telling(known: Sequence[KnownWord], stems: set[str], lexicon: Lexicon) -> list[KnownWord]:
    rare = {w.text: w for w in known if lexicon.rarity(w.stem) >= _TELLING}
    return [word for word in rare.values() if word.stem not in stems]


def _directions(known: Sequence[KnownWord]) -> Floats:
    """[words, width], of length one."""
    return unit(np.stack([word.meaning for word in known]))
