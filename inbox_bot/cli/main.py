"""The command line: imports the command's module, prints errors as one line with an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import click

from inbox_bot.errors import InboxBotError, WrongUse, next_step

DONE, ACT, MISUSE = 0, 1, 2
"""Exit codes: done, the author must act, wrong use."""

SECTIONS = {
    "Every day": {
        "run": ("running", "Check mail, draft, and send until you press Ctrl-C."),
        "review": ("review", "Go through the drafts, one key per draft."),
        "drafts": ("queue", "List the drafts waiting for you."),
        "show": ("queue", "Show a letter and its draft."),
        "approve": ("queue", "Approve a draft."),
        "edit": ("queue", "Edit a draft in your editor."),
        "hold": ("queue", "Tell the reader when you'll write again."),
        "reject": ("queue", "Reject a draft."),
        "undo": ("queue", "Undo your last decision on a draft."),
        "snooze": ("later", "Snooze a draft until a day."),
        "wake": ("later", "Bring a snoozed draft back."),
        "readdress": ("later", "Send a reply to another address."),
        "write-again": ("later", "Draft a correction to a sent reply."),
        "uncertain": ("queue", "Say whether an uncertain reply was sent."),
        "answered": ("promises", "Say that you answered a letter elsewhere."),
        "owed": ("promises", "Say that a letter still needs an answer."),
        "release": ("promises", "Say that no answer is owed, and why."),
        "open": ("page", "Print a new link to the review page."),
        "status": ("status", "Show how things stand."),
        "poll": ("running", "Check the mailbox once and draft replies."),
        "send": ("running", "Send what you approved."),
        "pause": ("status", "Stop all sending right away."),
        "resume": ("status", "Start sending again."),
        "away": ("status", "Say when you'll be away."),
    },
    "Set up": {
        "demo": ("demo", "Try everything on a made-up mailbox."),
        "setup": ("setup_browser", "Set up your own mailbox in the browser, then run."),
        "init": ("setup", "Set up your own mailbox in the terminal."),
        "new": ("setup", "Make a directory for trying out articles, without a mailbox."),
        "login": ("login", "Log in with OAuth2, where passwords aren't accepted."),
        "autostart": ("autostart", "Start the bot when your computer starts."),
        "password": ("page", "Set the review page's password."),
        "page": ("page", "Serve the page by itself, even without a mailbox."),
        "replay": ("reports", "Look back: what would I have replied?"),
        "compare": ("watch_only", "In watch-only mode: compare my replies with yours."),
        "start-drafting": ("watch_only", "Leave watch-only mode and start drafting."),
    },
    "Readers": {
        "is-a-reader": ("readers", "Treat a letter as a reader's after all."),
        "not-a-reader": ("readers", "Never draft for a letter's sender."),
        "never-sender": ("readers", "Never show a sender again."),
        "never": ("readers", "List senders you ruled out, or undo a rule."),
        "others": ("readers", "List the letters that aren't from readers."),
        "forms": ("forms", "Say which forms and comments bring readers."),
    },
    "Your answers": {
        "faq": ("faq", "Build, check, and try out the FAQ."),
        "ask": ("dry_run", "Show what the bot would do with a letter."),
        "match": ("dry_run", "Match questions from standard input to answers."),
        "read": ("dry_run", "Show how the bot reads a letter."),
    },
    "Looking up": {
        "search": ("search", "Search letters and replies."),
        "history": ("search", "Show what happened to a letter or a reader."),
        "promises": ("promises", "List who's waiting, and since when."),
        "report": ("reports", "Show how you kept your promise and what readers ask."),
        "reconcile": ("reports", "Check that every letter is accounted for."),
    },
    "Repair": {
        "doctor": ("doctor", "Check settings, FAQ, templates, mailbox, and store."),
        "backup": ("data", "Save everything except passwords to one file."),
        "restore": ("data", "List backups, or restore one."),
        "export": ("data", "Export everything to a zip file you can read."),
        "forget": ("data", "Delete everything about a reader."),
        "alone": ("status", "Confirm that no other inbox-bot uses your mailbox."),
        "upgrade": ("upgrade", "Back up, and show how to get a newer version."),
    },
    "For hosts": {
        "fleet": ("fleet", "Serve many authors from one database."),
    },
}
"""The groups of --help: each command with the module that holds it and its first line."""

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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """UsageError with the nearest command where there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Run inbox-bot --help to list them all."
            raise click.UsageError(f"No such command '{args[0][:80]}'. {hint}", ctx)
        return super().resolve_command(ctx, args)

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
    help="The directory with your settings (default: this one).",
)
@click.option("--debug", is_flag=True, help="Show the full traceback of an error.")
@click.version_option(package_name="inbox-bot", prog_name="inbox-bot")
@click.pass_context
def commands(ctx: click.Context, directory: Path, debug: bool) -> None:  # noqa: ARG001  read by main
    """Keep your promise to get back to your readers.

    Start with `inbox-bot demo`, then run `inbox-bot setup` for your own mailbox.
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
