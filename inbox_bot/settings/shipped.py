"""Files shipped with the package: in `data/` of a wheel, at the top of a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """The path of the shipped `faq`, `templates` or `settings.yaml`."""
    packaged = Path(__file__).parents[1] / "data" / name
    return packaged if packaged.exists() else Path(__file__).parents[2] / name
