"""Letters whose text a single parser, part or charset would miss."""

from __future__ import annotations

import base64
import zlib

import pytest
from asn1crypto import algos, cms, core

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import read
from inbox_bot.letters.reading.comparing import adds_to
from inbox_bot.letters.verdicts import judge
from inbox_bot.model import KnownPeople, Verdict

ASKED = "Is a heating pad any good for sciatica?"
PAGE = f"<html><body><p>Dear Steve,</p><p>{ASKED}</p></body></html>"


def raw(content_type: str, body: str | bytes, *fields: str, subject: str = "Pads") -> bytes:
    head = "\r\n".join(
        ("From: Ann Reader <ann@example.org>", f"Subject: {subject}", *fields, "Message-ID: <1@x>")
    )
    content = body if isinstance(body, bytes) else body.encode()
    return f"{head}\r\nContent-Type: {content_type}\r\n".encode() + content


def plain(body: str | bytes, *fields: str, subject: str = "Pads") -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    return raw("text/plain; charset=utf-8", b"\r\n" + content, *fields, subject=subject)


def answer(body: str, subject: str = "Re: Pads") -> bytes:
    return plain(body, "In-Reply-To: <0@example.com>", subject=subject)


def parts(kind: str, *texts: tuple[str, str]) -> bytes:
    body = "".join(f"\r\n--b\r\nContent-Type: {of}\r\n\r\n{text}" for of, text in texts)
    return raw(f'multipart/{kind}; boundary="b"', f"{body}\r\n--b--\r\n")


def verdict(letter: bytes) -> Verdict:
    return judge(read(letter), KnownPeople()).verdict


# --- parts and shapes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stub",
    [
        "",
        "\u00a0\u00a0\r\n\u200b",
        "https://post.example/view?id=7",
        "Please turn on HTML to see this message.",
        "If you cannot read this, open it in your browser: https://post.example/v",
    ],
)
def test_a_stub_beside_a_page_does_not_hide_the_page(stub: str) -> None:
    letter = parts(
        "alternative", ("text/plain; charset=utf-8", stub), ("text/html; charset=utf-8", PAGE)
    )
    assert ASKED in read(letter).text


def test_a_footer_that_a_gateway_adds_hides_no_page() -> None:
    for kind in ("mixed", "related"):
        text = read(parts(kind, ("text/html", PAGE), ("text/plain", "Scanned by Gate."))).text
        assert ASKED in text


def test_two_shapes_that_say_the_same_are_told_once() -> None:
    for kind in ("alternative", "mixed"):
        text = read(parts(kind, ("text/plain", f"Dear Steve,\r\n\r\n{ASKED}"), ("text/html", PAGE)))
        assert text.text.count(ASKED) == 1
        assert not text.beside


@pytest.mark.parametrize(
    ("text", "other", "adds"),
    [
        ("One two, three four.", "FOUR three two (one)", False),
        ("One two three.", "one https://post.example/four/five/six two three", False),
        ("One two three.", "one,four five-six", True),
        ("One two three.", "one two three four five", False),  # a few more are no news
        ("", "four five six", True),
    ],
)
def test_two_shapes_are_told_apart_by_their_words(text: str, other: str, adds: bool) -> None:
    assert adds_to(text, other) is adds


def test_a_plain_shape_that_breaks_off_gives_way_to_the_page() -> None:
    long = PAGE.replace("</body>", "<p>It has hurt for nine weeks, mostly when driving.</p></body>")
    letter = parts("alternative", ("text/plain", "Dear Steve, is a heating"), ("text/html", long))
    assert "nine weeks" in read(letter).text


def test_what_only_the_other_shape_says_is_kept_beside() -> None:
    page = PAGE.replace("</body>", "<p>Numb between both legs today.</p></body>")
    said = f"Dear Steve,\r\n\r\n{ASKED}"
    message = read(parts("alternative", ("text/plain", said), ("text/html", page)))
    assert ASKED in message.text
    assert "Numb between" in f"{message.text}\n{message.beside}"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text", ASKED),
        ("text/markdown; charset=utf-8", f"**Hello**\r\n\r\n{ASKED}"),
        ("text/x-unheard-of", ASKED),
        ("text/enriched", f"<bold>Hello</bold>\r\n\r\n{ASKED.replace(' ', chr(13) + chr(10), 1)}"),
        ("text/richtext", f"<bold>Hello</bold><nl>{ASKED}"),
        ("text/plain", PAGE),
        ("text/html", ASKED),
        ("application/xhtml+xml", PAGE),
        ("text/plain\r\nContent-Disposition: attachment", ASKED),
        ("text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt", ASKED),
    ],
)
def test_text_of_every_kind_is_read(content_type: str, body: str) -> None:
    text = read(raw(content_type, f"\r\n{body}")).text
    assert ASKED in text
    assert "<" not in text


@pytest.mark.parametrize(
    ("label", "encoded"),
    [
        ("base64 ", base64.encodebytes(ASKED.encode())),
        ("base64\t", base64.encodebytes(ASKED.encode())),
        ('"base64"', base64.encodebytes(ASKED.encode())),
        ("base64;", base64.encodebytes(ASKED.encode())),
        ("Base-64", base64.encodebytes(ASKED.encode())),
        ("7bit", base64.encodebytes(ASKED.encode())),
        ("quoted-printable (soft)", ASKED.replace(" ", "=20").encode()),
        ("quoted-printable ", ASKED.replace(" ", "=20").encode()),
        ("quoted_printable", ASKED.replace(" ", "=20").encode()),
        ("8 bit", ASKED.encode()),
    ],
)
def test_transfer_encodings_are_taken_off_however_they_are_spelt(
    label: str, encoded: bytes
) -> None:
    for content_type in ("text/plain; charset=utf-8", "text/html; charset=utf-8"):
        letter = raw(f"{content_type}\r\nContent-Transfer-Encoding: {label}", b"\r\n" + encoded)
        assert read(letter).text == ASKED


def test_uuencoded_text_is_read() -> None:
    body = b'\r\nbegin 644 t\r\n.1&]E<R!I="!H=7)T/P``\r\n`\r\nend\r\n'
    letter = raw("text/plain\r\nContent-Transfer-Encoding: uuencode", body)
    assert read(letter).text.startswith("Does it hurt?")


def test_words_that_look_encoded_and_are_none_stay() -> None:
    for text in ("Massagechairs/Pads", "x=3D4", "a=C3 b"):
        assert read(plain(text)).text == text


@pytest.mark.parametrize(
    ("style", "element"),
    [
        ("", '<div style="white-space:pre-wrap">{}</div>'),
        ("", '<span style="WHITE-SPACE: break-spaces">{}</span>'),
        ("<style>div.m, .n{{color:red;white-space:pre-line}}</style>", '<div class="x m">{}</div>'),
        ("<style>#m {{ white-space : pre }}</style>", "<div id=m>{}</div>"),
        ("", "<pre>{}</pre>"),
    ],
)
def test_lines_that_a_page_keeps_are_lines(style: str, element: str) -> None:
    page = style.replace("{{", "{").replace("}}", "}") + element.format("One\n\nTwo\nThree")
    assert read(raw("text/html", f"\r\n{page}")).text == "One\n\nTwo\nThree"


def test_what_a_first_letter_indents_is_its_own() -> None:
    page = f"<p>Hello</p><blockquote><p>{ASKED}</p></blockquote>"
    assert ASKED in read(raw("text/html", f"\r\n{page}")).text
    cited = f"<p>Hello</p><blockquote type=cite><p>{ASKED}</p></blockquote>"
    assert ASKED not in read(raw("text/html", f"\r\n{cited}")).text
    reply = raw("text/html", f"\r\n{page}", "In-Reply-To: <0@x>", subject="Re: Pads")
    assert ASKED not in read(reply).text


def test_words_typed_behind_quote_marks_are_read_where_there_are_no_others() -> None:
    assert ASKED in read(answer(f"> {ASKED}\r\n> Ann")).text
    said = f"On 2026-01-05 09:12, Steve wrote:\r\n> {ASKED}\r\n>\r\n> Ann"
    assert ASKED in read(answer(said)).text


# --- charsets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "body", "shown"),
    [
        ("iso-2022-jp", b"\x1b$B-!-j\x1b(B", "①㈱"),
        ("iso-2022-jp", b"\x1b(I1\x1b(B x", "ｱ x"),
        ("us-ascii", b"\x1b$B<ALd\x1b(B", "質問"),
        ("euc-jp", b"\xbc\xc1\xad\xa1", "質①"),
        ("windows-31j", "①髙".encode("cp932"), "①髙"),
        ("shift_jis", "①髙".encode("cp932"), "①髙"),
        ("big5", b"\xb8g\xc6\xa1", "經①"),
        ("cn-big5", b"\xb8g\xf9\xda", "經恒"),
        ("gb2312", "丂".encode("gbk"), "丂"),
        ("ks_c_5601-1987", "똠".encode("cp949"), "똠"),
        ("iso-8859-9", "Ağrı “bel”".encode("cp1254"), "Ağrı “bel”"),
        ("iso-8859-2", "„ból”, ąśź".encode("cp1250"), "„ból”, ąśź"),
        ("iso-8859-7", "πόνος “α”".encode("cp1253"), "πόνος “α”"),
        ("x-cp1251", "боль".encode("cp1251"), "боль"),
        ("iso-8859-1", "Größe".encode(), "Größe"),
        ("utf-8", "Größe – heiß".encode() + b" \xff.", "Größe – heiß �."),
        ("unicode-1-1-utf-8", "ж".encode(), "ж"),
    ],
)
def test_a_charset_holds_what_its_writers_put_in(label: str, body: bytes, shown: str) -> None:
    assert read(raw(f"text/plain; charset={label}", b"\r\n" + body)).text == shown


@pytest.mark.parametrize("header", ["text/html", "text/html; charset=utf-8"])
@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1251">',
        '<META http-equiv="Content-Type" content="text/html; charset=windows-1251">',
    ],
)
def test_a_page_may_name_its_charset_itself(header: str, meta: str) -> None:
    page = f"<html><head>{meta}</head><body>Помогает ли массаж?</body></html>".encode("cp1251")
    assert read(raw(header, b"\r\n" + page)).text == "Помогает ли массаж?"


def test_bare_bytes_in_a_header_are_of_the_bodys_charset() -> None:
    letter = raw("text/plain; charset=windows-1251", b"\r\nx")
    subject = read(letter.replace(b"Pads", "Массаж".encode("cp1251"))).subject
    assert subject == "Массаж"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?utf-8?Q?Pads? Any good =E2=80=93 for me??=", "Pads? Any good – for me?"),
        ("=?utf-8?Q?why?=E2=80=93_so?= =?utf-8?q?_much?=", "why?– so much"),
        ("=?utf-8?B?R3LDtsOfZQ", "Größe"),
    ],
)
def test_encoded_words_are_read_however_they_are_broken(written: str, shown: str) -> None:
    assert read(plain("x", subject=written)).subject == shown


# --- sealed letters --------------------------------------------------------------------------

INNER = f"Content-Type: text/plain\r\n\r\n{ASKED}\r\n".encode()


def signed(inner: bytes) -> bytes:
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": inner},
            "signer_infos": [],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def compressed(inner: bytes) -> bytes:
    data = cms.CompressedData(
        {
            "version": "v0",
            "compression_algorithm": cms.CompressionAlgorithm({"algorithm": "zlib"}),
            "encap_content_info": {
                "content_type": "data",
                "content": cms.ParsableOctetString(zlib.compress(inner)),
            },
        }
    )
    return bytes(cms.ContentInfo({"content_type": "compressed_data", "content": data}).dump())


def enveloped(_: bytes) -> bytes:
    return bytes(core.Sequence.load(bytes.fromhex("300d06092a864886f70d010703a000")).dump())


def smime(content: bytes, kind: str = "application/pkcs7-mime") -> bytes:
    encoded = base64.encodebytes(content)
    head = f'{kind}; name="smime.p7m"\r\nContent-Transfer-Encoding: base64'
    return raw(head, b"\r\n" + encoded)


def test_what_is_signed_or_packed_and_not_encrypted_is_opened() -> None:
    for content in (signed(INNER), compressed(INNER), signed(compressed_letter())):
        assert read(smime(content)).text == ASKED
    assert read(smime(signed(INNER), "application/octet-stream")).text == ASKED


def compressed_letter() -> bytes:
    return smime(compressed(INNER)).replace(b"From: Ann Reader <ann@example.org>\r\n", b"")


PGP = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA3\r\n=aB\r\n-----END PGP MESSAGE-----\r\n"


@pytest.mark.parametrize(
    "letter",
    [
        smime(enveloped(b"")),
        smime(b"no such thing"),
        plain(PGP),
        parts("encrypted", ("application/pgp-encrypted", "Version: 1"), ("application/x", PGP)),
        parts("mixed", ("text/plain", " "), ("application/ms-tnef; name=winmail.dat", "broken")),
    ],
)
def test_what_stays_sealed_is_unreadable_with_its_reason(letter: bytes) -> None:
    with pytest.raises(Unreadable, match="mail program"):
        read(letter)


def test_words_beside_a_seal_are_read_and_the_seal_is_noted() -> None:
    message = read(plain(f"{ASKED}\r\n\r\n{PGP}"))
    assert message.text == ASKED
    assert any("PGP" in note for note in message.notes)


def test_text_signed_with_pgp_is_read_without_its_armour() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\n- - one\r\n"
        f"{ASKED}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n=x\r\n"
        "-----END PGP SIGNATURE-----\r\n"
    )
    assert read(plain(body)).text == f"- one\n{ASKED}"


def tnef(*objects: tuple[int, bytes]) -> bytes:
    body = b"".join(
        b"\1"
        + (number).to_bytes(4, "little")
        + len(data).to_bytes(4, "little")
        + data
        + (sum(data) & 0xFFFF).to_bytes(2, "little")
        for number, data in objects
    )
    return b"\x78\x9f\x3e\x22\0\0" + body


def test_the_words_in_a_winmail_dat_are_read() -> None:
    content = tnef((0x0002800C, f"{ASKED}\0".encode()))
    encoded = base64.encodebytes(content).decode()
    kind = "application/ms-tnef\r\nContent-Transfer-Encoding: base64"
    assert read(parts("mixed", ("text/plain", " "), (kind, encoded))).text.startswith(ASKED)


RICH = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Dear Steve,\par %s\par}" % ASKED.encode()


def test_rich_text_alone_in_a_winmail_dat_is_read() -> None:
    packed = b"\0" * 8 + b"MELA" + b"\0" * 4 + RICH
    length = len(packed).to_bytes(4, "little")
    words = b"\1\0\0\0\x02\x01\x09\x10\1\0\0\0" + length + packed + b"\0" * (-len(packed) % 4)
    encoded = base64.encodebytes(tnef((0x00069003, words))).decode()
    kind = "application/ms-tnef\r\nContent-Transfer-Encoding: base64"
    letter = parts("mixed", ("text/plain", " "), (kind, encoded))
    assert read(letter).text == f"Dear Steve,\n{ASKED}"


def test_rich_text_beside_the_same_words_is_told_once() -> None:
    letter = parts("alternative", ("text/plain", ASKED), ("text/rtf", RICH.decode()))
    assert read(letter).text.count(ASKED) == 1


@pytest.mark.parametrize("kind", ["plain/text", "application/octet-stream", "text/rtf"])
def test_a_letter_of_one_part_is_read_whatever_that_is_called(kind: str) -> None:
    body = RICH.decode() if kind == "text/rtf" else ASKED
    assert ASKED in read(raw(kind, f"\r\n{body}")).text


def test_bytes_that_are_no_words_are_no_text() -> None:
    assert read(raw("application/octet-stream", b"\r\n\x01\x02ab\0")).text == ""


BASE64 = base64.b64encode(f"Dear Steve,\n\n{ASKED}\n".encode()).decode()


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (f"{BASE64[:40]}!\r\n \r\n{BASE64[40:]}\r\n\r\n--\r\nFree mail\r\n", ASKED),
        (f"Dear Steve,\r\n\r\n{ASKED}\r\n\r\nAnn\r\n", ASKED),
        ("Dear Steve,\r\n\r\nIs massage safe?\r\n\r\nI have sciatica.\r\n", "I have sciatica."),
        (f"{BASE64}\r\n_____\r\nTo leave this list, write to us\r\n", ASKED),
        ("SGVsbG8gU3RldmU=\r\n", "Hello Steve"),
    ],
)
def test_base64_is_taken_off_as_far_as_it_goes(body: str, shown: str) -> None:
    letter = raw("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", f"\r\n{body}")
    assert shown in read(letter).text


def test_a_stand_in_of_exchange_is_no_letter() -> None:
    letter = plain("The server couldn't retrieve the following message:").replace(
        b"Ann Reader <ann@example.org>", b"Microsoft Exchange Server"
    )
    stand_in = letter.replace(b"Pads", b"Fehler beim Abrufen mit dem IMAP4-Protokoll: 7")
    assert verdict(stand_in) is Verdict.UNREADABLE


# --- letters that programs write ---------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [
        "Automaatvastus: Re: Pads",
        "Sjálfvirkt svar: Pads",
        "Automatinis atsakymas: Re: Pads",
        "Freagra uathoibríoch: Pads",
        "Автоматски одговор: Pads",
        "Аўтаматычны адказ: Pads",
        "ავტომატური პასუხი: Re: Pads",
        "Ավտոմատ պատասխան: Pads",
        "Avtomatik cavab: Pads",
        "پاسخ خودکار: Pads",
        "স্বয়ংক্রিয় উত্তর: Pads",
        "தானியங்கி பதில்: Pads",
        "Balasan automatik: Pads",
        "Outomatiese antwoord: Pads",
        "Përgjigje automatike: Pads",
        "자동 회신: Pads",
        "Aŭtomata mesaĝo: Pads",
    ],
)
def test_a_note_of_absence_is_known_by_its_subject_in_any_language(subject: str) -> None:
    assert verdict(answer("Away.", subject)) is Verdict.AUTOMATIC


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin bis zum 7. Dezember nicht im Büro.",
        "Jag är på semester till den 7 december.",
        "Je suis absent du bureau jusqu'au 7 décembre.",
        "Olen lomalla 7.12. asti.",
        "I am out of the office until December 7.",
    ],
)
def test_a_note_of_absence_is_known_by_its_words(text: str) -> None:
    assert verdict(answer(text)) is Verdict.AUTOMATIC


@pytest.mark.parametrize(
    "text",
    [
        f"I am on vacation until 7 May. {ASKED}",
        "I'm on vacation until 7 May, and the pain in my leg is no better.",
        "Thank you, I was away until May 3 and tried the chair; nothing helps the pain.",
    ],
)
def test_a_reader_who_was_away_stays_a_reader(text: str) -> None:
    assert verdict(answer(text)) is Verdict.READER


def calendar(method: str, text: str = "") -> bytes:
    event = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n"
    return parts("alternative", ("text/plain", text), ("text/calendar; charset=utf-8", event))


def test_a_calendars_answer_is_automatic_and_its_invitation_is_not() -> None:
    for method in ("REPLY", "CANCEL", "COUNTER"):
        assert verdict(calendar(method, "Ann has answered.")) is Verdict.AUTOMATIC
    assert verdict(calendar("REQUEST", "Shall we talk?")) is Verdict.READER
    assert verdict(calendar("REPLY", f"Yes. {ASKED}")) is Verdict.READER


@pytest.mark.parametrize("opening", ["Hyväksytty", "Elfogadva", "Принято", "承諾", "Aceptado"])
def test_outlooks_answer_to_an_invitation_is_known_by_its_subject(opening: str) -> None:
    assert verdict(plain("", subject=f"{opening}: Call")) is Verdict.AUTOMATIC


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Letto: Re: Pads", "Il messaggio\r\n\r\nA: Ann\r\nOggetto: Re: Pads\r\n\r\nè stato letto"),
        ("Läst: Pads", "Ditt meddelande\r\nTill: Ann\r\nÄmne: Pads\r\nlästes den 7 maj"),
        ("Przeczytano: Pads", "Twoja wiadomość\r\nDo: Ann\r\nTemat: Pads\r\nprzeczytano 7.5."),
        ("開封済み: Pads", "メッセージ\r\n宛先: Ann\r\n件名: Pads\r\nは開封されました"),
    ],
)
def test_a_receipt_in_words_is_automatic(subject: str, text: str) -> None:
    assert verdict(answer(text, subject)) is Verdict.AUTOMATIC


@pytest.mark.parametrize(
    "text",
    [
        'Reader, Ann would like to recall the message, "Pads".',
        "Reader, Ann möchte die Nachricht „Pads“ zurückrufen.",
        "Ann Reader souhaite rappeler le message « Pads ».".replace("« ", "«").replace(" »", "»"),
    ],
)
def test_a_recall_is_automatic(text: str) -> None:
    assert verdict(plain(text, subject="Recall: Pads")) is Verdict.AUTOMATIC
    assert verdict(plain('I read "Pads" of yours.', subject="Topic: Pads")) is Verdict.READER


@pytest.mark.parametrize("text", ["👍", "🙏🙏❤️", "😀\r\n\r\nAnn", "👍\r\nAnn reacted via Gmail"])
def test_a_reaction_asks_for_nothing(text: str) -> None:
    assert verdict(answer(text)) is Verdict.COURTESY
    assert verdict(answer("🆘")) is Verdict.READER
    assert verdict(answer("👍?")) is Verdict.READER
    assert verdict(plain(text, subject=ASKED)) is not Verdict.COURTESY


@pytest.mark.parametrize(
    ("mark", "thanks"),
    [
        ("Antwort:", "Danke!"),
        ("Rif:", "Grazie mille"),
        ("Vá:", "Köszönöm szépen!"),
        ("回覆:", "謝謝您"),
        ("답장:", "감사합니다"),
        ("Odp:", "Dziękuję!"),
        ("ΑΠ:", "Ευχαριστώ πολύ"),
        ("YNT:", "Teşekkürler"),
        ("Ats:", "Ačiū"),
        ("Atb:", "Paldies!"),
        ("پاسخ:", "ممنون"),
        ("ตอบ:", "ขอบคุณครับ"),
        ("Re[2]:", "Thanks"),
        ("Zpět :", "Děkuji"),
    ],
)
def test_thanks_below_any_programs_mark_of_a_reply_ask_for_nothing(mark: str, thanks: str) -> None:
    assert verdict(answer(f"{thanks}\r\n\r\nAnn", f"{mark} {ASKED}")) is Verdict.COURTESY


# --- attributions ------------------------------------------------------------------------------

ABOVE = "I sit all day."
QUOTED = "How long do you sit?"


@pytest.mark.parametrize(
    "line",
    [
        "2013/7/20 Steve via Posts <steve@example.com>",
        "On Thu, 31 Mar 2016 at 11:16 Steve Author < mailto:steve@example.com >",
        "On Thu, Mar 31, 2016 at 11:16 AM Steve\r\n<\r\nmailto:steve@example.com\r\n> wrote:",
        "On Thu, Mar 31, 2016 at\r\n11:16 AM Steve Author\r\n<steve@example.com> wrote:",
        "Ar Mer, 3 Maw 2026 am 09:12 Steve <steve@example.com> ysgrifennodd:",
        "Pada Kha, 5 Mac 2026 pada 9:12 PG Steve <steve@example.com> menulis:",
        "\u200e\u202aОт:\u202c\u200f Steve\r\nОтправлено:\u200e 5 января 2026 г. 9:12",
        "Gesendet: Montag, 5. Januar 2026 09:12\r\nVon: Steve",
    ],
)
def test_a_programs_line_above_what_it_quotes_ends_the_letter(line: str) -> None:
    assert read(answer(f"{ABOVE}\r\n\r\n{line}\r\n\r\n{QUOTED}")).text == ABOVE


@pytest.mark.parametrize(
    "line",
    [
        "On 3 May 2026 I wrote to Steve <steve@example.com>",
        "From: Berlin\r\nDate: 3 May",
        "You can write to me: <ann@example.org>",
    ],
)
def test_a_writers_own_line_ends_nothing(line: str) -> None:
    assert ASKED in read(plain(f"{ABOVE}\r\n\r\n{line}\r\n\r\n{ASKED}")).text


# --- text beside quotes -------------------------------------------------------------------------


def test_what_stands_below_a_signature_or_beyond_the_limits_is_beside() -> None:
    message = read(plain(f"{ASKED}\r\n\r\n-- \r\nAnn\r\nI cannot feel my legs."))
    assert "feel my legs" in message.beside
    long = "word " * 60_000 + "I cannot feel my legs."
    assert "feel my legs" in read(plain(long)).beside
    quoted = read(answer(f"{ASKED}\r\n\r\nOn 1/2/2026 9:12 Steve <s@x.org> wrote:\r\n> numb"))
    assert "numb" not in quoted.beside


@pytest.mark.parametrize("hidden", ["ur\u00adine", "ur\u200bine", "ur\u2060ine", "ur\ufeffine"])
def test_signs_that_nobody_sees_break_no_word(hidden: str) -> None:
    assert read(plain(f"I can\u02bct pass {hidden}")).text == "I can\u2019t pass urine"


@pytest.mark.parametrize(
    "text",
    [
        "Dziękuję bardzo za odpowiedź!\n\nPozdrawiam\nZofia",
        "Tack så mycket för svaret!\n\nMvh Lars",
        "Muito obrigado pela resposta!",
        "非常感谢您的回复！",
        "ご返信ありがとうございました。",
        "답변 정말 감사합니다.",
        "Merci !\nann",  # as her name is written
    ],
)
def test_thanks_in_many_languages_ask_for_nothing(text: str) -> None:
    assert verdict(answer(text)) is Verdict.COURTESY


@pytest.mark.parametrize(
    "text",
    [
        "Dziękuję! Boli bardziej.",
        "Thanks! Tingling everywhere.",
        "谢谢。腿很麻。",
        "谢谢您，腿很麻",
        "Tack, men ont.",
        "Merci. J'ai toujours mal.",
        "Thank you. Now what",
    ],
)
def test_thanks_beside_unknown_words_may_tell_something(text: str) -> None:
    assert verdict(answer(text)) is Verdict.READER


def test_a_reaction_told_in_words_asks_for_nothing() -> None:
    assert (
        verdict(answer("\N{HEAVY BLACK HEART} Ann Reader reacted to your message:"))
        is Verdict.COURTESY
    )
    assert verdict(answer("Ann Reader hat auf Ihre Nachricht reagiert")) is Verdict.COURTESY
    assert verdict(answer("My doctor reacted to your message:")) is Verdict.READER


def test_signs_that_a_page_writes_as_entities_break_no_word() -> None:
    page = "<p>Is it numb&shy;ness of the sa&#8203;ddle, sci&zwnj;atica?</p>"
    assert read(raw("text/html", f"\r\n{page}")).text == "Is it numbness of the saddle, sciatica?"
