"""Learns how much each kind of evidence counts when passages are searched for an answer.

    python scripts/learn_search.py

`passages/pairs.jsonl` has passages, each with questions that it answers and such as it does not,
about subjects and by authors of all kinds; neighbours make up an article. What is learned, by
multinomial logistic regression each time, goes to `inbox_bot/faq/matching/search.npz`:

- a map from a question's vector to that of its answer, of low rank;
- the weight of each kind of evidence, with word vectors and without;
- how sure the best passage is, from its score and its lead.

Weights are learned on articles that the map has not seen. Needs scipy (the `dev` extra).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from inbox_bot.faq.draw.article_text import sentences
from inbox_bot.faq.matching.arrays import Array, Floats, unit
from inbox_bot.faq.matching.search import KINDS, evidence, signs
from inbox_bot.faq.matching.search_index import Document, indexed
from inbox_bot.faq.matching.vectors import WordVectors, shipped_vectors
from inbox_bot.letters.encoder import WIDTH, encoder

SOURCE = Path(__file__).parent / "passages" / "pairs.jsonl"
TARGET = Path(__file__).parents[1] / "inbox_bot" / "faq" / "matching" / "search.npz"
AN_ARTICLE = 24  # passages
RANK = 128
SHARPNESS = 12.0  # of the map's softmax
HELD_DOWN = 5.0  # strength of the map's prior towards nothing
_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """`asked` are questions, each with the number of its passage, None if no passage answers it."""

    documents: tuple[Document, ...]
    asked: tuple[tuple[str, int | None], ...]


def main() -> None:
    content = SOURCE.read_bytes()
    articles = list(_articles([json.loads(line) for line in content.decode().splitlines()]))
    vectors = shipped_vectors()
    found = [_weights(articles, one) for one in (vectors, None)]
    left, right = _map(articles)
    np.savez_compressed(
        TARGET,
        answering_in=left.astype(np.float16),
        answering_out=right.astype(np.float16),
        weights=np.stack([weights for weights, _ in found]),
        sureness=np.stack([sureness for _, sureness in found]),
        learned_from=hashlib.sha256(content).hexdigest(),
    )
    for weights, sureness in found:
        print(dict(zip(KINDS, weights.round(1).tolist(), strict=True)), sureness.round(2).tolist())
    print(f"{TARGET.name}: {len(articles)} articles, {TARGET.stat().st_size // 1024} kB")


def _articles(records: Sequence[dict[str, object]]) -> Iterator[Article]:
    for at in range(0, len(records), AN_ARTICLE):
        some = records[at : at + AN_ARTICLE]
        asked: list[tuple[str, int | None]] = []
        for number, record in enumerate(some):
            asked += [(str(text), number) for text in _listed(record, "answered")]
            asked += [(str(text), None) for text in _listed(record, "not")]
        documents = (
            Document(
                id=str(number),
                heading=str(record["heading"]) or "An article",
                sentences=tuple(sentences(str(record["passage"]))),
            )
            for number, record in enumerate(some)
        )
        yield Article(documents=tuple(documents), asked=tuple(asked))


def _listed(record: dict[str, object], key: str) -> list[object]:
    found = record[key]
    return found if isinstance(found, list) else []


def _map(articles: Sequence[Article]) -> tuple[Array, Array]:
    """[WIDTH, RANK] and [RANK, WIDTH]; their product is the map."""
    wholes = [
        unit(encoder().encode(document.sentences).sum(axis=0))
        for article in articles
        for document in article.documents
    ]
    begins = np.cumsum([0, *(len(article.documents) for article in articles)])
    pairs = [
        (text, begin + number)
        for article, begin in zip(articles, begins[:-1].tolist(), strict=True)
        for text, number in article.asked
        if number is not None
    ]
    asked, answers = encoder().encode([text for text, _ in pairs]), np.stack(wholes)
    owners = np.array([owner for _, owner in pairs])
    rows = np.arange(len(owners))

    def loss(flat: Array) -> tuple[float, Array]:
        matrix = flat.reshape(WIDTH, WIDTH).astype(np.float32)
        shares = _softmax(SHARPNESS * ((asked + asked @ matrix) @ answers.T))
        lost = -np.log(shares[rows, owners] + 1e-12).sum() + HELD_DOWN * (matrix**2).sum()
        shares[rows, owners] -= 1
        slope = SHARPNESS * asked.T @ (shares @ answers) + 2 * HELD_DOWN * matrix
        return float(lost) / len(rows), slope.ravel().astype(np.float64) / len(rows)

    best = minimize(
        loss, np.zeros(WIDTH * WIDTH), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    )
    left, strengths, right = np.linalg.svd(best.x.reshape(WIDTH, WIDTH))
    return left[:, :RANK] * strengths[:RANK], right[:RANK]


def _weights(articles: Sequence[Article], vectors: WordVectors | None) -> tuple[Array, Array]:
    """[kinds], and what makes a best passage sure, [1 + signs]."""
    halves = articles[::2], articles[1::2]
    seen: list[tuple[Floats, int | None]] = []
    for here, there in (halves, halves[::-1]):
        answering = _map(here)
        for article in there:
            index = indexed(article.documents, vectors)
            rows = evidence(index, [text for text, _ in article.asked], answering)
            seen += zip(rows, (number for _, number in article.asked), strict=True)
    weights = _ranking([(rows, number) for rows, number in seen if number is not None])
    told = np.stack([signs((rows @ weights)[None])[0] for rows, _ in seen])
    right = np.array([int((rows @ weights).argmax()) == number for rows, number in seen])
    return weights, _logistic(told, right)


def _ranking(seen: Sequence[tuple[Floats, int]]) -> Array:
    def loss(weights: Array) -> tuple[float, Array]:
        lost, slope = 0.001 * len(seen) * float(weights @ weights), 0.002 * len(seen) * weights
        for rows, number in seen:
            shares = _softmax(rows @ weights)
            lost -= float(np.log(shares[number] + 1e-12))
            shares[number] -= 1
            slope = slope + rows.T @ shares
        return lost / len(seen), slope / len(seen)

    found: Array = minimize(loss, np.zeros(len(KINDS)), jac=True, method="L-BFGS-B").x
    return found


def _logistic(told: Array, right: Array) -> Array:
    rows = np.concatenate([np.ones((len(told), 1)), told], axis=1)

    def loss(weights: Array) -> tuple[float, Array]:
        chance = 1 / (1 + np.exp(-(rows @ weights)))
        lost = -np.log(np.where(right, chance, 1 - chance) + 1e-12).mean()
        return float(lost), rows.T @ (chance - right) / len(rows)

    found: Array = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


if __name__ == "__main__":
    main()
