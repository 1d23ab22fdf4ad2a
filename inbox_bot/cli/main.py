"""The command line: imports the command's module, prints errors as one line with an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import click

from inbox_bot.errors import InboxBotError, WrongUse, next_step

DONE, ACT, MISUSE = 0, 1, 2
"""Exit codes: done, the author must act, wrong use."""

SECTIONS = {
    "To begin": {
        "demo": ("demo", "Try it all on a made-up mailbox."),
        "init": ("setup", "Set up a directory for your own mailbox."),
        "new": ("setup", "Make a directory to try your articles in, without a mailbox."),
        "login": ("login", "Log in by OAuth2, where no password is taken."),
        "doctor": ("doctor", "Check settings, FAQ, templates, mailbox and store."),
        "autostart": ("autostart", "Start the bot with your computer, or no longer."),
    },
    "Before you let it draft": {
        "replay": ("reports", "Look back: what would I have answered?"),
        "compare": ("watch_only", "Watch-only: my answers beside yours."),
        "start-drafting": ("watch_only", "Watch-only is over: draft from now on."),
    },
    "Every day": {
        "run": ("running", "Look, draft and send for good, until Ctrl-C."),
        "review": ("review", "Walk through the drafts, one key a draft."),
        "drafts": ("queue", "List the drafts that wait for you."),
        "show": ("queue", "Show a letter and its draft."),
        "approve": ("queue", "Say yes to a draft."),
        "edit": ("queue", "Change a draft in your editor."),
        "hold": ("queue", "Tell the reader when you will write again."),
        "reject": ("queue", "Say no to a draft."),
        "undo": ("queue", "Take back your last yes or no."),
        "uncertain": ("queue", "Say whether an uncertain reply left."),
        "search": ("search", "Find letters by their words."),
        "history": ("search", "Tell what became of a letter or a reader."),
        "poll": ("running", "Look at the mailbox once and draft replies."),
        "send": ("running", "Send now what you approved."),
        "open": ("page", "Print a fresh link to the review page."),
        "page": ("page", "Serve the page alone, also without a mailbox."),
        "password": ("page", "Set the password of the review page."),
    },
    "Who is a reader": {
        "others": ("readers", "List the letters that are not readers' letters."),
        "is-a-reader": ("readers", "Draft for a letter after all."),
        "not-a-reader": ("readers", "Never draft for the sender of a letter."),
        "never": ("readers", "List whom you ruled out, and take a rule back."),
    },
    "Promises": {
        "status": ("status", "How things stand, in a few lines."),
        "promises": ("promises", "List who waits, and since when."),
        "answered": ("promises", "Say that you answered a letter elsewhere."),
        "owed": ("promises", "Say that a letter still needs an answer."),
        "release": ("promises", "Say that no answer is owed, and why."),
        "away": ("status", "Tell when you will be away."),
        "report": ("reports", "How the promise was kept, and what readers ask."),
        "reconcile": ("reports", "Is every letter accounted for?"),
    },
    "Answers": {
        "faq": ("faq", "Draw, check and try the FAQ."),
        "ask": ("dry_run", "Show what the bot would do with a letter."),
        "match": ("dry_run", "Match questions from standard input to entries."),
        "read": ("dry_run", "Show what the bot reads in a letter."),
    },
    "The house": {
        "pause": ("status", "Stop all sending at once."),
        "resume": ("status", "Send again."),
        "alone": ("status", "Say that no other inbox-bot works on your mailbox."),
        "forget": ("data", "Remove a reader everywhere."),
        "export": ("data", "Write everything into a zip that people can read."),
        "backup": ("data", "Put all but the passwords into one file."),
        "restore": ("data", "List the backups, or restore one."),
        "upgrade": ("upgrade", "Back up, and tell how to bring a newer version."),
    },
}
"""Each command with the module that holds it and its first line."""

COMMANDS = {name: found for section in SECTIONS.values() for name, found in section.items()}


class LazyGroup(click.Group):
    """Lists the commands from SECTIONS, without importing their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"inbox_bot.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, about) for name, (_, about) in section.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "directory",
    default=".",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The author's directory, as `inbox-bot init` made it (default: here).",
)
@click.option("--debug", is_flag=True, help="Show the whole trace of an error.")
@click.version_option(package_name="inbox-bot", prog_name="inbox-bot")
@click.pass_context
def commands(ctx: click.Context, directory: Path, debug: bool) -> None:  # noqa: ARG001  read by main
    """Keep the promise to get back to your readers.

    Begin with `inbox-bot demo`, then `inbox-bot init DIR` for your own mailbox.
    """
    ctx.obj = directory


def _calculate_in_one_thread() -> None:
    """One thread for numpy: with several, short questions take up to eight times as long.

    numpy reads the variable when it is imported; a value set by the user stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """The entry point: one line for an error, the trace only with --debug."""
    debug = "--debug" in sys.argv[1:]
    _calculate_in_one_thread()
    try:
        code = commands.main(standalone_mode=False, prog_name="inbox-bot")
    except click.ClickException as error:
        error.show()
        sys.exit(MISUSE)
    except click.Abort:
        sys.exit(ACT)
    except InboxBotError as error:
        if debug:
            traceback.print_exc()
        click.echo(str(error), err=True)
        sys.exit(MISUSE if isinstance(error, WrongUse) else ACT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(DONE)
    except OSError as error:
        if debug:
            traceback.print_exc()
        what = f"{error.filename}: " if error.filename else ""
        click.echo(f"{what}{next_step(error)}", err=True)
        sys.exit(ACT)
    sys.exit(code if isinstance(code, int) else DONE)


if __name__ == "__main__":
    main()
