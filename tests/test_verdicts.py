from inbox_bot.model import Address, Circle, Message, Verdict
from inbox_bot.verdicts import judge, scope

AUTHOR = Circle(own=frozenset({"steve@example.com"}))


def letter(text: str = "Does massage help?", **headers: str) -> Message:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Message(
        message_id="1@example.org",
        sender=Address(email=fields.get("from", "jane@example.org")),
        subject=fields.get("subject", "Your article"),
        headers=tuple(fields.items()),
        to=(Address(email="steve@example.com"),),
        text=text,
    )


def test_a_question_from_a_person_is_a_readers() -> None:
    assert judge(letter(), AUTHOR).verdict is Verdict.READER


def test_a_machine_that_says_so_is_automatic() -> None:
    assert judge(letter(auto_submitted="auto-replied"), AUTHOR).verdict is Verdict.AUTOMATIC


def test_a_person_who_says_so_is_a_reader() -> None:
    assert judge(letter(auto_submitted="No (a person)"), AUTHOR).verdict is Verdict.READER


def test_the_authors_own_letter_is_out_of_scope() -> None:
    judgement = scope(letter(**{"from": "steve+notes@example.com"}), AUTHOR)
    assert judgement is not None
    assert judgement.verdict is Verdict.OWN
