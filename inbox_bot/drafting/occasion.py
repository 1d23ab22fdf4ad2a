"""What a draft depends on besides the decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inbox_bot.model import Address, Author, Faq


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """`subject` is the reader's letter's. `today` and `day` are in the author's time zone.

    `day` is the one on which she will write again, None to name none; `told` the day that an
    earlier holding reply named. `late`: the reader waited longer than was promised. `earlier`
    counts the replies that this reader has had: the wording moves on with each.
    `doctor_asked`: the letter tells of a doctor's word already.
    """

    reader: Address
    subject: str
    author: Author
    faq: Faq
    today: date
    day: date | None = None
    told: date | None = None
    late: bool = False
    earlier: int = 0
    doctor_asked: bool = False
