"""The author's directory, as `init` fills it; existing files are never touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from inbox_bot import settings
from inbox_bot.errors import NotWritten, next_step
from inbox_bot.faq import load as faq_load
from inbox_bot.model import files
from inbox_bot.settings import ImapSettings, OAuthService, Settings, SmtpSettings
from inbox_bot.settings.shipped import shipped
from inbox_bot.yaml_files import Location, rewritten

FIRST_FAQ = "general.yaml"
"""Not named after the article: `faq draw` writes the file of that name."""
NO_ARTICLE = "Your own answers"
UNSET = "you@example.com"
"""The address in the settings of a directory that `new` made, until `init` asks for hers."""
EXAMPLE_HOST = "imap.example.com"
"""The server in those settings, and in the ones that ship with the bot."""

_IGNORED = """\
# Keep these out of version control: passwords and letters from readers.
passwords.json
*.db
*.db-*
backups/
.cache/
.lock
.page
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The author's answers to `init` or `setup`. `article` is a URL, `letter_time` as in the
    settings.

    An empty text leaves the default of the settings.
    """

    address: str
    name: str
    imap: ImapSettings
    smtp: SmtpSettings
    oauth: OAuthService = OAuthService.NONE
    client_id: str = ""
    signature: str = ""
    article: str = ""
    letter_time: str = ""
    timezone: str = "UTC"
    country: str = ""
    locale: str = ""
    drafts: str = ""
    sent: str = ""
    since: str = ""
    authserv_id: str = ""
    forms: tuple[str, ...] = ()
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """`path` is relative to the author's directory."""

    path: Path
    content: str


def lay_out(directory: Path, answers: Answers) -> tuple[Path, ...]:
    """Write the missing files and return their paths; existing ones stay.

    SettingsError when the directory cannot be written.
    """
    missing = [new for new in files_for(answers) if not (directory / new.path).exists()]
    if not is_set_up(directory):
        (own,) = [new for new in files_for(answers) if new.path == Path(settings.FILE_NAME)]
        missing = [own, *(new for new in missing if new != own)]
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # letters will lie in it
        for new in missing:
            path = directory / new.path
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_text(path, new.content)
    except OSError as error:
        raise NotWritten(f"{error.filename}: can't be written: {next_step(error)}") from error
    return tuple(new.path for new in missing)


def write_answers(directory: Path, answers: Answers) -> None:
    """As `lay_out`; where the settings are there, only the answers in them change."""
    path = directory / settings.FILE_NAME
    known = is_set_up(directory)
    lay_out(directory, answers)
    if known:
        text = path.read_text(encoding="utf-8")
        files.write_text(path, rewritten(text, _changes(answers)))


def is_set_up(directory: Path) -> bool:
    """There are settings, and not only those of `new`."""
    path = directory / settings.FILE_NAME
    return path.exists() and f"[{UNSET}]" not in path.read_text(encoding="utf-8", errors="replace")


def why_no_mailbox(chosen: Settings, directory: Path) -> str:
    """What to do in a directory that `new` made, or with the example's settings; "" in others.

    The example's server can never be real (RFC 2606).
    """
    if any(mailbox.imap.host != EXAMPLE_HOST for mailbox in chosen.mailboxes):
        return ""
    is_hers = UNSET in chosen.addresses
    return f"No mailbox is set up here yet. Next: inbox-bot setup{f' {directory}' * is_hers}"


def nobody() -> Answers:
    """Settings without a mailbox, to try answers with."""
    return Answers(
        address=UNSET,
        name="You",
        imap=ImapSettings(host=EXAMPLE_HOST, username=UNSET),
        smtp=SmtpSettings(host="smtp.example.com", username=UNSET),
    )


def files_for(answers: Answers) -> Iterator[NewFile]:
    """Settings, FAQ, templates and .gitignore."""
    yield NewFile(path=Path(settings.FILE_NAME), content=_settings(answers))
    yield NewFile(path=Path(".gitignore"), content=_IGNORED)
    for path in sorted(shipped("templates").glob("replies/**/*.j2")):
        yield _copy(path, Path("templates") / path.relative_to(shipped("templates")))
    yield from _faq(answers.article)


def _settings(answers: Answers) -> str:
    text = shipped(settings.FILE_NAME).read_text(encoding="utf-8")
    return rewritten(text, _changes(answers))


def _changes(answers: Answers) -> dict[Location, str | int | list[str]]:
    changes: dict[Location, str | int | list[str]] = {
        ("author", "name"): answers.name,
        ("author", "signature"): answers.signature or answers.name,
        ("author", "timezone"): answers.timezone,
        ("author", "country"): answers.country,
        ("author", "locale"): answers.locale,
        ("mailboxes", 0, "addresses", 0): answers.address,
        ("mailboxes", 0, "oauth", "service"): answers.oauth.value,
        ("mailboxes", 0, "oauth", "client_id"): answers.client_id,
        ("promise", "letter_time"): answers.letter_time,
        ("drafts", "folder"): answers.drafts,
        ("sent", "folder"): answers.sent,
        ("authserv_id",): answers.authserv_id,
        ("forms",): list(answers.forms),
    }
    if answers.since:
        changes["poll", "since"] = answers.since
    if answers.store:
        changes["store",] = answers.store
    for key, server in (("imap", answers.imap), ("smtp", answers.smtp)):
        place: Location = ("mailboxes", 0, key)
        changes[*place, "host"] = server.host
        changes[*place, "port"] = server.port
        changes[*place, "tls"] = server.tls.value
        changes[*place, "username"] = server.username or answers.address
    return changes


def _faq(article: str) -> Iterator[NewFile]:
    """An empty FAQ: nothing of our example is ever sent in another author's name."""
    for name in sorted(faq_load.NOT_ARTICLES):
        yield _copy(shipped("faq") / f"{name}.yaml", Path("faq") / f"{name}.yaml")
    yield NewFile(path=Path("faq") / FIRST_FAQ, content=_first_faq(article))


def _first_faq(article: str) -> str:
    """An FAQ without entries, below the comment that explains the format."""
    example = (shipped("faq") / "massage-for-sciatica.yaml").read_text(encoding="utf-8")
    explained = example.partition("\narticle:")[0]
    empty = f"\narticle:\n  title: {NO_ARTICLE}\n\nentries: []\n"
    if not article:
        return explained + empty
    empty = "\narticle:\n  title: TITLE\n  url: URL\n\nentries: []\n"
    host = urlsplit(article).hostname or article
    return explained + rewritten(empty, {("article", "title"): host, ("article", "url"): article})


def _copy(source: Path, path: Path) -> NewFile:
    return NewFile(path=path, content=source.read_text(encoding="utf-8"))
