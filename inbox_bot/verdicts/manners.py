"""Letters of people that ask nothing of the author as a reader does: thanks, and pitches."""

from __future__ import annotations

import re

from inbox_bot.questions import asks_anything
from inbox_bot.verdicts.evidence import Evidence
from inbox_bot.wordlists import keyed, phrases, words

_SENTENCE_END = re.compile(r"[.!?…\n]+")
# Signs of vowels count as letters where scripts write them so (Hebrew to Khmer).
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0e4e\u0eb0-\u0ecd\u17b0-\u17d3"
_LETTER = f"(?:[^\\W\\d_]|[{_SIGNS}])"
_WORD = re.compile(f"{_LETTER}+(?:['’]{_LETTER}+)?")

# Each key is one independent sign of a pitch: what it wants, and what it says besides.
_WANTS = keyed("""
guest post: guest post | guest article | guest blog | contribute an article | gastbeitrag
links: backlink | back link | link building | link insertion | dofollow | do-follow
links: link exchange | link swap | link to our
sponsoring: sponsored post | sponsored article | sponsored content | paid post | paid placement
sponsoring: sponsor a post | sponsorship | advertorial
advertising: advertise on your | place an ad | banner ad | ad space | advertising on your
replacing: broken link | great replacement | adding a link | add a link
reviewing: in exchange for a review | review our product | free sample | paid review
reviewing: honest review of our
search engines: seo service | seo audit | seo agency | seo expert | seo package
search engines: domain authority | rank higher | first page of google | page one of google
search engines: search engine optimi | increase your traffic | boost your traffic
search engines: more traffic to your
""")
_SUPPORTS = keyed("""
approach: came across your | stumbled upon your | stumbled across your | found your website
approach: visited your website | reviewing your website | auf ihre website
promises: high-quality | high quality | well-written | well written | unique content
promises: 100% original | free of charge | original content
business: our client | my client | on behalf of | our team | our agency | we are a leading
business: our company | we offer | we specialize | our services
money: your rates | your price | pay you | budget | per post | per link | how much do you charge
money: we pay | paypal | compensat | affordable price
audience: your audience | your readers | your niche | relevant to your | mutually beneficial
audience: collaborat | partnership
measures: da 3 | da 4 | da 5 | da 6 | da 7 | da30 | da40 | da50 | domain rating | organic traffic
measures: seo | ahrefs | google ranking
insistence: following up on my previous | follow up on my last | just checking in
insistence: did you get a chance | unsubscribe | opt out | opt-out | remove you from
""")
_TROUBLE = phrases("""
my pain | my leg | my back | my hip | my doctor | diagnos | hurts | suffer | my husband | my wife
my mother
""")

# A sentence with one of these is thanks or praise, as long as it says nothing else of weight.
_THANKS = words("""
danken dankbar dankeschön
thank thanks thankyou thx tnx ty cheers appreciate appreciated grateful gratitude helped helpful
kudos danke dank vielen herzlichen merci remercie gracias agradezco grazie ringrazio obrigado
obrigada bedankt dankjewel tack takk tak kiitos dziękuję dzięki děkuji köszönöm mulțumesc
teşekkürler teşekkür спасибо дякую ευχαριστώ תודה شكرا ありがとう 谢谢 謝謝 감사합니다
sağolun tesekkurler благодаря благодарю благодарим благодарам хвала hvala ďakujem dakujem dekuji
dziekuje ευχαριστούμε ευχαριστω ačiū aciu dėkoju dėkui paldies pateicos aitäh tänan tänud kiitoksia
takkar þakkir þökk köszi multumesc mersi дзякуй рахмет rahmat cảm cám kasih makasih salamat asante
dankie diolch eskerrik mila gràcies graciès grazas faleminderit მადლობა გმადლობთ
շնորհակալություն شكراً شكرًا متشکرم ممنون ممنونم مرسی سپاس شکریہ धन्यवाद शुक्रिया आभार ধন্যবাদ நன்றி
ధన్యవాదాలు ಧನ್ಯವಾದ ಧನ್ಯವಾದಗಳು നന്ദി ਧੰਨਵਾਦ આભાર ස්තූතියි ขอบคุณ ขอบคุณครับ ขอบคุณค่ะ
ขอบคุณมาก ขอบคุณมากครับ ขอบคุณมากค่ะ ຂອບໃຈ អរគុណ ありがとうございます ありがとうございました
有難うございます 感謝します 感谢 感謝 多谢 多謝 非常感谢 非常感謝
谢谢您 謝謝您 谢谢你 謝謝你 감사 고맙습니다 감사드립니다 고마워요 баярлалаа
""")
_PLEASANT = words("""
great wonderful awesome perfect brilliant excellent lovely amazing ok okay understood noted got
received hi hello hey dear hallo hola ciao salut bonjour liebe lieber guten best kind warm
regards wishes sincerely yours love greetings cordially blessings bless take care grüße gruß lg
mfg saludos saluti cordialement bye yay yes wow sent clear interesting useful good nice beautiful
sense will keep enjoy
""")
# Such a sentence wants the author's eyes, however politely it begins.
_WEIGHTY = words("""
but however though would could should if need want wish although still yet unfortunately except
not didn't doesn't don't isn't wasn't
can't couldn't never no worse wrong error mistake broken numb numbness weak weakness pain painful
hurts hurt barely bad worst agony twice emergency hospital surgery doctor cancer pregnant died
death suicide bleeding fever
angry refund question questions ask wonder wondering please send aber leider jedoch nicht kein
mais pas pero ma non
""")
# What else stands in such sentences; at most two other words, such as names.
_ORDINARY = words("""
i you me my your we us our it this that the a an so very much for to of and again all too in with
from
as is was are be been have has had did do will really truly just also more most made makes life day
week weekend year evening morning quick fast reply answer answering email mail letter message note
article post blog piece page writing work help advice tips information info insight words read
reading find found try trying let know letting sharing share taking time soon now here both many lot
lots bunch million it's i'll i'm i've that's you're your's sie für ihre ihren ihr dein deine die das
der und sehr schnelle antwort hilfe mir uns pour votre réponse aide beaucoup por su respuesta ayuda
muchas per la risposta mille voor je uw beaucoup bien très
den dem des ein eine einen tollen toller tolle hat habe haben mich geholfen super klasse prima
artikel beitrag hilfreich es ist war auch nur wollte ganz tipps seite weiter so herr herrn frau
viel mit cet cette ce m'a aidé les conseils j'ai adoré article articles artículo artículos tu este
ha ayudado ayudó me mucho muy útil los las consejos el il tuo suo articolo questo aiutato molto
utile consigli het een heel erg dit heeft geholpen goed mooi mooie
wanted say tried massage massages feel feeling felt better keep keeping up using since using works
worked wonders followed suggestions like loved absolutely finally
""")
# An empty letter is no more than these.
_GREETINGS = words("""
hello hi hey hallo hola ciao salut bonjour dear good morning afternoon evening day there test
testing guten tag moin servus subject no none
""")
# Praise without a word of thanks.
_GLAD = phrases("""
much better | feel better | feeling better | keep writing | keep up the | great article | was great
worked wonders | loved your | love your
""")
_POINTING = phrases("see subject | see the subject | subject line | siehe betreff | voir objet")
_REACTION_PART = "text/vnd.google.email-reaction+json"
_REACTED = ("gmail", "outlook", "reacted to your", "google")
_AILING = frozenset("🆘😢😭😞😔😟🙁☹😣😖😫😩😰😨😱🤕🤒😷🚑💔🥺😿")
_HARMLESS = _THANKS | _PLEASANT | _ORDINARY
_LONGEST_COURTESY = 600


_LOOKED_AT = 20_000
_NO_ANSWER = re.compile(
    r"\b(?:no (?:need|reason|obligation) (?:for you )?to (?:reply|respond|answer|write back)"
    r"|no (?:reply|answer|response) (?:is )?(?:needed|necessary|required|expected)"
    r"|(?:you )?(?:don't|do not|needn't) (?:have to |need to )?(?:reply|respond|answer|write back)"
    r"|keine antwort (?:nötig|notwendig|erforderlich)|pas besoin de (?:me )?répondre"
    r"|no (?:hace falta|es necesario) (?:que )?respond\w+|non (?:serve|occorre) rispondere)\b",
    re.IGNORECASE,
)


def wants_no_answer(text: str) -> bool:
    """ "No need to reply." above a letter that asks nothing."""
    return bool(_NO_ANSWER.search(text[:_LOOKED_AT].replace("’", "'"))) and not asks_anything(text)


def courtesy(seen: Evidence) -> str:
    """Every sentence is thanks, a greeting or a name, and nothing is asked."""
    text = seen.message.text.strip()
    if len(text) > _LONGEST_COURTESY or seen.message.forwarded or _asks_in_subject(seen):
        return ""
    if _says_nothing(seen, text):
        return "it says nothing and asks nothing"
    lowered = text.lower().replace("’", "'")
    thanked = any(glad in lowered for glad in _GLAD)
    for part in _SENTENCE_END.split(lowered):
        said = _WORD.findall(part)
        if said and not _courteous(said):
            return ""
        thanked = thanked or not _THANKS.isdisjoint(said)
    if not thanked or asks_anything(text):
        return ""
    return "thanks that ask for nothing"


def reaction(seen: Evidence) -> str:
    """A thumb up and no word, however the program wraps it; an ailing face may want an answer."""
    message = seen.message
    if _REACTION_PART in seen.parts or message.header("content-disposition").startswith("reaction"):
        return "a reaction with an emoji"
    text = message.text.strip()[:_LONGEST_COURTESY]
    first, _, rest = text.partition("\n")
    if not seen.replies or message.forwarded or message.attachments or "?" in text:
        return ""
    if not text or _says_in_words(first) or not _AILING.isdisjoint(text):
        return ""
    if not rest.strip() or any(sign in rest.lower() for sign in _REACTED):
        return "a reaction with an emoji"
    told = _WORD.findall(rest)
    return "an emoji and a name" if len(told) <= 2 and all(map(str.istitle, told)) else ""


def _says_in_words(line: str) -> bool:
    return any(sign.isalnum() for sign in line) or not any(sign > "\u2000" for sign in line)


def _says_nothing(seen: Evidence, text: str) -> bool:
    """Empty, or a bare greeting; but a picture, a quoted letter or a topic as subject may ask."""
    if seen.message.attachments or seen.message.cut.strip():
        return False
    if "?" in text or not _AILING.isdisjoint(text):
        return False
    first, *others = _WORD.findall(text) or ["hello"]
    strange = [word for word in others if word.lower() not in _GREETINGS]
    greets = first.lower() in _GREETINGS and (not strange or _is_name(strange))
    topic = [] if seen.replies else _WORD.findall(seen.subject)
    return greets and _HARMLESS.union(_GREETINGS).issuperset(topic)


def _is_name(strange: list[str]) -> bool:
    """ "Hello Steve", but not "hello suicidal"."""
    return len(strange) == 1 and strange[0].istitle()


def _asks_in_subject(seen: Evidence) -> bool:
    """ "Does massage help?" above "Thanks!". The subject of an answer is an old one."""
    if any(phrase in seen.message.text[:_LONGEST_COURTESY].lower() for phrase in _POINTING):
        return True
    return not seen.replies and asks_anything(seen.subject)


def pitch(seen: Evidence) -> str:
    """Four independent signs, or three of which two are what a pitch wants; and no trouble told."""
    text = f"{seen.subject}\n{seen.message.text[:6_000].lower()}"
    wants = _signs(_WANTS, text)
    if not wants:
        return ""
    signs = wants + _signs(_SUPPORTS, text)
    strong = len(signs) >= 4 or (len(wants) >= 2 and len(signs) >= 3)
    if not strong or any(phrase in text for phrase in _TROUBLE):
        return ""
    return "looks like an offer, not a question: " + ", ".join(f"“{sign}”" for sign in signs[:4])


def _courteous(said: list[str]) -> bool:
    """Known words but for a name or two: "Thanks to your tips it is twice as bad" is no thanks."""
    if not _WEIGHTY.isdisjoint(said):
        return False
    return sum(word not in _HARMLESS for word in said) <= 2


def _signs(table: dict[str, tuple[str, ...]], text: str) -> list[str]:
    found = (next((phrase for phrase in group if phrase in text), "") for group in table.values())
    return [phrase for phrase in found if phrase]
