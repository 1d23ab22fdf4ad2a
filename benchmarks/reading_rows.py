"""One measured bar and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`measured` and `bar` are words for the eye, `figures` the numbers, `peers` name: result."""

    what: str
    measured: str
    bar: str
    met: bool
    figures: dict[str, float] = field(default_factory=dict)
    peers: dict[str, str] = field(default_factory=dict)

    def shown(self) -> str:
        mark = "ok  " if self.met else "MISS"
        lines = [f"{mark} {self.what}: {self.measured} (bar {self.bar})"]
        lines += [f"       {name}: {result}" for name, result in self.peers.items()]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        return {"met": self.met, "bar": self.bar, "peers": self.peers, **self.figures}
