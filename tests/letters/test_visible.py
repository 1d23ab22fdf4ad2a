"""The sender's own text stays; quotes, signatures and programs' additions are cut, and kept."""

from __future__ import annotations

import pytest

from inbox_bot.letters.reading import visible

ATTRIBUTIONS = {
    "en": "On Mon, 5 Jan 2026 at 10:00, Ann <ann@example.org> wrote:",
    "en over three lines": "On Mon, 5 Jan 2026, at 10:00, Ann\n<ann@example.org>\nwrote:",
    "en broken before the bracket": "On Mon, 5 Jan 2026, Ann <ann@example.org\n> wrote:",
    "de": "Am 05.01.2026 um 10:00 schrieb Ann <ann@example.org>:",
    "de, name first": "Ann <ann@example.org> schrieb am Mo., 5. Jan.\n2026 um 10:00:",
    "fr": "Le 05/01/2026 10:00, « Ann » <ann@example.org> a écrit :",
    "es": 'El 05/01/2026 10:00, "Ann" <ann@example.org> escribió:',
    "it": "Il giorno lun 5 gen 2026 alle ore 10:00 Ann <\nann@example.org> ha scritto:",
    "nl": "Op 5 jan. 2026 om 10:00 heeft Ann <ann@example.org> het volgende geschreven:",
    "pt": "Em 5 de janeiro de 2026 às 10:00, Ann (\nann@example.org) escreveu:",
    "da": "Den 5. jan. 2026 kl. 10.00 skrev Ann <ann@example.org>:",
    "sv": "5 jan. 2026 kl. 10:00 skrev Ann <ann@example.org>:",
    "fi": "ma 5. tammikuuta 2026 klo 10.00 Ann\n<ann@example.org> kirjoitti:",
    "pl": "W dniu 2026-01-05 10:00:00 użytkownik Ann <ann@example.org> napisał:",
    "cs": "Dne 5. 1. 2026 10:00, Ann <ann@example.org> napsal(a):",
    "hu": "2026.01.05. 10:00 keltezéssel, Ann írta:",
    "ru": "5 янв. 2026 г., в 10:00, Ann <ann@example.org> написал(а):",
    "uk": "5 січня 2026 р. о 10:00 <ann@example.org> написав:",
    "tr": "Ann <ann@example.org>, 5 Oca 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "zh": "在 2026年1月5日，10:00，Ann <ann@example.org> 写道：",
    "ja": "2026年1月5日(月) 10:00 Ann <ann@example.org>:",
    "no verb": "2026-01-05 10:00 GMT+01:00 Ann <ann@example.org>:",
    "zoho": "---- On Mon, 05 Jan 2026 10:00:00 +0100 ann@example.org wrote ----",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> old words\n> more", "old words\nmore"])
def test_an_attribution_and_what_it_quotes_are_cut(attribution: str, quote: str) -> None:
    found = visible(f"Does it hurt?\n\n{attribution}\n\n{quote}\n")
    assert found.text == "Does it hurt?"
    assert "old words" in found.cut
    assert attribution.splitlines()[0] in found.cut
    assert not found.forwarded


HEADERS = {
    "en": "From: Ann <ann@example.org>\nSent: Monday, 5 January 2026 10:00\nTo: me\nSubject: x",
    "en, bold": "*From:* Ann\n*Sent:* Monday, 5 January 2026 10:00\n*To:* me\n*Subject:* x",
    "en, spaced": "From: Ann\n\nSent: Monday, 5 January 2026 10:00\n\nTo: me\n\nSubject: x",
    "de": "Von: Ann [mailto:a@example.org]\nGesendet: Montag, 5. Januar 2026\nAn: mich\nBetreff: x",
    "fr": "De : Ann\nEnvoyé le : lundi 5 janvier 2026 10:00\nÀ : moi\nObjet : x",
    "it": "Da:     Ann <ann@example.org>\nPer:    io\nData:   05/01/2026 10.00\nOggetto:  x",
    "ru": "От:     Ann\nКому:   я\nДата:   05.01.2026 10:00\nТема:   x",
    "zh": "发件人: Ann\n发送时间: 2026年1月5日 10:00\n收件人: 我\n主题: x",
    "marked": "-----Ursprüngliche Nachricht-----\nVon: Ann\nGesendet: Montag\nBetreff: x",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_block_and_all_below_it_are_cut(header: str) -> None:
    found = visible(f"Does it hurt?\n\n________________\n{header}\n\nold words\n")
    assert found.text == "Does it hurt?"
    assert "old words" in found.cut
    assert not found.forwarded


def test_answers_between_quoted_lines_stay() -> None:
    body = "On 5 Jan 2026, Ann wrote:\n> first?\n\nYes.\n\n> second?\n\nNo, why?\n\n> bye\n"
    assert visible(body).text == "Yes.\n\nNo, why?"


def test_the_tail_of_a_quoted_line_that_a_program_broke_is_cut() -> None:
    body = (
        "Fine.\n\nOn 5 Jan 2026, Ann wrote:\n"
        "> this is a quoted line that was too long for the program that broke it and so it\n"
        "went on\n> here.\n"
    )
    assert visible(body).text == "Fine."


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Gesendet von meinem BlackBerry 10-Smartphone.",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Skickat från min iPhone",
        "Отправлено с iPhone",
        "发自我的 iPhone",
        "iPhoneから送信",
        "iPhone'umdan gönderildi",
    ],
)
def test_the_mark_of_a_phone_is_cut(line: str) -> None:
    assert visible(f"Does it hurt?\n\n{line}\n").text == "Does it hurt?"


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my desk, is much easier than my phone.",
        "On Thursday I wrote:",
        "On your remote host you can run:",
        "From: what I read, it should stop?",
        "Regards to your wife!",
        "It was 10:30 when this began:",
    ],
)
def test_a_sentence_that_only_begins_like_a_mark_stays(line: str) -> None:
    body = f"One thing.\n\n{line}\n\nIs that normal?"
    assert visible(body) == visible(body)
    assert visible(body).text == body


@pytest.mark.parametrize("delimiter", ["--", "-- ", "__", "______________"])
def test_a_signature_below_its_delimiter_is_cut(delimiter: str) -> None:
    found = visible(f"Does it hurt?\n{delimiter}\nAnn Reader\nexample.org\n")
    assert found.text == "Does it hurt?"
    assert "Ann Reader" in found.cut


def test_a_closing_with_a_name_stays_and_one_with_a_block_of_contacts_goes() -> None:
    assert visible("Why?\n\nBest regards,\nAnn").text == "Why?\n\nBest regards,\nAnn"
    assert visible("Why?\n\nBest regards,\n\nAnn\nCEO\n555-123").text == "Why?"


def test_a_question_below_the_closing_stays() -> None:
    body = "Why?\n\nRegards,\nAnn\n\nPS: and how often?\nDaily?"
    assert visible(body).text == body


def test_a_disclaimer_is_cut_at_the_end_and_a_banner_at_the_top() -> None:
    found = visible(
        "CAUTION: This email originated from outside of this company.\n\nDoes it hurt?\n\n"
        "This e-mail and any attachments are confidential.\nDelete it."
    )
    assert found.text == "Does it hurt?"
    assert "CAUTION" in found.cut


FORWARD_MARKS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Bob <b@example.org>\nTo: me",
    "apple": "> Begin forwarded message:\n> \n> From: Bob <b@example.org>\n> Subject: x\n> ",
    "thunderbird": "-------- Weitergeleitete Nachricht --------\nBetreff: x\nVon: Bob\nAn: mich",
    "yahoo": "----- Mensaje reenviado ----- De: Bob <b@example.org>Para: me",
    "turkish": "-------- İletilen İleti --------\nKonu: x\nKimden: Bob\nKime: ben",
    "japanese": "---------- メッセージを転送 ---------\n送信元: Bob\n件名: x",
}


@pytest.mark.parametrize("name", FORWARD_MARKS)
def test_a_forward_is_recognised_and_asks_what_its_sender_asks(name: str) -> None:
    start = "> " if name == "apple" else ""
    body = f"{FORWARD_MARKS[name]}\n\n{start}Does it hurt?\n"
    alone = visible(body)
    assert alone.forwarded
    assert alone.text == "Does it hurt?"
    with_words = visible(f"What shall I tell him?\n\n{body}")
    assert with_words.forwarded
    assert with_words.text == "What shall I tell him?"
    assert "Does it hurt?" in with_words.cut


def test_a_header_without_a_word_above_it_is_a_forward() -> None:
    found = visible(f"{HEADERS['en']}\n\nDoes it hurt?\n\nOn 1 Jan 2026, Me wrote:\n> old")
    assert found.forwarded
    assert found.text == "Does it hurt?"


def test_the_subject_tells_a_forward_from_a_reply() -> None:
    body = f"See below.\n\n{HEADERS['en']}\n\nDoes it hurt?"
    assert visible(body, "Fwd: x").forwarded
    assert not visible(body, "Re: x").forwarded
    several = body.replace("To: me", "To: me\nCc: Carl <c@example.org>")
    assert visible(several).forwarded
    assert not visible(several, "AW: x").forwarded


def test_a_forward_quoted_in_a_reply_does_not_make_it_a_forward() -> None:
    body = "Yes.\n\nOn 5 Jan 2026, Ann wrote:\n> Begin forwarded message:\n>\n> From: Bob\n"
    assert not visible(body).forwarded


def test_nothing_of_the_body_is_lost() -> None:
    body = "One?\n\nOn 5 Jan 2026, Ann wrote:\n> old\n\nTwo?\n-- \nme\n"
    found = visible(body)
    for line in body.split("\n"):
        assert line.strip() in found.text + "\n" + found.cut


def test_a_body_beyond_the_limits_is_cut_there_and_kept() -> None:
    found = visible("Why?\n" + "x" * 300_000 + "\nend")
    assert found.text.startswith("Why?")
    assert len(found.text) <= 200_000
    assert found.cut.endswith("\nend")


def test_a_journey_is_no_header() -> None:
    body = "My trip:\n\nFrom: London\nTo: Paris\nDate: 3 May 2026\n\nCan I train there?"
    assert visible(body).text == body


def test_an_attribution_in_a_language_that_the_table_lacks_is_cut() -> None:
    body = "Yes?\n\nTog 5/1/2026 10:00 Ann <ann@example.org> skryfde het:\n\nold words"
    assert visible(body).text == "Yes?"


def test_a_phone_that_names_its_network_is_cut() -> None:
    assert visible("Why?\n\nSent via the Galaxy S7, an AT&T 4G LTE smartphone").text == "Why?"
