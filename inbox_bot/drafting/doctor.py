"""Whether a letter tells of a doctor's word: "ask your doctor" would not have heeded it."""

from __future__ import annotations

import re

LOOKED_AT = 10_000
_NAMED = re.compile(r"doc|dr|physician|gp|surgeon|neurologist|orthopedist|specialist", re.I)

_DOCTOR = r"(?:doctors?|doc|dr|physicians?|gp|surgeon|neurologist|orthopedist|specialist)"
_WHOSE = r"(?:my|our|the|a|his|her)"
# Bounded gaps only: the text is hostile.
_ASKED = re.compile(
    rf"(?<!not )(?<!never )(?<!yet )\b(?:asked|consulted|saw|seen|visited|checked with|been to"
    rf"|cleared with|talked (?:to|with)|spoke[n]? (?:to|with)) {_WHOSE} (?:\w+ )?{_DOCTOR}\b"
    rf"|\b{_WHOSE} {_DOCTOR},? (?:\w+ )?(?:said|says|told|recommend\w*|suggest\w*|advised|agree\w*"
    r"|approve\w*|okayed|cleared|is fine|is ok|is okay|has no objection|ruled out|thinks|gave me)\b"
    r"|\b(?:ok|okay|go-ahead|all-clear|all clear|blessing|permission|cleared) (?:from|by|of)"
    rf" {_WHOSE} {_DOCTOR}\b",
    re.IGNORECASE,
)


def doctor_asked(text: str) -> bool:
    text = text[:LOOKED_AT]
    return bool(_NAMED.search(text) and _ASKED.search(re.sub(r"\s+", " ", text)))
