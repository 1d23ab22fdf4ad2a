"""Word lists and tables: data files beside the modules that use them, read when these are imported.

A `.txt` file has sections, each headed "[name]"; a `.tsv` file has columns, each named in its first
line. Lines that begin with "#" are comments. Alternatives stand between bars.
"""

from __future__ import annotations

from importlib.resources import files


class WordLists:
    """The sections of one file, each read as what the module needs: words, phrases, a table."""

    def __init__(self, name: str) -> None:
        """`name` is dotted and without suffix: a module's own `__name__`, mostly."""
        self._sections: dict[str, list[str]] = {}
        section: list[str] = []
        for line in lines(f"{name}.txt"):
            if line.startswith("[") and line.endswith("]"):
                section = self._sections.setdefault(line[1:-1], [])
            else:
                section.append(line)

    def words(self, section: str) -> frozenset[str]:
        """Single words between blanks."""
        return frozenset(word for line in self._sections[section] for word in line.split())

    def phrases(self, section: str) -> tuple[str, ...]:
        """Phrases between bars or on lines of their own, in their order."""
        return tuple(phrase for line in self._sections[section] for phrase in phrases(line))

    def keyed(self, section: str) -> dict[str, tuple[str, ...]]:
        """Lines such as "de: phrase | phrase"; a key may have several lines."""
        table: dict[str, tuple[str, ...]] = {}
        for line in self._sections[section]:
            key, _, rest = line.partition(":")
            table[key] = (*table.get(key, ()), *phrases(rest))
        return table

    def keys(self, section: str) -> dict[str, str]:
        """The same turned round: each phrase with its key."""
        table = self.keyed(section)
        return {phrase: key for key, listed in table.items() for phrase in listed}

    def rows(self, section: str) -> list[list[str]]:
        """Lines of fields between tabs."""
        return [line.split("\t") for line in self._sections[section]]


def columns(name: str) -> dict[str, tuple[str, ...]]:
    """All phrases of each column of a `.tsv` file, in lower case, the longest first, so that none
    hides a longer one; the first column is the language."""
    names, *rows = [line.lower().split("\t") for line in lines(f"{name}.tsv")]
    found = [{phrase for row in rows for phrase in phrases(row[n])} for n in range(len(names))]
    return {
        name: tuple(sorted(listed, key=lambda phrase: (-len(phrase), phrase)))
        for name, listed in zip(names, found, strict=True)
    }


def lines(name: str) -> list[str]:
    """The lines of a data file, "package.file.suffix", but for comments and blank ones."""
    package, file, suffix = name.rsplit(".", 2)
    text = files(package).joinpath(f"{file}.{suffix}").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def phrases(text: str) -> tuple[str, ...]:
    """Phrases between bars."""
    return tuple(phrase for part in text.split("|") if (phrase := part.strip()))
