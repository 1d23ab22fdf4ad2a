"""Letters of family, friends and business, told by what stands in them (law 9).

A reader who is silenced is as bad as a sister who is answered: one sure sign, or two of different
kinds and not a word of what readers write about; beside such a word, four.
"""

from __future__ import annotations

import re
from itertools import pairwise

from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.wordlists import keyed, phrases, words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT = 3_000
_MANY = 4  # signs that outweigh what readers write about: a sister has a back, too
_ENDING = 6  # words in which a letter says who closes it

# Only family closes like this.
_KIN = words("""
mom mum mama momma mommy mummy dad papa daddy pops grandma grandpa granny nana gran mutti vati oma
opa maman mamma mamá papá
""")
_KIN_WITH_YOUR = words("""
mom mum mother dad father sister brother sis bro wife husband son daughter aunt uncle cousin
grandma grandpa grandmother grandfather loving
""")
_FOND = words("love hugs kisses xoxo xo xx xxx cheers liebe bises besos baci")

_SIGNS = keyed("""
fond: xoxo | xx | xxx | love you | love ya | miss you | hugs and kisses | big hug
pet name: sweetie | sweetheart | honey | babe | hun | hi sis | hey sis | hi bro | hey bro | schatz
family: mom | mum | dad | mom's | dad's | mum's | grandma | grandpa | the kids | mom and dad
family: your sister | your brother | your father | your mother | your dad | your mom | your nephew
family: your niece | aunt | uncle | your cousin
plan: dinner | lunch | beer | beers | birthday | thanksgiving | christmas | barbecue | bbq | wedding
plan: sleepover | babysit | when are you coming | are you coming | come over | coming over
plan: catch up | vacation together | football game | the game
favour: can you bring | could you bring | will you bring | bring the | pick up | call me | ring me
favour: give me a call | text me | can you grab | on your way home
day: on monday | on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday
day: this weekend | tonight | tomorrow | next weekend | this sunday | this saturday | this friday
home: groceries | laundry | the dishes | soccer | the car | the house key | the garage | mow the
rent: the rent | your rent | rent for | landlord | tenant | lease | security deposit
dues: expect payment | will you pay | has not arrived | is overdue | payment due | past due
dues: amount due | miete
invoice: invoice | contract number | customer number | order number | account number | rechnung
invoice: vertragsnummer | kundennummer | policy number | your subscription
bank: mortgage | pay slips | your loan | your account | credit card
parcel: parcel | tracking number | your package | your delivery | your order
meeting: your appointment | our appointment | our meeting | parent evening | parents evening
meeting: parent teacher | dear parents | permission slip | your dentist
invited: will you attend | please reply by | rsvp | please confirm
""")
# Whoever writes one of these may be a reader, whatever else the letter says.
_READERS = phrases("""
article | blog | post | website | your site | your page | massage | sciatica | sciatic | pain
my back | nerve | therapist | hurts | exercise | your advice | your tips | your book
question for you | i read | reader | artikel | schmerz | ischias
""")


def private(seen: Evidence) -> str:
    said = _WORD.findall(f"{seen.subject} . {seen.message.text[:_LOOKED_AT]}".lower())
    said = [word.replace("’", "'") for word in said]
    closing = _closing(seen.message.text[-200:])
    if closing:
        return f"a letter from your family, as it closes: “{closing}”"
    joined = f" {' '.join(said)} "
    signs = [sign for group in _SIGNS.values() if (sign := _first(group, joined))]
    if len(signs) < (_MANY if speaks_as_reader(joined) else 2):
        return ""
    return "looks private, not a reader's: " + ", ".join(f"“{sign}”" for sign in signs[:4])


def speaks_as_reader(text: str) -> bool:
    """Whether a text in lower case has a word of what readers write about."""
    padded = f" {text}"
    return any(f" {phrase}" in padded for phrase in _READERS)


def _closing(ending: str) -> str:
    """ "Love, Mom" or "Your sister", with nothing behind it but a name."""
    tail = _WORD.findall(ending.lower())[-_ENDING:]
    for at, (word, following) in enumerate(pairwise(tail)):
        fond = word in _FOND and following in _KIN
        named = word == "your" and following in _KIN_WITH_YOUR and _stands_alone(ending, following)
        if (fond or named) and len(tail) - at <= 3:
            return f"{word} {following}"
    return ""


def _stands_alone(ending: str, kin: str) -> bool:
    """ "Your sister" on a line of its own, not "greet your sister"."""
    lines = [line.strip(" ,.!").lower() for line in ending.splitlines()]
    return any(line.startswith("your ") and kin in line.split()[1:3] for line in lines)


def _first(group: tuple[str, ...], joined: str) -> str:
    return next((phrase for phrase in group if f" {phrase} " in joined), "")
