"""The language of a letter: by its script, then by the small words that every text is full of."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from operator import itemgetter

from inbox_bot.letters.wordlists import keyed, words

LOOKED_AT = 300

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_BEYOND_LATIN = re.compile(r"[\u0370-\uffff]")
_LINK = re.compile(r"<?https?://\S*|(?<!\S)\S+@\S+")


def _by_sign(table: dict[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """The table turned round: word or letter -> languages. An English word speaks for no other:
    "Best for men" is not Danish."""
    english = table.get("en", frozenset())
    signs = frozenset[str]().union(*table.values()) - english
    foreign = {
        sign: tuple(language for language, listed in table.items() if sign in listed)
        for sign in signs
    }
    return foreign | dict.fromkeys(english, ("en",))


# Words that stand in nearly every sentence and, as far as possible, in few other languages.
_SMALL_WORDS = {
    language: words(" ".join(listed))
    for language, listed in keyed("""
en: the and is are was you your i my it that this of to in for with have has do does can not but
en: what how if would about on at be from thanks thank any please there when which just will
en: or as we they been had an so me hi hello dear article massage pain help know
en: by men man me best buy want better need call he she his her all get got one out up so no go
en: see more much their them then than am did use used new old over here only also into make most
en: good time day work year years back leg doctor war die hat art son pour sale sent
en: should could does find give take think who why where because down off some very too now
de: der die das und ist nicht ich sie mir mich ein eine einen einem mit auf für von zu den dem im
de: haben habe hat sind war wie aber auch bei oder wenn kann können gibt es noch nach sehr mein
de: kostet hilft meine ihr ihre ihren vielen danke hallo liebe lieber guten tag wir zum zur über
de: schon
de: wird
fr: le les une des et est je vous nous pour dans que qui avec sur pas ne ce cette mon ma mes votre
fr: combien faut vos ai avez suis être plus mais ou où si très bonjour merci comment du au aux il
fr: elle cela ça
es: el los las una y es que de en por para con no se mi su sus muy pero como más hola gracias
es: usted tengo estoy qué cómo puede puedo este esta al lo le hay ser está buenos días si del
it: il gli di che e è per con non una un sono mi ho ma come anche più questo questa della del nel
it: alla buongiorno ciao grazie salve vorrei può posso lo si le da dei delle ha molto suo sua
pt: o os as um uma de do da que e é em para com não por mais mas como meu minha muito obrigado
pt: se saber gostaria obrigada olá você estou tenho seu sua no na dos das ao isso este esta ou se
pt: já bom dia
nl: de het een en van is ik niet dat die met voor op te zijn ook maar heb heeft aan bij of als
nl: mijn uw je kan kunnen bedankt hallo beste graag wel nog naar hoe wat over er geen meer
sv: och att det är jag inte en ett som på för med har av till den du kan om men från hej tack min
sv: mitt vad hur eller var så mycket din vi också
da: og at det er jeg ikke en et som på for med har af til den du kan om men fra hej tak min mit
da: hvad hvordan eller var så meget din vi også noget
no: og at det er jeg ikke en et som på for med har av til den du kan om men fra hei takk min mitt
no: hva hvordan eller var så mye din vi også noe
fi: ja on ei se että en olen minä joka mutta kun niin myös hei kiitos voiko miten tai mitä ovat
fi: oli minun olisi voi hyvä sitä tämä
pl: i w nie się na że z do jest to jak ale czy dla od mam po za co dzień dobry dziękuję tak o moje
pl: mój jestem bardzo przez pan pani może
cs: a je se na že to v s z do ne jak ale mám pro od po dobrý den děkuji jsem by si ve který není
cs: jsou můj velmi co při nebo
sk: a je sa na že to v s z do nie ako ale mám pre od po dobrý deň ďakujem som by si ktorý
hu: a az és nem hogy egy is van de ez meg vagy mint csak már kérem köszönöm jó napot nekem én
hu: lehet mi volt szeretnék
ro: și este nu de la cu în pe o un că care mai din sunt am pentru dar bună mulțumesc să ce cum
tr: ve bir bu için ile ne var mı mi çok da de ben daha ama gibi merhaba teşekkürler nasıl değil
tr: olarak benim
hr: i je se na da u su za ne sam što kako ali ili od hvala dobar dan koji imam
id: yang dan di ini itu dengan untuk tidak dari saya ada apa apakah terima kasih bisa
vi: và là của có không cho một tôi được các này với bạn xin chào cảm ơn
ca: el els les una i és que de en per amb no meu però com més hola gràcies molt aquest són
""").items()
}
# Letters that only these languages use: each kind met counts as much as one small word.
_LETTERS = {
    language: frozenset("".join(listed))
    for language, listed in keyed("""
de: ß | ä | ö | ü
fr: é | ç | œ | ê | è | à | ù | û | î
es: ñ | ¿ | ¡ | ó | í
pt: ã | õ | ç | ó | é
it: ì | ò | è
sv: å | ä | ö
da: æ | ø | å
no: æ | ø | å
fi: ä
pl: ł | ż | ś | ą | ę | ź
cs: ř | ě | ů
sk: ľ | ĺ | ŕ | ô
hu: ő | ű
ro: ș | ț | ă
tr: ğ | ı | ş
vi: ạ | ả | ế | ề | ộ | ư | ơ | đ
""").items()
}
_LANGUAGES_OF = _by_sign(_SMALL_WORDS)
_LANGUAGES_OF_LETTER = _by_sign(_LETTERS)
# Where a script (the beginning of its letters' range) has one language in the main.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x04FF, "ru"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)
_NEIGHBOURS = (
    ("uk", "ru", "іїєґ"),
    ("bg", "ru", "ъ"),
    ("fa", "ar", "پچژگ"),
    ("ur", "ar", "ٹڈڑے"),
)
# Bulgarian has no such letters; Russian has.
_EXCLUDED = {"bg": frozenset("ыэё")}
_NONE: frozenset[str] = frozenset()


def detect(text: str) -> str:
    """ISO 639-1 code of the language of the first 300 characters, or "" where it cannot be told.

    A foreign language needs proof, at least two of its small words and clearly more than of
    English: a short letter with names and typos is not called foreign.
    """
    sample = text[: 4 * LOOKED_AT]
    if "://" in sample or "@" in sample:
        sample = _LINK.sub(" ", sample)
    sample = sample[:LOOKED_AT].lower().replace("’", "'")
    return _by_script(sample) or _by_words(sample)


def _by_script(sample: str) -> str:
    letters = _BEYOND_LATIN.findall(sample)
    scripts = Counter(script for letter in letters if (script := _script(letter)))
    latin = sum(letter.isalpha() for letter in sample) - len(letters) if letters else 0
    if not scripts or scripts.total() < latin:
        return ""
    if "ja" in scripts:  # Japanese is full of Chinese characters, never the other way round
        return "ja"
    language = scripts.most_common(1)[0][0]
    for neighbour, script, marks in _NEIGHBOURS:
        excluded = _EXCLUDED.get(neighbour, _NONE).intersection(sample)
        if script == language and not excluded and any(mark in sample for mark in marks):
            return neighbour
    return language


def _script(letter: str) -> str:
    code = ord(letter)
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "")


def _by_words(sample: str) -> str:
    told = (_LANGUAGES_OF[word] for word in _LANGUAGES_OF.keys() & _WORD.findall(sample))
    hits = Counter(chain.from_iterable(told))
    english = hits.pop("en", 0)
    if not sample.isascii():
        marks = (_LANGUAGES_OF_LETTER.get(letter, ()) for letter in set(sample))
        hits.update(language for language in chain.from_iterable(marks) if language in hits)
    best, score = max(hits.items(), key=itemgetter(1), default=("", 0))
    if score >= 2 and score > 1.5 * english:
        return best
    return "en" if english else ""
