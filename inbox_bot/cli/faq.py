"""faq: draw the FAQ from an article, check it, and evaluate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from inbox_bot.cli.output import Json, echo, print_json
from inbox_bot.errors import SettingsError
from inbox_bot.faq.check import HINTS, Doubt, check as findings_in
from inbox_bot.faq.draw import draw as drawn_from
from inbox_bot.faq.draw.pages import article_text, is_address, name_of
from inbox_bot.faq.evaluate import Trial, at_thresholds, evaluate as trials_of
from inbox_bot.faq.load import entry_ids, load
from inbox_bot.faq.matching import Matcher
from inbox_bot.faq.write import drop, keep, mark_stale, rewrite_answer, write_drawn
from inbox_bot.humanize import counted
from inbox_bot.model import Entry, Faq
from inbox_bot.service.knowledge import faq_folder, knowledge_in


@click.group()
def faq() -> None:
    """Draw the FAQ from an article, check it, and see what it would answer.

    \b
    Example:
      inbox-bot faq draw article.html
      inbox-bot faq check
    """


@faq.command()
@click.argument("article", metavar="ARTICLE")
@click.option("--yes", is_flag=True, help="Keep every entry without asking about each.")
@click.pass_obj
def draw(directory: Path, article: str, yes: bool) -> None:
    """Write a first FAQ for ARTICLE, a file or a URL, and go through its entries with you.

    An entry that you have not said yes to is never used.

    \b
    Example:
      inbox-bot faq draw https://example.com/massage-for-sciatica/
    """
    text = article_text(article)
    folder, url = faq_folder(directory), article if is_address(article) else ""
    drawn = drawn_from(text, name_of(article), url, entry_ids(folder))
    path = folder / f"{drawn.article.slug}.yaml"
    write_drawn(drawn, path)
    echo(f"Wrote {path}: {counted(len(drawn.entries), 'entry', 'entries')}, none of them used yet.")
    if drawn.article.promise:
        echo(f"Your promise: {drawn.article.promise}")
    for entry in drawn.entries:
        _look_at(path, entry.id, entry.question, entry.answer, yes)


def _look_at(path: Path, entry_id: str, question: str, answer: str, yes: bool) -> None:
    echo(f"\n{question}\n\n{click.wrap_text(answer, initial_indent='  ', subsequent_indent='  ')}")
    said = "k" if yes else _keep_edit_drop()
    if said == "e":
        edited = click.edit(answer, extension=".md")
        rewrite_answer(path, entry_id, edited or answer)
    if said == "d":
        drop(path, entry_id)
    elif said != "l":
        keep(path, entry_id)


def _keep_edit_drop() -> str:
    choices = click.Choice(["k", "e", "d", "l"])
    return str(click.prompt("(k)eep, (e)dit, (d)rop, look (l)ater", type=choices, default="l"))


@faq.command()
@click.argument("article", metavar="[ARTICLE]", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@click.pass_obj
def check(directory: Path, article: str, as_json: bool) -> int:
    """Tell what is doubtful in the FAQ; with ARTICLE also against what the article says now.

    Exit code 1 when something must be mended; what may be better worded is only told.

    An entry whose section has changed is set `stale`: it is not used until you have looked at it.

    \b
    Example:
      inbox-bot faq check article.html
    """
    loaded = load(faq_folder(directory))
    findings = findings_in(loaded, _article_texts(loaded, article), _trials(loaded))
    for finding in findings:
        if finding.doubt is Doubt.STALE:
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
        echo(f"{counted(len(loaded.entries), 'entry', 'entries')}, nothing doubtful.")
    return 1 if any(finding.doubt not in HINTS for finding in findings) else 0


def _article_texts(loaded: Faq, article: str) -> Mapping[str, str]:
    """The article's text by its slug."""
    if not article:
        return {}
    named = name_of(article)
    slugs = [one.slug for one in loaded.articles]
    if named not in slugs and len(slugs) > 1:
        raise SettingsError(f"{article}: which article is it? Name the file like one of {slugs}")
    return {named if named in slugs else slugs[0]: article_text(article)} if slugs else {}


@faq.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_answers(directory: Path, as_json: bool) -> None:
    """List each answer that could be drafted.

    \b
    Example:
      inbox-bot faq list
    """
    for entry in load(faq_folder(directory)).entries:
        if as_json:
            print_json(_entry_json(entry))
        else:
            echo(f"{entry.id}: {entry.question}{'' if entry.usable else ' (not looked at yet)'}")


def _entry_json(entry: Entry) -> Mapping[str, Json]:
    return {
        "id": entry.id,
        "kind": "entry",
        "question": entry.question,
        "answer": entry.answer,
        "source": entry.source,
        "article": entry.article,
        "status": "ready" if entry.usable else "new",
    }


@faq.command("eval")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a threshold.")
@click.pass_obj
def evaluate(directory: Path, as_json: bool) -> None:
    """Show what each threshold would do, told from the FAQ's own phrasings.

    \b
    Example:
      inbox-bot faq eval
    """
    chosen = knowledge_in(directory).answer_at
    for row in at_thresholds(_trials(load(faq_folder(directory)))):
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


def _trials(loaded: Faq) -> tuple[Trial, ...]:
    def build(phrasings: Mapping[str, Sequence[str]]) -> Matcher:
        return Matcher.from_phrasings(phrasings, loaded.unanswered)

    return trials_of(loaded, build)
