"""faq: draw the FAQ from an article, check it, and evaluate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox_bot.cli.output import Json, echo, print_json
from inbox_bot.errors import SettingsError
from inbox_bot.faq.check import HINTS, Doubt, check as findings_in
from inbox_bot.faq.draw import draw as drawn_from, with_free_ids
from inbox_bot.faq.draw.pages import article_text, is_address, name_of
from inbox_bot.faq.edit import mark_stale
from inbox_bot.faq.evaluate import (
    ENOUGH,
    Trial,
    at_thresholds,
    evaluate as trials_of,
    too_few,
)
from inbox_bot.faq.load import entry_ids, load
from inbox_bot.faq.matching import Matcher
from inbox_bot.faq.write import Redrawn, file_for, write_drawn
from inbox_bot.humanize import counted
from inbox_bot.model import DrawnFaq, Entry, Faq
from inbox_bot.service.knowledge import faq_folder, knowledge_in
from inbox_bot.settings import FILE_NAME

if TYPE_CHECKING:
    from inbox_bot.faq.draw.feeds import Post


@click.group()
def faq() -> None:
    """Build the FAQ from your article, check it, and see what it would answer.

    \b
    Example:
      inbox-bot faq draw article.html
      inbox-bot faq check
    """


@faq.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.option("--yes", is_flag=True, hidden=True, expose_value=False)
@click.option("--posts", is_flag=True, help="List the posts of a site or feed, newest first.")
@click.option(
    "--post",
    "chosen",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Use post N of that list; can be repeated.",
)
@click.pass_obj
def draw(directory: Path, articles: tuple[str, ...], posts: bool, chosen: tuple[int, ...]) -> None:
    """Split articles (files or URLs) into passages that can answer readers.

    You see a passage the first time it is used in a reply. Draw an article again after you
    change it; what you wrote yourself stays.

    \b
    Example:
      inbox-bot faq draw https://example.com/massage-for-sciatica/
      inbox-bot faq draw https://example.com --posts
      inbox-bot faq draw https://example.com --post 1 --post 3
    """
    if posts and not chosen:
        for number, post in enumerate(_posts_at(articles), 1):
            echo(f"{number:>2}  {post.day or ''!s:10}  {post.title}")
        return
    if not (directory / FILE_NAME).is_file() and not (directory / "faq").is_dir():
        raise SettingsError(
            f"{directory} is not an inbox-bot directory; `inbox-bot new DIR` makes one"
        )
    problems: list[str] = []
    for article in _chosen(articles, chosen) if chosen else articles:
        try:
            _draw(article, faq_folder(directory), named=articles[0] if chosen else "")
        except SettingsError as problem:
            problems.append(str(problem))
    if problems:
        raise SettingsError("\n".join(problems))


def _posts_at(sites: tuple[str, ...]) -> tuple[Post, ...]:
    """SettingsError unless there is one address, with posts."""
    from inbox_bot.faq.draw.feeds import find_posts  # takes 0.1 s, and few commands need it

    if len(sites) != 1 or not is_address(sites[0]):
        raise SettingsError("--posts and --post need one URL, like https://example.com")
    if found := find_posts(sites[0]):
        return found
    raise SettingsError(
        f"{sites[0]}: found no list of posts there; give each article's URL instead"
    )


def _chosen(sites: tuple[str, ...], numbers: tuple[int, ...]) -> list[str]:
    posts = _posts_at(sites)
    for number in numbers:
        if number > len(posts):
            listed = counted(len(posts), "post")
            raise SettingsError(f"there's no post {number}; --posts lists {listed}")
    return [posts[number - 1].url for number in numbers]


def _draw(article: str, folder: Path, named: str) -> None:
    url = article if is_address(article) else ""
    drawn = drawn_from(article_text(article, named), name_of(article), url)
    if not drawn.passages:
        raise SettingsError(f"{article}: found no text in it that could answer a reader")
    own = file_for(drawn, folder)
    drawn = with_free_ids(drawn, entry_ids(folder, besides=own))
    _tell_drawn(drawn, write_drawn(drawn, own), own)


def _tell_drawn(drawn: DrawnFaq, changed: Redrawn, path: Path) -> None:
    there = len(changed.added) + len(changed.unchanged) + len(changed.kept)
    passages = counted(there, "passage", "passages")
    echo(f"{drawn.article.title}: {passages}, in {path}")
    if changed.unchanged or changed.removed or changed.kept:
        echo(f"  {len(changed.added)} new, {len(changed.removed)} no longer in the article")
    for kept in changed.kept:
        echo(f"  {kept} keeps your changes, though the article has changed there")
    if drawn.article.promise:
        echo(f"  Your promise: {drawn.article.promise}")


@faq.command()
@click.argument("article", metavar="[ARTICLE]", default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per finding.")
@click.pass_obj
def check(directory: Path, article: str, as_json: bool) -> int:
    """Check the FAQ for problems; with ARTICLE, compare it with the article as it is now.

    Exit code 1 if something has to be fixed; suggestions for better wording don't count.

    An entry whose section has changed is set `stale`: it is not used until you have looked at it.

    \b
    Example:
      inbox-bot faq check article.html
    """
    loaded = load(faq_folder(directory))
    findings = findings_in(loaded, _article_texts(loaded, article), _trials(loaded))
    for finding in findings:
        if finding.doubt is Doubt.STALE and finding.entry:
            mark_stale(faq_folder(directory) / f"{finding.article}.yaml", finding.entry)
        if as_json:
            print_json(
                {
                    "doubt": str(finding.doubt),
                    "article": finding.article,
                    "entry": finding.entry,
                    "text": finding.text,
                }
            )
        else:
            echo(finding.line())
    if not findings and not as_json:
        passages = counted(len(loaded.passages), "passage")
        entries = counted(len(loaded.entries), "entry", "entries")
        echo(f"{entries}, {passages}, no problems.")
    return 1 if any(finding.doubt not in HINTS for finding in findings) else 0


def _article_texts(loaded: Faq, article: str) -> Mapping[str, str]:
    """The article's text by its slug."""
    if not article:
        return {}
    named = name_of(article)
    slugs = [one.slug for one in loaded.articles]
    if named not in slugs and len(slugs) > 1:
        raise SettingsError(
            f"{article}: not sure which article this is; name the file after one of {slugs}"
        )
    return {named if named in slugs else slugs[0]: article_text(article)} if slugs else {}


@faq.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def list_answers(directory: Path, as_json: bool) -> None:
    """List every answer the bot could use.

    \b
    Example:
      inbox-bot faq list
    """
    for entry in load(faq_folder(directory)).answers.values():
        if as_json:
            print_json(_entry_json(entry))
        else:
            echo(f"{entry.id}: {entry.question}{'' if entry.usable else ' (not reviewed yet)'}")


def _entry_json(entry: Entry) -> Mapping[str, Json]:
    return {
        "id": entry.id,
        "kind": "passage" if entry.is_passage else "entry",
        "question": entry.question,
        "answer": entry.answer,
        "source": entry.source,
        "article": entry.article,
        "status": "ready" if entry.usable else "new",
    }


@faq.command()
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object per suggestion; saves nothing."
)
@click.pass_obj
def learn(directory: Path, days: int, as_json: bool) -> None:
    """Suggest entries from letters you have answered: your words, your readers' questions.

    Reads your mailbox and changes nothing in it. An entry is used only once you approve it.

    \b
    Example:
      inbox-bot faq learn --days 365
    """
    from inbox_bot.cli.learning import learn_from_sent  # it alone opens the mailbox

    learn_from_sent(directory, days, as_json)


@faq.command("eval")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per threshold.")
@click.pass_obj
def evaluate(directory: Path, as_json: bool) -> None:
    """Show what each threshold would do, judging by the FAQ's own phrasings.

    \b
    Example:
      inbox-bot faq eval
    """
    chosen = knowledge_in(directory).answer_at
    trials = _trials(load(faq_folder(directory)))
    few = too_few(trials)
    if few is not None:
        _tell_too_few(few, chosen, as_json)
        return
    for row in at_thresholds(trials):
        if as_json:
            print_json(
                {
                    "at": row.at,
                    "answered": row.answered,
                    "wrong": row.wrong,
                    "answered_in_vain": row.answered_in_vain,
                }
            )
        else:
            echo(row.sentence())
    if not as_json:
        echo(f"Yours is {chosen:.2f} (matching.answer_at in settings.yaml).")


def _tell_too_few(wordings: int, chosen: float, as_json: bool) -> None:
    if as_json:
        print_json({"wordings": wordings, "needed": ENOUGH, "answer_at": chosen})
        return
    echo(
        f"I can't tell yet: {counted(wordings, 'phrasing')} of readers' questions is not enough to "
        f"measure; I need about {ENOUGH}. I fill in answers at {chosen:.2f} or higher. With other "
        "authors' articles, about nine out of ten such answers were right."
    )


def _trials(loaded: Faq) -> tuple[Trial, ...]:
    def build(phrasings: Mapping[str, Sequence[str]]) -> Matcher:
        return Matcher.from_phrasings(phrasings, loaded.unanswered)

    return trials_of(loaded, build)
