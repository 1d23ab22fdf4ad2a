"""Second screen: her article or posts, and how she signs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from werkzeug.datastructures import MultiDict

from inbox_bot.drafting.mime import clean, one_line
from inbox_bot.errors import SettingsError
from inbox_bot.faq import draw
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.draw.pages import article_text, name_of
from inbox_bot.faq.draw.web_page import markdown_of
from inbox_bot.faq.load import load
from inbox_bot.faq.write import file_for
from inbox_bot.model import DrawnFaq
from inbox_bot.settings.home import write_answers
from inbox_bot.settings.interview import read_url
from inbox_bot.web.setup import trouble
from inbox_bot.web.setup.posts import NONE_CHECKED, Offer, OfferedPost, drawn_posts
from inbox_bot.web.setup.said import Said, Screen, answers_of

LONGEST_TEXT = 1_000_000
LONGEST_FILE = 5_000_000
NOTHING_IN_IT = "I found nothing in it that could answer a reader. Is it the whole article?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`posts` are those that she checked in the list; `wants_posts` asks for the list."""

    article: str = ""
    posts: tuple[str, ...] = ()
    wants_posts: bool = False
    has_list: bool = False
    text: str = ""
    file_name: str = ""
    file: bytes = b""
    name: str = ""
    signature: str = ""


def typed_in(
    form: MultiDict[str, str], offer: Offer | None = None, file_name: str = "", file: bytes = b""
) -> Typed:
    """Only posts that were offered count: none of another page or from before a restart."""
    checked = form.getlist("post")
    article = one_line(form.get("article", ""), 2_000)
    known = offer.posts if offer and offer.site == article else ()
    return Typed(
        article=article,
        posts=tuple(one.url for one in known if one.url in checked),
        wants_posts="list" in form or (bool(checked) and not known),
        has_list=bool(known),
        text=clean(form.get("text", ""))[:LONGEST_TEXT].strip(),
        file_name=one_line(Path(file_name).name, 200),
        file=file,
        name=one_line(form.get("name", ""), 120),
        signature=clean(form.get("signature", ""))[:500].strip(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    said: Said
    problems: Mapping[str, str] = field(default_factory=dict)
    posts: tuple[OfferedPost, ...] = ()

    @property
    def opens_more(self) -> bool:
        """Whether file and text are shown at once."""
        return bool(self.said.text or {"text", "file", "article"} & self.problems.keys())


def understood(said: Said, typed: Typed) -> tuple[Said, Mapping[str, str]]:
    """Her words with this form, and a sentence for each field that cannot be used."""
    problems = {}
    if not typed.name:
        problems["name"] = "Enter your name, as readers will see it."
    if typed.article and not _is_url(typed.article):
        problems["article"] = (
            f"“{typed.article}” is not a web address. Try https://example.com/article/."
        )
    if not (typed.article or typed.text or typed.file):
        problems["article"] = "Add your article: its link, a file, or its text."
    if typed.has_list and not (typed.posts or typed.text or typed.file):
        problems["posts"] = NONE_CHECKED
    if len(typed.file) > LONGEST_FILE:
        problems["file"] = "That file is larger than 5 MB. Paste the article's text below."
    said = replace(
        said,
        article=typed.article,
        text=typed.text,
        posts=typed.posts,
        name=typed.name,
        is_name_known=said.is_name_known and typed.name == said.name,
        signature=typed.signature or typed.name.split(" ")[0],
    )
    return said, problems


def _is_url(text: str) -> bool:
    try:
        return bool(read_url(text))
    except ValueError:
        return False


def draw_article(directory: Path, said: Said, typed: Typed) -> tuple[Said, Mapping[str, str]]:
    """Cut it into passages and write them and the settings; a changed article takes the place of
    the one before."""
    if said.posts and not (typed.file or said.text):
        drawn, problems = drawn_posts(said.posts, said.article)
    else:
        drawn, problems = _drawn(said, typed)
    if problems:
        return said, problems
    settled = _written(directory / "faq", said, drawn).up_to(Screen.LOOK)
    write_answers(directory, answers_of(settled))
    return settled, {}


def _written(folder: Path, said: Said, drawn: Sequence[DrawnFaq]) -> Said:
    for name in said.faq_files:
        if _is_ours(folder, name):
            (folder / name).unlink(missing_ok=True)
    names = []
    for one in drawn:
        names.append(file_for(one, folder).name)
        FaqFolder(folder).add_article(one)
    return replace(
        said,
        faq_files=tuple(names),
        title=drawn[0].article.title if len(drawn) == 1 else "",
        passages=sum(len(one.passages) for one in drawn),
    )


def _is_ours(folder: Path, name: str) -> bool:
    """Nothing in it but what was drawn: entries of hers stay."""
    slug = name.removesuffix(".yaml")
    return not any(one.article == slug for one in load(folder).entries)


def is_same(before: Said, said: Said, typed: Typed) -> bool:
    """Whether the article that was drawn is still the one that she means."""
    as_before = (said.article, said.text, said.posts) == (
        before.article,
        before.text,
        before.posts,
    )
    return bool(before.faq_files) and as_before and not typed.file


def _drawn(said: Said, typed: Typed) -> tuple[tuple[DrawnFaq, ...], Mapping[str, str]]:
    """The file before the text, and the text before the address: it names where it stands."""
    if typed.file:
        where, drawn, problem = "file", *_from_file(typed, said.article)
    elif said.text:
        where, drawn, problem = "text", *_from_text(said.text, said.article)
    else:
        where, drawn, problem = "article", *_from_address(said.article)
    if drawn is not None and not drawn.passages:
        drawn, problem = None, NOTHING_IN_IT
    return ((drawn,), {}) if drawn else ((), {where: problem})


def _from_file(typed: Typed, url: str) -> tuple[DrawnFaq | None, str]:
    if typed.file.startswith(trouble.WORD_FILES) or b"\0" in typed.file:
        return None, trouble.NO_TEXT
    with tempfile.TemporaryDirectory(prefix="inbox-bot-") as folder:
        path = Path(folder) / "article"
        path.write_bytes(typed.file)
        try:
            text = article_text(str(path))
        except SettingsError:
            return None, trouble.NO_TEXT
    return draw.draw(text, name_of(typed.file_name), _whole(url)), ""


def _from_text(text: str, url: str) -> tuple[DrawnFaq | None, str]:
    try:
        text = markdown_of(text) if text.startswith("<") else text
    except SettingsError as error:
        return None, str(error)
    title = text.strip().partition("\n")[0].strip("# ")[:80]
    return draw.draw(text, title, _whole(url)), ""


def _from_address(url: str) -> tuple[DrawnFaq | None, str]:
    address = _whole(url)
    try:
        return draw.draw(article_text(address), name_of(address), address), ""
    except SettingsError as error:
        return None, trouble.no_article(error, address)


def _whole(url: str) -> str:
    return read_url(url) if url else ""
