"""Log filter: removes addresses, secrets and the text of exceptions from every record.

Our own lines name drafts by number only, but servers quote addresses in their refusals, and an
exception of a library may quote a piece of a letter.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

_LINK = re.compile(r"(/open/)\S+")
_ADDRESS = re.compile(
    r"(?<![^\s<>\"'(),:;@])([^\s<>\"'(),:;@])[^\s<>\"'(),:;@]*"
    r"@([^\s<>\"'(),:;@])[^\s<>\"'(),:;@]*"
)


def discreet(text: str) -> str:
    """The text with every address shortened, "a…@e…", and without the secret of a one-time link."""
    return _LINK.sub(r"\1…", _ADDRESS.sub(r"\1…@\2…", text))


def set_up_logging() -> None:
    """Send every library's log, and exceptions that end a thread, through the filter `clean`.

    Our own log has verdicts, too, where it is kept: on a terminal the author reads the page.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    handler.addFilter(clean)
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    if not sys.stderr.isatty():
        logging.getLogger("inbox_bot").setLevel(logging.INFO)
    threading.excepthook = _log_thread


def clean(record: logging.LogRecord) -> bool:
    """Filter of a handler: keeps an exception's type and traceback and drops its message."""
    record.msg, record.args = discreet(record.getMessage()), ()
    if record.exc_info:
        record.exc_text = _places(record.exc_info[0], record.exc_info[2])
    return True


def _places(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    return "".join([*traceback.format_tb(trace), kind.__name__ if kind else ""])


def _log_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "a thread"
    places = _places(args.exc_type, args.exc_traceback)
    logging.getLogger(__name__).error("%s crashed:\n%s", name, places)
