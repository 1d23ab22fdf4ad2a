"""Commands: an error is one line, exit codes tell what to do, JSON is for programs."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import pytest

from inbox_bot.cli import main as cli_main
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.reports import watch_only
from inbox_bot.service.author_store import open_author_store

HEAVY = ("numpy", "sqlalchemy", "imapclient", "jinja2", "pydantic", "apscheduler", "rich")
LETTER = (
    b"From: Ann <ann@example.org>\r\nTo: steve@example.com\r\nSubject: chairs\r\n"
    b"Message-ID: <chairs@example.org>\r\nDate: Tue, 3 Mar 2026 19:00:00 +0000\r\n\r\n"
    b"Hi Steve,\r\n\r\nis a massage chair any good?\r\n\r\nAnn\r\n"
)


class Question(TypedDict):
    text: str
    matches: list[dict[str, float | str]]


class Item(TypedDict, total=False):
    """Fields of the commands' JSON that these tests read."""

    answer: str
    decision: str
    draft: int
    drafted: int
    error: str
    file: str
    letter: int
    verb: str
    healthy: bool
    kind: str
    message_id: str
    not_opened: dict[str, dict[str, int]]
    questions: list[Question]
    reader: str
    sent: list[int]
    state: str
    verdict: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def items(self) -> list[Item]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def once(*arguments: str, typed: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["inbox-bot", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with pytest.raises(SystemExit) as ended:
            cli_main.main()
        said = capsys.readouterr()
        return Ran(code=int(ended.value.code or 0), out=said.out, err=said.err)

    return once


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld(datetime.now(UTC)) as world:
        yield world


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['inbox-bot', '--help']\n"
        "from inbox_bot.cli.main import main\n"
        "try: main()\n"
        f"except SystemExit: print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        ("search", {"flask", "imapclient", "jinja2", "numpy"}),
        ("setup", {"flask", "jinja2", "numpy", "sqlalchemy"}),
        ("login", {"flask", "jinja2", "numpy", "sqlalchemy"}),
        ("faq", {"flask", "imapclient", "sqlalchemy"}),
    ],
)
def test_a_command_loads_only_the_libraries_it_needs(module: str, needless: set[str]) -> None:
    code = f"import sys, inbox_bot.cli.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert needless.isdisjoint(done.stdout.split())


def test_help_lists_the_commands_in_groups_the_daily_ones_first(run: Run) -> None:
    groups = re.findall(r"^(\w[\w ]+):$", run("--help").out.partition("Options:")[2], re.MULTILINE)
    assert groups == list(cli_main.SECTIONS)
    assert (groups[0], groups[-1]) == ("Every day", "For hosts")
    listed = [name for section in cli_main.SECTIONS.values() for name in section]
    assert len(listed) == len(set(listed)) == len(cli_main.COMMANDS)


@pytest.mark.parametrize("command", list(cli_main.COMMANDS))
def test_each_command_has_a_help_text_with_an_example(command: str, run: Run) -> None:
    ran = run(command, "--help")
    assert ran.code == cli_main.DONE
    assert "Example:" in ran.out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["aks"], "No such command 'aks'. Did you mean ask?"),
        (["aprove", "3"], "No such command 'aprove'. Did you mean approve?"),
        (["zzzz"], "No such command 'zzzz'. Run inbox-bot --help to list them all."),
        (["ask", "nothere.eml"], "nothere.eml: there's no such file here. In your mail program"),
    ],
)
def test_a_slip_is_answered_with_what_to_type(typed: list[str], said: str, run: Run) -> None:
    ran = run(*typed)
    assert (ran.code, ran.out) == (cli_main.MISUSE, "")
    assert said in ran.err


def test_an_article_that_is_not_there_is_told_with_what_to_type(run: Run, tmp_path: Path) -> None:
    (tmp_path / "faq").mkdir()
    ran = run("-C", str(tmp_path), "faq", "draw", "nothere.md")
    assert ran.code == cli_main.ACT
    assert ran.err.startswith("nothere.md: there's no such file here. Give the path of")


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["approve"], ["approve", "first"], ["drafts", "--jsn"], ["show", "0"]],
)
def test_wrong_use_is_exit_code_2(arguments: list[str], run: Run, world: DemoWorld) -> None:
    assert run("-C", str(world.directory), *arguments).code == cli_main.MISUSE


def test_a_directory_without_settings_is_one_line_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    ran = run("-C", str(tmp_path), "drafts")
    assert ran.code == cli_main.ACT
    assert len(ran.err.splitlines()) == 1
    assert "inbox-bot init" in ran.err


def test_debug_shows_the_trace(run: Run, tmp_path: Path) -> None:
    assert "Traceback" in run("--debug", "-C", str(tmp_path), "drafts").err


def test_the_bot_looks_on_until_the_author_says_start_drafting(run: Run) -> None:
    with DemoWorld(datetime.now(UTC)) as other:
        here = ("-C", str(other.directory))
        with open_author_store(other.directory) as store:
            watch_only.begin(store, datetime.now(UTC))
        assert run(*here, "poll", "--json").items[0]["drafted"] == 0
        compared = run(*here, "compare", typed="y\ny\ny\ny\ny\n")
        assert "--- You wrote" in compared.out
        assert "My replies would have been right" in run(*here, "status").out
        assert run(*here, "start-drafting").code == cli_main.DONE
        assert run(*here, "start-drafting").code == cli_main.ACT
        assert run(*here, "poll", "--json").items[0]["drafted"] > 5


def test_the_story_on_the_command_line(run: Run, world: DemoWorld) -> None:
    here = ("-C", str(world.directory))
    assert run(*here, "doctor").code == cli_main.DONE
    (first,) = run(*here, "poll", "--json").items
    assert first["drafted"] == 0
    assert run(*here, "drafts", "--json").items == []
    (polled,) = run(*here, "poll", "--yes", "--json").items
    rows = run(*here, "drafts", "--json").items
    assert polled["drafted"] == len(rows) > 5
    assert rows[0]["answer"] == "urgent"
    sure = next(row for row in rows if row["answer"] == "sure")
    name = f"{sure['draft']}.{sure['version']}"
    (shown,) = run(*here, "show", name, "--json").items
    assert shown["state"] == "pending"
    assert run(*here, "approve", name).code == cli_main.DONE
    assert run(*here, "approve", name).code == cli_main.ACT
    assert run(*here, "pause").code == cli_main.DONE
    assert run(*here, "send", "--json").items[0]["sent"] == []
    assert run(*here, "resume").code == cli_main.DONE
    assert run(*here, "send", "--json").items[0]["sent"] == [sure["draft"]]
    assert str(shown["message_id"]).encode() in world.received[-1]
    waiting = run(*here, "promises", "--json").items
    assert sure["reader"] not in [promise["reader"] for promise in waiting]
    (status,) = run(*here, "status", "--json").items
    assert status["healthy"] is True
    assert status["not_opened"]["by_rule"] == {"known": 1}
    told = "Not opened: 1 letter (1 from people you know)"
    assert told in run(*here, "status").out
    assert told in run(*here, "others").out
    assert "Not opened" not in run(*here, "others", "--json").out


def test_a_bare_id_shows_the_draft_and_asks(run: Run, world: DemoWorld) -> None:
    here = ("-C", str(world.directory))
    run(*here, "poll", "--yes")
    row = next(row for row in run(*here, "drafts", "--json").items if row["kind"] == "answer")
    asked = run(*here, "approve", str(row["draft"]), typed="n\n")
    assert asked.code == cli_main.ACT
    assert "Send exactly this?" in asked.out
    assert run(*here, "approve", str(row["draft"]), typed="y\n").code == cli_main.DONE
    assert run(*here, "undo", str(row["draft"])).code == cli_main.DONE


# --- commands that change nothing -------------------------------------------------------------


def test_match_prints_one_ascii_line_a_question(run: Run, tmp_path: Path) -> None:
    typed = 'is a massage chair any good?\n{"text": "how much is a session\\u2028?"}\n\nThanks!\n'
    ran = run("-C", str(tmp_path), "match", "--json", typed=typed)
    assert ran.code == cli_main.DONE
    assert ran.out.isascii()
    assert [item["decision"] for item in ran.items] == [
        "answer",
        "ask",
        "no-question",
        "no-question",
    ]
    (question,) = ran.items[0]["questions"]
    assert question["matches"][0]["entry"] == "massage-chair"
    assert 0 <= float(question["matches"][0]["confidence"]) <= 1


def test_match_says_the_gravest_of_a_lines_questions(run: Run, tmp_path: Path) -> None:
    typed = "Is a chair any good? And how much does it cost? I can't feel my legs.\n"
    (item,) = run("-C", str(tmp_path), "match", "--json", typed=typed).items
    assert item["decision"] == "urgent"


def test_read_prints_one_ascii_line_a_file(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "lettér.eml"
    letter.write_bytes(LETTER)
    broken = tmp_path / "broken.eml"
    broken.write_bytes(b"\0" * 100)
    ran = run("read", "--json", str(letter), str(broken), str(tmp_path / "none.eml"))
    assert ran.code == cli_main.DONE
    assert ran.out.isascii()
    assert set(ran.items[0]) == {
        "file",
        "message_id",
        "from",
        "reply_to",
        "subject",
        "date",
        "verdict",
        "reason",
        "text",
        "questions",
        "error",
    }
    assert ran.items[0]["file"] == str(letter)
    assert ran.items[0]["verdict"] == "reader"
    assert '"questions": ["is a massage chair any good?"]' in ran.out
    assert ran.items[2]["verdict"] == "unreadable"
    assert "No such file" in str(ran.items[2]["error"])


def test_read_knows_the_authors_forms_and_addresses(run: Run, tmp_path: Path) -> None:
    project = Path(__file__).parents[2]
    for folder in ("faq", "templates"):
        shutil.copytree(project / folder, tmp_path / folder)
    written = (project / "settings.yaml").read_text("utf-8")
    written = written.replace("forms: []", "forms: [form@site.example]")
    (tmp_path / "settings.yaml").write_text(written, "utf-8")
    own = tmp_path / "own.eml"
    own.write_bytes(LETTER.replace(b"ann@example.org", b"steve@example.com"))
    filled = tmp_path / "filled.eml"
    filled.write_text(
        "From: form@site.example\nTo: x@example.org\nSubject: New\nContent-Type: text/html\n\n"
        "<table><tr><td>Name</td><td>Jane Doe</td></tr><tr><td>E-mail</td><td>jane@r.example</td>"
        "</tr><tr><td>Message</td><td>Is a pad any good?</td></tr></table>",
        "utf-8",
    )
    ran = run("-C", str(tmp_path), "read", "--json", str(own), str(filled))
    assert [item["verdict"] for item in ran.items] == ["own", "reader"]
    assert '"from": "jane@r.example"' in ran.out
    assert '"text": "Is a pad any good?"' in ran.out


@pytest.mark.parametrize("kind", ["pkcs7-mime; smime-type=enveloped-data", "ms-tnef"])
def test_read_keeps_the_header_of_what_cannot_be_opened(
    run: Run, tmp_path: Path, kind: str
) -> None:
    letter = tmp_path / "letter.eml"
    head, _, _ = LETTER.partition(b"\r\n\r\n")
    letter.write_bytes(head + f"\r\nContent-Type: application/{kind}\r\n\r\nno seal".encode())
    ran = run("read", "--json", str(letter))
    (item,) = ran.items
    assert (item["verdict"], item["message_id"]) == ("unreadable", "chairs@example.org")
    assert '"from": "ann@example.org"' in ran.out
    assert '"subject": "chairs"' in ran.out
    assert "open it in your mail program" in item["error"]


def test_read_takes_names_ended_by_nul(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "a letter\nwith an odd name.eml"
    letter.write_bytes(LETTER)
    ran = run("read", "--json", "--files0-from", "-", typed=f"{letter}\0")
    assert [item["file"] for item in ran.items] == [str(letter)]


def test_read_heeds_the_settings_of_the_directory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_bytes(Path("settings.yaml").read_bytes())
    for folder in ("faq", "templates"):
        (tmp_path / folder).mkdir()
    letter = tmp_path / "letter.eml"
    letter.write_bytes(LETTER.replace(b"From: ", b"From: steve@example.com\nX-Old: ", 1))
    (item,) = run("-C", str(tmp_path), "read", "--json", str(letter)).items
    assert item["verdict"] == "own"


def test_ask_shows_the_draft_and_keeps_nothing(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(LETTER)
    ran = run("-C", str(tmp_path), "ask", str(letter))
    assert ran.code == cli_main.DONE
    assert "massage-chair" in ran.out
    assert "Ann" in ran.out
    assert [path.name for path in tmp_path.iterdir()] == ["letter.eml"]


def test_a_letter_cannot_rewrite_the_terminal(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(LETTER.replace(b"is a massage", b"\x1b[2J\x1b]0;hi\x07is a massage"))
    assert "\x1b" not in run("read", str(letter)).out
    assert "\x1b" not in run("-C", str(tmp_path), "ask", str(letter)).out


def test_commands_calculate_in_one_thread_so_that_threads_need_not_wait_for_each_other() -> None:
    script = (
        "import os, sys; from inbox_bot.cli import main as cli\n"
        "sys.argv = ['inbox-bot', '--help']\n"
        "try: cli.main()\n"
        "except SystemExit: print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout.splitlines()[-1] == "1"


def test_a_letter_is_found_by_its_words_and_its_history_told(run: Run, world: DemoWorld) -> None:
    home = str(world.directory)
    run("-C", home, "poll", "--yes")
    (first, *_) = run("-C", home, "search", "--json", "sciatica").items
    assert str(first["letter"]) in run("-C", home, "search", "sciatica").out
    told = run("-C", home, "history", str(first["letter"])).out
    assert "a reply was drafted" in told
    sender = told.split()[1].rstrip(":")
    assert told in run("-C", home, "history", sender.upper()).out
    happened = run("-C", home, "history", "--json", sender).items
    assert "drafted" in [one["verb"] for one in happened]


def test_what_is_nowhere_is_said_in_one_line(run: Run, world: DemoWorld) -> None:
    assert run("-C", str(world.directory), "search", "xylophone").out == "No letters found.\n"
    ran = run("-C", str(world.directory), "history", "nobody@example.org")
    assert ran.code == cli_main.ACT
    assert "No letters from nobody@example.org" in ran.err
    assert run("-C", str(world.directory), "history", "99999").code == cli_main.ACT
