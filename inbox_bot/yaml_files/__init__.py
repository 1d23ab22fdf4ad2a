"""The author's YAML files; the only package that uses ruamel.yaml."""

from inbox_bot.yaml_files.reading import (
    Location,
    Shape,
    line_of,
    load,
    problem,
    read,
    read_text,
    unknown_key,
    values,
)
from inbox_bot.yaml_files.writing import (
    append,
    changed,
    dumped,
    paragraph,
    put,
    remove,
    replace,
    rewrite,
    rewritten,
    write,
)

__all__ = [
    "Location",
    "Shape",
    "append",
    "changed",
    "dumped",
    "line_of",
    "load",
    "paragraph",
    "problem",
    "put",
    "read",
    "read_text",
    "remove",
    "replace",
    "rewrite",
    "rewritten",
    "unknown_key",
    "values",
    "write",
]
