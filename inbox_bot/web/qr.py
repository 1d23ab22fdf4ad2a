"""QR codes of the page's address, for a phone's camera: as SVG and as text for a terminal."""

from __future__ import annotations

from io import StringIO

import segno

_QUIET_ZONE = 4  # modules of white around the code, which a camera needs (ISO/IEC 18004)


def as_svg(address: str, label: str) -> str:
    """Black on white in both color schemes: many cameras read no inverted code."""
    code = _code(address).svg_inline(
        scale=4, dark="#000", light="#fff", border=_QUIET_ZONE, omitsize=True
    )
    return f'<div class="qr" role="img" aria-label="{label}">{code}</div>'


def as_text(address: str) -> str:
    """Half-block characters, two rows of modules a line, as light on a dark terminal."""
    written = StringIO()
    _code(address).terminal(written, compact=True, border=_QUIET_ZONE)
    return written.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m")
