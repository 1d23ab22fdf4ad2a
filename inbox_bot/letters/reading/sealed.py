"""Opens S/MIME, winmail.dat and PGP as far as that needs no key.

A part that stays closed gives a reason, so that the letter is shown as unreadable.
"""

from __future__ import annotations

import re
import zlib

from asn1crypto import cms
from tnefparse import TNEF

from inbox_bot.letters.reading import rtf
from inbox_bot.letters.reading.parts import Part

_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_LONGEST = 16 * 1024 * 1024
_LONGEST_WORDS = 2 * 1024 * 1024
_MOST_OBJECTS = 2_000
_CLOSED = {
    "enveloped_data": "it's encrypted (S/MIME)",
    "authenticated_enveloped_data": "it's encrypted (S/MIME)",
    "encrypted_data": "it's encrypted (S/MIME)",
}
_LOOK = "; open it in your mail program"
_BEGIN_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_BEGIN_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_BEGIN_SEALED = "-----BEGIN PGP MESSAGE-----"
_ARMOUR_ENDS = re.compile(r"-----END PGP (?:MESSAGE|SIGNATURE)-----[ \t]*\n?")
_ARMOUR_FIELD = re.compile(r"(?:Hash|Charset|Comment|Version|MessageID|NotDashEscaped)\s{0,3}:")
# The attributes of MS-OXTNEF that hold a letter's text.
_TNEF_HEAD = 6
_TNEF_OBJECT = 9
_TNEF_WORDS = (0x800C, 0x9003, 0x9007)


def may_be_sealed(part: Part) -> bool:
    name = part.filename.lower()
    return (
        part.content_type in _SMIME
        or part.content_type in _TNEF
        or part.content_type == "application/pgp-encrypted"
        or name == "winmail.dat"
        or name.endswith(".p7m")
    )


def opened(part: Part) -> tuple[bytes, Part | None, str]:
    """An inner letter's bytes, or a part with its text, or the reason why there is neither."""
    if part.content_type == "application/pgp-encrypted":
        return b"", None, f"it's encrypted (PGP){_LOOK}"
    if part.content_type in _TNEF or part.filename.lower() == "winmail.dat":
        words = _words_of_tnef(part.content)
        return b"", words, "" if words else f"its text is in winmail.dat, which is damaged{_LOOK}"
    inner, reason = _inside_smime(part.content)
    return inner, None, reason


def _inside_smime(content: bytes) -> tuple[bytes, str]:
    """The content of a signed or compressed letter; asn1crypto raises much on other input."""
    try:
        info = cms.ContentInfo.load(content[:_LONGEST])
        kind = info["content_type"].native
        if kind in ("signed_data", "compressed_data"):
            inner = info["content"]["encap_content_info"]["content"].native or b""
            if kind == "compressed_data":
                inner = zlib.decompressobj().decompress(inner, _LONGEST)
            return bytes(inner), "" if inner else f"its signature contains no letter{_LOOK}"
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error, RecursionError):
        return b"", f"its S/MIME envelope is damaged{_LOOK}"
    return b"", f"{_CLOSED.get(kind, 'its S/MIME envelope is of an unknown kind')}{_LOOK}"


def _words_of_tnef(content: bytes) -> Part | None:
    """The text, else the page, else the RTF of Outlook's format; attachments in it stay closed."""
    try:
        found = TNEF(_words_only(content[:_LONGEST]), do_checksum=False)
        body, page = found.body, found.htmlbody
    except Exception:
        return None
    for kind, words in (("text/plain", body), ("text/html", page)):
        raw = words.encode("utf-8", "replace") if isinstance(words, str) else words
        if raw and raw.strip(b"\0 \r\n\t"):
            charset = "utf-8" if isinstance(words, str) else _codepage(found)
            return Part(content_type=kind, parameters=f"{kind}; charset={charset}", content=raw)
    packed = found._rtfbody  # the library's own property would log a missing dependency
    unpacked = rtf.decompressed(packed[0] if isinstance(packed, list) else packed or b"")
    return Part(content_type="text/rtf", content=unpacked) if unpacked else None


def _codepage(found: TNEF) -> str:
    return str(found.codepage or "windows-1252")


def _words_only(content: bytes) -> bytes:
    """The objects that hold text: the library copies the whole rest for each object it reads."""
    kept = [content[:_TNEF_HEAD]]
    at = _TNEF_HEAD
    for _ in range(_MOST_OBJECTS):
        head = content[at : at + _TNEF_OBJECT]
        if len(head) < _TNEF_OBJECT:
            break
        length = int.from_bytes(head[5:9], "little")
        end = at + _TNEF_OBJECT + length + 2
        is_message = head[0] == 1
        holds_words = int.from_bytes(head[1:3], "little") in _TNEF_WORDS
        if is_message and holds_words and length <= _LONGEST_WORDS:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, b"\0" * 12])


def without_armour(text: str) -> tuple[str, bool]:
    """PGP-signed text without its signature (RFC 9580, 7); True if some of it is encrypted."""
    if "-----BEGIN PGP" not in text:
        return text, False
    kept: list[str] = []
    sealed = signed = False
    within = ""  # the kind of block; in a signed one, its fields end with an empty line
    for line in text.split("\n"):
        mark = line.rstrip()
        if mark in (_BEGIN_SIGNED, _BEGIN_SIGNATURE, _BEGIN_SEALED):
            within = mark
            sealed = sealed or mark == _BEGIN_SEALED
            signed = mark == _BEGIN_SIGNED
        elif _ARMOUR_ENDS.match(mark):
            within = ""
        elif within == _BEGIN_SIGNED and (not mark or _ARMOUR_FIELD.match(mark)):
            within = "" if not mark else within
        elif within not in (_BEGIN_SIGNATURE, _BEGIN_SEALED):
            within = ""
            kept.append(line.removeprefix("- ") if signed else line)
    return "\n".join(kept), sealed
