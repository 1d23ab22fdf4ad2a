"""Contact forms and comments: the reader's letter in the notice that a site or a service sends.

`kinds.toml` holds what each service's notice looks like, `labels.txt` the labels of fields.
"""

from inbox_bot.letters.contact_forms.kinds import About, Kind, is_service, kinds, recognize_header
from inbox_bot.letters.contact_forms.offers import Offer, Sighting, count_notices, sighted
from inbox_bot.letters.contact_forms.unwrapping import (
    Form,
    holds_letter,
    is_filled,
    is_notice,
    unwrap,
    wrote_no_reader,
)

__all__ = [
    "About",
    "Form",
    "Kind",
    "Offer",
    "Sighting",
    "count_notices",
    "holds_letter",
    "is_filled",
    "is_notice",
    "is_service",
    "kinds",
    "recognize_header",
    "sighted",
    "unwrap",
    "wrote_no_reader",
]
