"""Small words that carry grammar, as data: English first, German for the basics.

All are folded as `words.fold` folds a letter: small letters, no accents, no apostrophes
("don't" is "dont", "für" is "fur"). What is dangerous or personal stands in the author's files.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


# Left out before anything is compared: "between my legs" is "between legs".
FILLERS = _words(
    """
    a an the my your his her hers our their of really very so just completely totally entire quite
    pretty kind sort bit little some any is are was were be been being am do does did has much even
    actually basically literally absolutely either whole mein meine meinen meinem meiner dein deine
    sein seine ihr ihre der das den dem des ein eine einen einem einer ganz sehr etwas
    """
)

# A sign after one of these is absent: "no fever", "I don't have numbness".
NEGATORS = _phrases(
    """
    no, not, never, without, neither, nor, none, zero, dont have, dont get, dont feel, dont
    experience, dont notice, dont suffer, dont think, doesnt have, doesnt get, doesnt feel, didnt
    have, didnt get, didnt lose, didnt notice, dont lose, havent, hasnt, hadnt, isnt, arent, wasnt,
    werent, aint, deny, denies, free from, negative for, ruled out, rule out, excluded, excludes,
    cleared of, kein, keine, keinen, keinerlei, nicht, ohne, nie, weder, noch
    """
)

# ... but not after these, where the small word denies something else.
NOT_NEGATORS = _phrases(
    """
    not only, not just, not merely, not sure, not certain, not know, not to mention, not good, not
    ok, not okay, not well, not normal, not right, not funny, not joking, not kidding, not lying,
    not exaggerating, not working, not work, not helping, not improving, not getting better, not
    slept, not helped, isnt normal, isnt right, isnt good, isnt working, no longer, no idea, no
    clue, no doubt, no matter, no more, no joke, no lie, no reason, no apparent reason, no obvious
    reason, no warning, no luck, no help, no better, no improvement, no success, no sleep, no
    stranger, never mind, never before, never felt, never thought, never imagined, without warning,
    without reason, without success, without luck, without noticing, without knowing, without
    feeling, without realising, without realizing, without trying, without relief, without help,
    havent slept, hasnt helped, havent found, hasnt worked, not nur, nicht nur, nicht sicher, nicht
    gut
    """
)

# Between a negator and a sign these end what is denied: "no fever but I can't pee".
BREAKS = _words(
    """
    but however although though except yet still because cause cos since i im ive id he hes she shes
    it its they we you there theres now then and that which who if when while where why how what
    until till also plus suddenly today yesterday anymore only instead unless whether aber doch
    jedoch weil ich er sie es wir und dass wenn jetzt seit
    """
)

# Words that begin a statement of their own: a list of denied things cannot go on with them.
STATES = _words(
    """
    numb weak cant cannot unable lost losing lose wet peed pissed pooped shit soiled leak leaking
    swollen dragging drag dragged tingling gone dead paralysed paralyzed feel feeling having got
    have has had want wants legs leg foot between down groin both going taub kann konnte
    """
)

# Said after the signs, these deny them all.
DENIALS = tuple(
    f"{doctor} {says} {that}"
    for doctor in (
        "doctor",
        "doctors",
        "doc",
        "gp",
        "physio",
        "specialist",
        "neurologist",
        "hospital",
    )
    for says in ("said", "says", "say", "told me", "found", "thinks")
    for that in _phrases(
        "all is, all was, its fine, it is fine, it was fine, everything, nothing, no"
    )
) + _phrases(
    """
    in a good way, in a nice way, none of that, i have none, i had none, have neither, none of
    those, none of these, none of which, none of it, none of them, nothing of the sort, nothing of
    the kind, nothing like that, no such thing, but so far so good, but not me, doesnt apply, ruled
    out, was negative, were negative, came back negative, came back clear, came back clean, it was
    negative, turned out negative, dont apply, davon nichts, nichts davon
    """
)

LIST_WORDS = _words("or nor oder noch")
AFTERTHOUGHTS = _words("no none nope negative never nein keine")

# Somebody in the room: a sign beside one of these is hardly a question of theory.
PERSONS = _words(
    """
    i im ive id ill my me mine myself we our us he his him himself she her hers herself husband wife
    hubby spouse partner boyfriend girlfriend fiance fiancee mother father mom mum mommy mummy dad
    daddy parent parents son daughter brother sister sibling grandma grandmother granny nan gran
    grandpa grandfather grandad aunt uncle cousin niece nephew friend neighbour neighbor colleague
    coworker roommate mate kid child boy girl baby cant carnt couldnt cannot wont ich mir mich mein
    meine meinen meinem meiner er sein seine ihr ihre mann frau mutter vater
    """
)

# "I read that ..." has an "I" in it, and is about nobody.
HEARSAY = _phrases(
    """
    i read, i have read, ive read, i heard, i have heard, ive heard, i saw, i was reading, i am
    reading, im reading, i was wondering, i wonder, im wondering, i am wondering, i was just
    wondering, how would i know, how do i know, how can i know, how can i tell, how do i tell, how
    would i tell, how will i know, im curious, i am curious, just curious, i want to know, id like
    to know, i would like to know, can you tell me, could you tell me, tell me, i am writing, im
    writing, i teach, i study, my doctor, my gp, my physio, my therapist, my chiropractor, my
    students, my clients, my patients, my essay, my paper, my exam, my course
    """
)

# Without a person beside it, such a sentence asks about the thing, not about a case of it.
GENERAL = _phrases(
    """
    cause, causes, caused, causing, lead to, leads to, result in, results in, come from, sign of,
    signs of, a sign, symptom of, symptoms of, a symptom, red flag, red flags, warning sign, warning
    signs, what is, whats, what are, what does, do doctors, ask about, asks about, asked about, what
    do you call, mean, means, how would, how do you know, how can you tell, how can i tell, how do i
    know, how will i know, how common, how often, how likely, how rare, how many, when is, when
    should someone, when should people, when should you, difference between, definition of, stand
    for, people, someone, somebody, anyone, patients, sufferers, clients, related to, linked to,
    link between, connection between, relation between, the same as, same thing, increase the risk,
    risk of, affect, affects, complication, complications, can you get, do you get, could you get,
    which nerve, which nerves, where is, feel like sciatica, mistaken for, confused with, massage
    cause, massage dislodge, massage loosen, massage move, massage trigger, massage lead, look like
    sciatica, verursachen, was ist, anzeichen
    """
) + tuple(
    f"{asks} {cause}"
    for asks in ("can", "could", "does", "do", "will", "would", "may", "might")
    for cause in _phrases(
        """
        sciatica, a herniated, herniated, a slipped, slipped, a bulging, a disc, a disk, a pinched,
        a trapped, a tumor, a tumour, tumors, tumours, cancer, a clot, clots, a blood clot, blood
        clots, an infection, piriformis, stenosis, spinal stenosis, back pain
        """
    )
)

# A case that is not there yet, or may never be, or is that of somebody whom the writer nurses:
# what comes after these. "I can't pee, what if it is the nerve?" is one that is there.
HYPOTHETICAL = _phrases(
    """
    if i had, if i ever, if i were, if i was to, if i should, what if, in case i, should i ever, if
    someone, if somebody, if anyone, if a person, if one, suppose, hypothetically, to avoid, to
    prevent, prevent, watch out for, look out for, watch for, if i get, if i develop, if i notice,
    were i to, i care for, caring for, i look after, looking after, i nurse, i work with, i work in,
    falls ich
    """
)

AGO = _phrases("years ago, long ago, decades ago, ages ago, last century")
FINE_NOW = _phrases(
    """
    fine now, ok now, okay now, well now, good now, better now, gone now, fully fine, fine again,
    all fine, all good
    """
)

LONG_AGO = _phrases(
    """
    used to have, used to get, used to be, as a child, as a kid, as a teenager, as a boy, as a girl,
    when i was a child, when i was a kid, when i was a boy, when i was a girl, when i was young,
    when i was little, back then
    """
)

# Said after a sign, these end it. "The pain went away, but my foot is numb" ends something else.
RESOLVED = _phrases(
    """
    went away, gone away, resolved, recovered, cleared up, came back to normal, back to normal, fine
    ever since, fine since, good since, ok since, okay since, well since, clear since, no problems
    since, no problem since, no trouble since, nothing since, long gone, long over, all behind me,
    healed
    """
)

# Beside one of these, what is asked in theory or was long ago is a case of today after all.
PRESENT = _phrases(
    """
    now, again, still, today, tonight, currently, these days, lately, recently, since, this morning,
    last night, yesterday, this week, last week, happening, came back, is back, suddenly, for days,
    all day, jetzt, seit, heute, gestern, wieder, immer noch
    """
)

# In the next sentence these point back to a question of theory: "I've had it since Monday."
REFERS_BACK = _phrases(
    """
    have it, had it, ive it, have this, had this, have that, had that, have these, have both, have
    them, have those, got it, got this, got that, happened to me, happening to me, happens to me, it
    started, this started, that started, it began, it happened, this happened, it happens, its
    happening, this is me, thats me, mine, to me, with me, in my case, i do, i did
    """
)

# Whoever is named here, with "my" or "our" before, has no danger that this letter can avert: an
# animal, a child in nappies, or somebody who has died ("my late father had a blood clot").
OWNERS = _words("my our his her their the mein meine unser unsere")
OTHERS = _words(
    """
    dog dogs doggy puppy puppies cat cats kitten kitty horse horses pony mare gelding rabbit hamster
    goat cow dachshund labrador pet toddler baby newborn infant grandbaby kids children grandkids
    grandchildren toddlers babies hund hundin katze kater pferd
    """
)
DEPARTED = _words("late deceased verstorbener verstorbene verstorbenen")
DIED = _words("died dead passed gestorben verstorben")
HAD = _words("had was got survived beat died passed hatte")
THIRD_PERSON = _words(
    "he him his hes hed she her hers shes shed they them their er sein seine sie ihr"
)
LEADS = _words("and but so also because as when while before after then und aber weil")
WRITER = _words("i im ive id ill me my mine myself we us our ich mir mich mein meine meinen meiner")
