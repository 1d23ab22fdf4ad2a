"""format=flowed (RFC 3676): lines that end in a space go on in the next one."""

from __future__ import annotations


def joined(text: str, *, delete_space: bool) -> str:
    """Paragraphs as their writer saw them. Quote depth is kept; "-- " is never joined (4.3)."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # space-stuffing, 4.4
        signature = content == "-- "
        if depth == open_depth and not signature:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        flows = content.endswith(" ") and not signature
        open_depth = depth if flows else -1
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
