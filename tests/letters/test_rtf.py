"""Rich text: compressed by Outlook, with a page or plain text inside, in its fonts' charsets."""

from __future__ import annotations

import pytest

from inbox_bot.letters.reading import rtf

SPECIFIED = bytes.fromhex(  # the example of MS-OXRTFCP, 4.1.1
    "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a"
    "800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def rich(words: str) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252\deff0" + words.encode() + b"}"


def test_packed_text_is_unpacked_as_specified() -> None:
    assert rtf.decompressed(SPECIFIED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf.decompressed(REPEATED) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_text_called_packed_that_is_not_is_taken_as_it_is() -> None:
    assert rtf.decompressed(b"\0" * 8 + b"MELA" + b"\0" * 4 + b"{\\rtf1 hi}") == b"{\\rtf1 hi}"
    assert rtf.decompressed(b"what is this, a letter?") == b""
    assert rtf.decompressed(b"") == b""


def test_a_packed_text_that_breaks_off_or_repeats_for_ever_ends() -> None:
    for length in range(len(SPECIFIED)):
        rtf.decompressed(SPECIFIED[:length])
    bomb = REPEATED[:16] + b"\xff" + b"\x00\x0f" * 8
    assert len(rtf.decompressed(bomb[:16] + bomb[16:] * 100_000)) <= rtf._LONGEST + 17 * 8


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            r"{\fonttbl{\f0 Arial;}}{\*\generator Riched;}Dear Ann,\par hi\tab you",
            "Dear Ann,\nhi\tyou",
        ),
        (r"Gr\'f6\u223?e \endash  \{x\}", "Größe – {x}"),
        (r"{\uc2 \u26694 ??!}", "标!".replace("标", chr(26694))),
        (r"{\fonttbl{\f1\fcharset204 Arial;}}{\f1 \'ec\'e0}\'e4", "маä"),
        (r"{\fonttbl{\f1\fcharset128 Gothic;}}{\f1 \'8d\'98}", "腰"),
        (r"{\pict 0011ff}{\header Page}it hurts", "it hurts"),
        (r"\bin5 {{{{{it hurts", "it hurts"),
        (r"}}}it hurts", "it hurts"),
    ],
)
def test_words_are_shown_and_what_programs_need_is_not(written: str, shown: str) -> None:
    assert rtf.text_of(rich(written)) == (shown, False)


def test_a_page_in_rich_text_comes_out_as_it_was() -> None:
    wrapped = (
        r"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag64 <p class=\'22a\'22>}\htmlrtf {\htmlrtf0 "
        r"a \{b\}{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 {\*\mhtmltag84 cid:1}"
        r"{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0}"
    )
    assert rtf.text_of(wrapped.encode()) == ('<p class="a">a {b}&lt;</p>', True)


def test_deep_groups_cost_no_depth() -> None:
    assert rtf.text_of(rich("{" * 100_000 + "hi"))[0] == "hi"
