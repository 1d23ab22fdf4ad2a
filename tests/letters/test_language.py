import pytest

from inbox_bot.letters.language import detect

FOREIGN = [
    ("de", "Hallo, hilft Massage bei Ischias?"),
    ("de", "Ich habe eine Frage: Wie lange dauert es, bis es besser wird?"),
    ("de", "was kostet das"),
    ("de", "Was ist besser, Sport treiben oder zur Massage gehen?"),
    ("fr", "quel massage choisir pour une sciatique"),
    ("fr", "Bonjour, est-ce que le massage aide pour la sciatique ?"),
    ("es", "Hola, ¿el masaje ayuda con la ciática?"),
    ("it", "Buongiorno, il massaggio aiuta con la sciatica?"),
    ("pt", "Olá, a massagem ajuda com a ciática? Obrigado"),
    ("nl", "Hoeveel kost een sessie en hoe lang duurt het?"),
    ("sv", "Hej, hjälper massage mot ischias? Tack"),
    ("da", "Hej, hjælper massage mod iskias? Tak for en god artikel"),
    ("fi", "Hei, auttaako hieronta iskiakseen? Kiitos hyvästä artikkelista"),
    ("pl", "Dzień dobry, czy masaż pomaga na rwę kulszową?"),
    ("cs", "Dobrý den, pomáhá masáž při ischiasu? Děkuji"),
    ("hu", "Jó napot, segít a masszázs az isiász ellen? Köszönöm"),
    ("tr", "Merhaba, masaj siyatik için iyi mi? Teşekkürler"),
    ("ru", "Здравствуйте, помогает ли массаж?"),
    ("uk", "Добрий день, чи допомагає масаж при ішіасі?"),
    ("el", "Βοηθάει το μασάζ;"),
    ("he", "האם עיסוי עוזר?"),
    ("ar", "هل يساعد التدليك؟"),
    ("ja", "坐骨神経痛にマッサージは効きますか？"),
    ("ja", "坐骨神経痛治療法紹介希望。痛い"),
    ("zh", "按摩对坐骨神经痛有帮助吗？"),
    ("ko", "마사지가 도움이 되나요?"),
]
ENGLISH = [
    "hi steve, does masage help w siatica? thx, Jürgen",
    "I was told by Dr. Müller de la Cruz that its ok",
    "my name is José María de los Santos and I live in Los Angeles",
    "Is a massage chair ok for El Paso, Las Vegas?",
    "hola Steve! love your article. is it ok to get a massage",
    "Is “Здравствуйте” the right word for hello?",
    "doess it hrt wen u do tht",
    "price?",
    "Best for men?",
    "Want to buy a product",
    "Arrange a call by your man",
    "It's better for men",
    "",
]


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_a_foreign_letter_is_named(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ENGLISH)
def test_an_english_letter_is_never_called_foreign(text: str) -> None:
    assert detect(text) in ("en", "")


def test_links_do_not_decide_the_language() -> None:
    assert detect("https://example.de/der-das-und/ist/nicht/auf/von/mit does it help?") == "en"


def test_only_the_beginning_is_looked_at() -> None:
    assert detect("Does it help and is it safe for me? " * 20 + "ich und sie " * 5_000) == "en"
