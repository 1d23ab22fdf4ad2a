"""What commands write into `settings.yaml`; the author's comments stay."""

from __future__ import annotations

from collections.abc import MutableMapping, MutableSequence
from datetime import date
from pathlib import Path

from inbox_bot import yaml_files
from inbox_bot.settings.load import FILE_NAME


def add_absence(directory: Path, period: tuple[date, date]) -> None:
    """Add first and last day to `away`, unless they stand there already."""
    written = f"{period[0].isoformat()}..{period[1].isoformat()}"

    def change(data: MutableMapping[str, object]) -> None:
        known = data.get("away")
        if not isinstance(known, MutableSequence):
            data["away"] = [written]
        elif written not in [str(each) for each in known]:
            yaml_files.append(known, written)

    yaml_files.rewrite(directory / FILE_NAME, change)
