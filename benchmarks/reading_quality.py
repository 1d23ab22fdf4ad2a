"""Whether letters are read at all, and whether what their senders wrote is found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.reading_corpora import Corpora, Item
from benchmarks.reading_peers import Missing, bounce_scan, reading, stripping
from benchmarks.reading_rows import Row
from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import read, rust_path, visible
from inbox_bot.letters.verdicts import judge
from inbox_bot.model import KnownPeople, Message, Verdict

_SILENCED = (Verdict.AUTOMATIC, Verdict.BOUNCE, Verdict.LIST, Verdict.PITCH, Verdict.OWN)


def crashes(corpora: Corpora) -> list[Row]:
    crashed: list[str] = []
    unread: list[str] = []
    for item in corpora.items:
        try:
            read(item.raw) if item.is_letter else visible(item.text)
        except Unreadable:
            unread.append(item.name)
        except Exception:  # this is what is being measured
            crashed.append(item.name)
    letters = len(corpora.letters)
    share = len(unread) / letters
    peers = {name: _failures(peer, corpora.letters) for name, peer in reading().items()}
    return [
        Row(
            what="crashes",
            measured=f"{len(crashed)} of {len(corpora.items):,} items {crashed[:3] or ''}",
            bar="0",
            met=not crashed,
            figures={"crashes": len(crashed), "items": len(corpora.items)},
        ),
        Row(
            what="letters set aside as unreadable",
            measured=f"{len(unread)} of {letters:,} ({share:.2%}) {unread[:3] or ''}",
            bar="<= 0.5 %",
            met=share <= 0.005,
            figures={"share": share, "letters": letters},
            peers=peers,
        ),
    ]


def paths(corpora: Corpora) -> list[Row]:
    """The two parsers against each other: the first must win, the second must do alone."""
    letters = corpora.letters
    first = {item.name: _outcome(item) for item in letters}
    available, rust_path.AVAILABLE = rust_path.AVAILABLE, False
    second = {item.name: _outcome(item) for item in letters}
    rust_path.AVAILABLE = available
    unlike = [name for name, found in first.items() if second[name] != found]
    share = len(unlike) / len(letters)
    return [
        Row(
            what="letters that the second path reads otherwise",
            measured=f"{len(unlike)} of {len(letters)} ({share:.1%}) {unlike[:3]}",
            bar="<= 3 %",
            met=share <= 0.03,
            figures={"share": share},
        )
    ]


def _outcome(item: Item) -> str:
    try:
        message = read(item.raw)
    except Unreadable as reason:
        return str(reason)
    return "\n".join((str(message.sender), message.subject, *message.text.split()))


def _failures(peer: Callable[[bytes], object] | Missing, letters: list[Item]) -> str:
    if isinstance(peer, Missing):
        return peer.why
    failed = 0
    for item in letters:
        try:
            peer(item.raw)
        except Exception:  # peers raise anything
            failed += 1
    return f"{failed} fail"


@dataclass(slots=True)
class _Score:
    right: int = 0
    items: int = 0
    kept: int = 0
    wanted: int = 0
    unwanted: int = 0
    shown: int = 0

    def add(self, found: str, wanted: str) -> None:
        have, want = Counter(found.split()), Counter(wanted.split())
        self.items += 1
        self.right += found.split() == wanted.split()
        self.kept += (have & want).total()
        self.wanted += want.total()
        self.unwanted += (have - want).total()
        self.shown += have.total()

    def in_words(self) -> str:
        right = f"{self.right} of {self.items} right ({self.right / max(self.items, 1):.1%})"
        kept, unwanted = self.kept / max(self.wanted, 1), self.unwanted / max(self.shown, 1)
        return f"{right}, words kept {kept:.1%}, unwanted {unwanted:.1%}"


def replies(corpora: Corpora) -> list[Row]:
    items = [item for item in corpora.of_kind("reply") if "visible" in item.expected]
    own = _score(items, _written)
    peers = {
        name: peer.why if isinstance(peer, Missing) else _score(items, _of(peer)).in_words()
        for name, peer in stripping().items()
    }
    right, kept = own.right / max(own.items, 1), own.kept / max(own.wanted, 1)
    unwanted = own.unwanted / max(own.shown, 1)
    return [
        Row(
            what="reply text exactly right",
            measured=own.in_words(),
            bar=">= 70 %",
            met=right >= 0.70,
            figures={"right": right, "items": own.items},
            peers=peers,
        ),
        Row(
            what="wanted words kept, unwanted words shown",
            measured=f"{kept:.1%}, {unwanted:.1%}",
            bar=">= 97 %, <= 20 %",
            met=kept >= 0.97 and unwanted <= 0.20,
            figures={"kept": kept, "unwanted": unwanted},
        ),
        _passages(corpora),
    ]


def _of(peer: Callable[[str], str]) -> Callable[[Item], str]:
    return lambda item: peer(item.text)


def _written(item: Item) -> str:
    return read(item.raw).text if item.is_letter else visible(item.text).text


def _score(items: Iterable[Item], strip: Callable[[Item], str]) -> _Score:
    score = _Score()
    for item in items:
        try:
            found = strip(item)
        except Exception:  # a peer that raises has found nothing
            found = ""
        score.add(found, str(item.expected["visible"]))
    return score


def _passages(corpora: Corpora) -> Row:
    """Items that only name passages: which must stay, and which must go.

    Two of them hold that quotes between answers stay, where ours go and only the answers stay.
    """
    stay = go = stays = goes = 0
    for item in corpora.of_kind("reply"):
        if "include" not in item.expected:
            continue
        found = _flat(_written(item))
        stay_here, go_here = _list(item, "include"), _list(item, "exclude")
        stay += len(stay_here)
        stays += sum(passage in found for passage in stay_here)
        go += len(go_here)
        goes += sum(passage not in found for passage in go_here)
    return Row(
        what="passages that must go are gone",
        measured=f"{goes} of {go}; {stays} of {stay} that must stay are there",
        bar="all",
        met=goes == go,
        figures={"gone": goes, "to_go": go, "stay": stays, "to_stay": stay},
    )


def _list(item: Item, key: str) -> list[str]:
    found = item.expected.get(key)
    return [_flat(str(each)) for each in found] if isinstance(found, list) else []


def _flat(text: str) -> str:
    import html

    return " ".join(html.unescape(text).split())


def forwards(corpora: Corpora) -> list[Row]:
    items = corpora.of_kind("forward")
    are = [item for item in items if item.expected.get("forwarded")]
    are_not = [item for item in items if not item.expected.get("forwarded")]
    missed = [item.name for item in are if not visible(item.text).forwarded]
    taken = [item.name for item in are_not if visible(item.text).forwarded]
    share = 1 - len(missed) / max(len(are), 1)
    return [
        Row(
            what="forwards recognised, others taken for one",
            measured=f"{share:.1%} of {len(are)}, {len(taken)} of {len(are_not)} {missed[:3]}",
            bar=">= 95 %, <= 1 of 10",
            met=share >= 0.95 and len(taken) <= max(1, len(are_not) // 10),
            figures={"recognised": share, "taken": len(taken)},
        )
    ]


def bounces(corpora: Corpora) -> list[Row]:
    items = [item for item in corpora.of_kind("bounce") if _is_bounce(item)]
    known = [item for item in items if _verdict(item) is Verdict.BOUNCE]
    missed = [item.name for item in items if item not in known]
    scan = bounce_scan()
    peer = scan.why if isinstance(scan, Missing) else f"{_scanned(scan, items):.1%}"
    share = len(known) / max(len(items), 1)
    silenced = [item.name for item in _from_humans(corpora) if _verdict(item) in _SILENCED]
    return [
        Row(
            what="bounces recognised",
            measured=f"{share:.1%} of {len(items)} {missed[:3]}",
            bar=">= 98 %",
            met=share >= 0.98,
            figures={"recognised": share, "items": len(items)},
            peers={"flufl.bounce": peer},
        ),
        Row(
            what="humans silenced",
            measured=f"{len(silenced)} of {len(_from_humans(corpora))} {silenced[:3]}",
            bar="0",
            met=not silenced,
            figures={"silenced": len(silenced)},
        ),
    ]


def _is_bounce(item: Item) -> bool:
    return "bounce" in str(item.expected.get("label"))


def _from_humans(corpora: Corpora) -> list[Item]:
    """Replies and letters with a quote header; a bare text becomes a letter around it."""
    return [*corpora.of_kind("reply"), *corpora.of_kind("quotehdr"), *corpora.of_kind("forward")]


def _verdict(item: Item) -> Verdict:
    try:
        message = _message(item)
    except Unreadable:
        return Verdict.UNREADABLE
    return judge(message, KnownPeople()).verdict


def _message(item: Item) -> Message:
    header = b"From: Ann <ann@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return read(item.raw if item.is_letter else header + item.raw)


def _scanned(scan: Callable[[bytes], object], items: list[Item]) -> float:
    found = 0
    for item in items:
        try:
            found += bool(scan(item.raw))
        except Exception:  # peers raise anything
            continue
    return found / max(len(items), 1)
