"""How well and how fast questions find their entries, beside other systems.

    python -m benchmarks.matching ../shared/hint3 [--questions FILE] [--quick] [--json]

The folder holds one folder a data set, with train.csv and test.csv (sentence, label;
NO_NODES_DETECTED where no entry answers) and, if there are any, preds_*.csv of other systems.

What was tuned on what. The representation (how rare words weigh, what counts as form, the shares
of evidence), the classifier (its penalty, similarities to the power of 1.5, that it alone ranks)
and the weights at which calibration starts were chosen on phrasings alone: `train.csv` of both data
sets and this FAQ's own entries, bunches of phrasings that say nearly the same left out together,
whole entries hidden as questions without an answer, the FAQ's own list of unanswered questions,
the same data with three to eight phrasings kept of each entry; and 250 questions to this FAQ that
were written for that purpose and most of which have since gone into it in other words. How a
sentence of a letter counts was chosen on the same phrasings with sentences of small talk put
around them. `answer_at` is set by each FAQ's texts and the shipped everyday letters when its index
is built: nine of ten answers to those must be right.

No test row reaches the matcher, and no number was fitted to test scores; but the totals were
looked at between the steps (seven of eight in place of "whatever gains most" after such a look, and
nine of ten once letters were read by a sentence encoder, too,
which had shown too many answers to questions that the FAQ does not answer), so they are not
blind. Whoever wrote `everyday.txt` had seen the first two rows of each `test.csv`, and whoever
wrote `synonyms.txt` the first fourteen of `tests/data/questions.yaml` ("rear" and "hamstring"
stand in both): judge by other questions.

The predictions of Dialogflow, LUIS, Rasa, Haptik and BERT come with the data (HINT3, Open Database
License) and are scored here by the same code, each at the best of 101 thresholds.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: all times are on one core

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.matching_quality import Bar, data_sets, intents, own_faq, parts
from benchmarks.matching_speed import speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hint3", type=Path)
    parser.add_argument("--questions", type=Path, default=Path("tests/data/questions.yaml"))
    parser.add_argument("--quick", action="store_true", help="leave out 100,000 phrasings")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    bars: list[Bar] = []
    sets = data_sets(arguments.hint3)
    if sets:
        bars += intents(sets)
        parts(sets)
    else:
        print(f"{arguments.hint3} holds no data set: real questions left out", file=sys.stderr)
    bars += own_faq(Path("faq"), arguments.questions)
    bars += speed(arguments.quick)
    print("\n== bars")
    for bar in bars:
        print(f"{'ok  ' if bar.met else 'MISS'} {bar.name:<66} {bar.value:>10.3f}  {bar.wanted}")
    if arguments.json:
        print(json.dumps({"bars": [asdict(bar) | {"met": bar.met} for bar in bars]}))


if __name__ == "__main__":
    main()
