import pytest

from inbox_bot.letters.authentication import dmarc_result, proven_domain
from inbox_bot.letters.reading import read
from inbox_bot.model import Address, Message
from inbox_bot.review.warnings import doubts_about, origin_of

JANE = Address(email="jane@example.org", name="Jane Doe")
MINE = "mx.example.com"


def letter(*results: str, reply_to: Address | None = None, sender: Address = JANE) -> Message:
    return Message(
        message_id="1@example.org",
        sender=sender,
        reply_to=reply_to,
        headers=tuple(("authentication-results", value) for value in results),
    )


@pytest.mark.parametrize(
    "field",
    [
        "mx.example.com; dmarc=fail header.from=example.org",
        "MX.Example.COM 1; spf=pass smtp.mailfrom=a@b.c; dmarc=FAIL (p=none; dis=none)",
        'mx.example.com (filter (nested)); dmarc/1=fail reason="a; dmarc=pass"',
        '"mx.example.com"; dkim=none; dmarc = fail',
        'mx.example.com; spf=pass (domain of "x) ; dmarc=pass (y"@evil.example); dmarc=fail',
        r"mx.example.com; spf=pass (domain of x\) ; dmarc=pass \(y@evil.example); dmarc=fail",
        "mx.example.com; spf=pass smtp.mailfrom=x;dmarc=pass@evil.example; dmarc=fail",
    ],
)
def test_a_letter_that_failed_dmarc_is_doubted(field: str) -> None:
    [doubt] = doubts_about(letter(field), (), MINE)
    assert "example.org" in doubt


@pytest.mark.parametrize(
    "fields",
    [
        ("mx.example.com; dmarc=pass",),
        ("mx.example.com; none",),
        ("other.example; dmarc=fail",),
        ("mx.example.com; dmarc=pass", "mx.example.com; dmarc=fail"),
        ("mx.example.com; spf=fail smtp.mailfrom=dmarc=fail",),
        ("mx.example.com; dkim=pass (dmarc=fail)",),
        ("", ";", "mx.example.com"),
    ],
)
def test_nobody_else_can_raise_that_doubt(fields: tuple[str, ...]) -> None:
    assert doubts_about(letter(*fields), (), MINE) == ()


def test_a_forged_field_below_cannot_whitewash_a_letter() -> None:
    forged = letter("mx.example.com; dmarc=fail", "mx.example.com; dmarc=pass")
    assert dmarc_result(forged, MINE) == "fail"


@pytest.mark.parametrize(
    ("field", "domain"),
    [
        ("mx.example.com; dmarc=pass (p=REJECT) header.from=example.org", "example.org"),
        ("mx.example.com; spf=pass; dmarc=pass header.from=Example.ORG; dkim=pass", "example.org"),
        ("mx.example.com; dmarc=pass header.from = example.org", "example.org"),
        ("mx.example.com; dmarc=pass", ""),  # what was checked is not said
        ("mx.example.com; dmarc=pass header.from=evil.example", ""),
        ("mx.example.com; dmarc=pass header.from=example.org.evil.example", ""),
        ("mx.example.com; dmarc=pass (header.from=example.org)", ""),
        ('mx.example.com; dmarc=pass reason=" header.from=example.org" header.from=e.example', ""),
        ("mx.example.com; spf=pass header.from=example.org; dmarc=none", ""),
        ("mx.example.com; dmarc=pass header.from=example.org; dmarc=fail", ""),
        ("evil.example; dmarc=pass header.from=example.org", ""),
        ("mx.example.com.evil.example; dmarc=pass header.from=example.org", ""),
        ("", ""),
    ],
)
def test_only_her_own_server_vouches_and_only_for_the_senders_domain(
    field: str, domain: str
) -> None:
    assert proven_domain(letter(field), MINE) == domain
    assert origin_of(letter(field), MINE).startswith("Really from") == bool(domain)


def test_a_reader_taken_from_a_notice_is_not_vouched_for_by_it() -> None:
    notice = letter("mx.example.com; dmarc=pass header.from=forms.example")
    assert origin_of(notice, MINE) == ""


def test_a_letter_that_failed_may_not_be_from_there() -> None:
    assert origin_of(letter("mx.example.com; dmarc=fail"), MINE) == "May not be from example.org"
    assert origin_of(letter("mx.example.com; dmarc=fail"), "") == ""


def test_a_star_stands_for_the_servers_of_one_domain() -> None:
    passed = "dmarc=pass header.from=example.org"
    for server in ("phl-mx-01.mail.example", "a.b.mail.example"):
        assert proven_domain(letter(f"{server}; {passed}"), "*.mail.example") == "example.org"
    for server in ("evilmail.example", "mail.example", "x.mail.example.evil"):
        assert proven_domain(letter(f"{server}; {passed}"), "*.mail.example") == ""


def test_without_an_own_server_no_result_is_believed() -> None:
    assert doubts_about(letter("mx.example.com; dmarc=fail")) == ()


def test_answers_that_go_elsewhere_are_doubted() -> None:
    [doubt] = doubts_about(letter(reply_to=Address(email="eve@example.net")))
    assert "eve@example.net" in doubt
    assert doubts_about(letter(reply_to=Address(email="Jane+news@Example.org"))) == ()


def test_the_same_name_from_another_address_is_doubted() -> None:
    changed = letter(sender=Address(email="jane.doe@example.net", name="Doe, Jane"))
    [doubt] = doubts_about(changed, [JANE])
    assert "jane@example.org" in doubt
    assert doubts_about(letter(), [Address(email="JANE@example.org", name="J. Doe")]) == ()
    assert doubts_about(letter(), [Address(email="bob@example.net", name="Bob")]) == ()


def test_a_second_address_that_she_used_before_is_no_doubt() -> None:
    other = Address(email="jane@example.net", name="Jane Doe")
    assert doubts_about(letter(), [other, JANE]) == ()


def test_a_letter_without_sender_or_name_raises_no_doubt() -> None:
    assert doubts_about(Message(message_id="1", sender=None), [JANE]) == ()
    nameless = Address(email="x@example.org")
    assert doubts_about(letter(sender=nameless), [Address(email="y@example.org")]) == ()


def test_a_hostile_field_is_read_in_bounds() -> None:
    assert doubts_about(letter("(" * 100_000 + "mx.example.com; dmarc=fail"), (), MINE) == ()


def said_of(sender: str) -> tuple[str, ...]:
    return doubts_about(read(f"From: {sender}\r\n\r\nHello".encode()))


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("Ann <ann@p\u0430ypal.example>", "is not paypal.example"),
        ("Ann <ann@xn--pypal-4ve.example>", "is not paypal.example"),
        ("Ann <ann@xn--80ak6aa92e.example>", "is not apple.example"),
        (
            "Ann <ann@g\u043e\u043egle\u0436.example>",
            "mixes several alphabets (CYRILLIC, LATIN)",
        ),
        ("Ann <ann@xn--mller-kva.example>", "xn--mller-kva.example stands for m\u00fcller.example"),
        (
            '"ann@example.org" <eve@evil.example>',
            "the name shows ann@example.org, but the letter is from eve@",
        ),
        (
            "ann\uff20example.org <eve@evil.example>",
            "the name shows ann@example.org, but the letter is from eve@",
        ),
        ('"ann@example.org"@evil.example', "at evil.example, not ann@example.org"),
        ('Ann <"ann@example.org"@evil.example>', "at evil.example, not ann@example.org"),
    ],
)
def test_a_sender_who_passes_for_another_is_told(sender: str, told: str) -> None:
    assert told in "; ".join(said_of(sender))


@pytest.mark.parametrize(
    "sender",
    [
        "Ann <ann@m\u00fcller.example>",
        "Ann <ann@\u043f\u0440\u0438\u043c\u0435\u0440.example>",
        "Ann <ann@\u65e5\u672ctv.example>",
        "ann@example.org <Ann@example.org>",
        "Ann <ann@xn--99999999999.example>",
        "Ann Miller (she/her) <ann@example.org>",
    ],
)
def test_a_name_in_ones_own_alphabet_is_no_doubt(sender: str) -> None:
    assert said_of(sender) == ()
