"""Finds Drafts, Sent, Trash and Junk by flag, then by name. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from inbox_bot.model.records import SpecialFolders


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of LIST: flags in lower case, the name decoded, `delimiter` empty where flat."""

    name: str
    delimiter: str = "/"
    flags: frozenset[str] = frozenset()


# Names used by mail programs and providers where the server has no flags (RFC 6154), the most
# common first, in lower case
_DRAFTS = """drafts|draft|entwürfe|entwurf|brouillons|brouillon|borradores|borrador|bozze|rascunhos
|rascunho|concepten|utkast|kladder|luonnokset|szkice|wersje robocze|robocze|koncepty|rozepsané
|piszkozatok|ciorne|taslaklar|πρόχειρα|черновики|чернетки|טיוטות|مسودات|下書き|草稿箱|草稿
|임시 보관함"""
_SENT = """sent|sent items|sent messages|sent mail|sent-mail|gesendet|gesendete objekte
|gesendete elemente|gesendete nachrichten|postausgang gesendet|envoyés|messages envoyés
|éléments envoyés|courrier envoyé|enviados|elementos enviados|correo enviado|mensajes enviados
|itens enviados|posta inviata|inviata|inviati|elementi inviati|verzonden|verzonden items
|verzonden berichten|skickat|skickade objekt|skickade meddelanden|sendt|sendte elementer|sendt post
|lähetetyt|wysłane|elementy wysłane|odeslané|odeslaná pošta|odoslané|elküldött|elküldött elemek
|trimise|gönderilmiş|gönderilmiş postalar|απεσταλμένα|отправленные|надіслані|נשלחו
|البريد المرسل|送信済み|送信済みメール|已发送|已发送邮件|寄件備份|보낸편지함"""
_TRASH = """trash|deleted items|deleted messages|deleted|bin|papierkorb|gelöschte objekte
|gelöschte elemente|corbeille|éléments supprimés|papelera|elementos eliminados|lixeira|lixo
|cestino|posta eliminata|prullenbak|papperskorgen|papirkurv|slettet|roskakori|kosz|koš|kôš|lomtár
|coș de gunoi|çöp kutusu|κάδος απορριμμάτων|корзина|кошик|אשפה|ゴミ箱|已删除邮件|垃圾桶|휴지통"""
_JUNK = """junk|junk e-mail|junk email|junk mail|spam|bulk mail|bulk|spamverdacht|junk-e-mail
|courrier indésirable|indésirables|pourriel|correo no deseado|lixo eletrônico|posta indesiderata
|ongewenste e-mail|skräppost|søppelpost|uønsket e-mail|roskaposti|nevyžádaná pošta|levélszemét
|спам|迷惑メール|垃圾邮件|스팸함"""
_NO_LETTERS_OF_THEIR_OWN = frozenset(
    "\\noselect \\nonexistent \\all \\allmail \\flagged \\starred \\important".split()
)
_USES = _NO_LETTERS_OF_THEIR_OWN | {"\\drafts", "\\sent", "\\trash", "\\junk", "\\archive"}
_ROOTS = frozenset({"", "inbox", "[gmail]", "[google mail]"})


def special_folders(listed: Sequence[Listed], *, drafts: str, sent: str) -> SpecialFolders:
    """`drafts` and `sent` are from the author's settings and win where they are not empty."""
    usable = [folder for folder in listed if not folder.flags & {"\\noselect", "\\nonexistent"}]
    to_file = sent or _find(usable, "\\sent", _SENT)
    return SpecialFolders(
        drafts=drafts or _find(usable, "\\drafts", _DRAFTS),
        sent=to_file,
        all_sent=tuple(dict.fromkeys(filter(None, (to_file, *_all(usable, "\\sent", _SENT))))),
        trash=_find(usable, "\\trash", _TRASH),
        junk=_find(usable, "\\junk", _JUNK) or _find(usable, "\\spam", ""),
    )


def incoming(listed: Sequence[Listed], special: SpecialFolders) -> list[str]:
    """Folders that may hold incoming letters; INBOX first."""
    outgoing = {special.drafts, special.trash, special.junk, *special.all_sent}
    names = [
        folder.name
        for folder in listed
        if folder.name not in outgoing and not folder.flags & _NO_LETTERS_OF_THEIR_OWN
    ]
    return sorted(names, key=lambda name: (name.upper() != "INBOX", name))


def _all(listed: Sequence[Listed], flag: str, names: str) -> list[str]:
    """Each with the flag, or with one of the names and no flag for another use."""
    known = frozenset(names.replace("\n", "").split("|"))
    return [
        folder.name
        for folder in listed
        if flag in folder.flags or (_leaf(folder) in known and not folder.flags & _USES)
    ]


def _find(listed: Sequence[Listed], flag: str, names: str) -> str | None:
    flagged = [folder for folder in listed if flag in folder.flags]
    if flagged:
        return _topmost(flagged).name
    for name in filter(None, names.replace("\n", "").split("|")):
        named = [folder for folder in listed if _leaf(folder) == name]
        if named:
            return _topmost(named).name
    return None


def _topmost(folders: Sequence[Listed]) -> Listed:
    """The one highest in the hierarchy: `Drafts` before `Old account/Drafts`."""
    return min(folders, key=lambda folder: folder.name.count(folder.delimiter or "/"))


def _leaf(folder: Listed) -> str:
    """The name in lower case if it lies at the top, below INBOX or below Gmail's root; else ""."""
    name = normalize("NFC", folder.name).casefold()  # Macs decompose accented letters
    if not folder.delimiter:
        return name
    root, _, leaf = name.rpartition(folder.delimiter)
    return leaf if root in _ROOTS else ""
