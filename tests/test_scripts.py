"""The scripts: what they need, and what they say when it is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SCRIPTS = ("scripts/demo", "scripts/test", "scripts/setup", "scripts/lock", ".ci/run")
LOCKS = ("requirements/run.lock", "requirements/dev.lock")

FAKE_PYTHON = """\
#!/bin/sh
# Stands for a Python of another version, or for one from which Debian left parts out.
case "$*" in
*version_info*) exec {real} -c "import sys; sys.version_info = {version}; $2" ;;
*ensurepip*) exit {no_ensurepip} ;;
esac
echo "called: $*" >&2
exit 9
"""


def run(script: Path, *arguments: str, path: Path, **environment: str) -> tuple[int, str]:
    """Exit code and standard error of a script that finds only these tools and bash's own."""
    done = subprocess.run(
        [script, *arguments],
        env={"PATH": str(path), "HOME": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts in a checkout of their own, without a virtual environment."""
    for name in ("scripts", "requirements"):
        shutil.copytree(TOP / name, tmp_path / "checkout" / name)
    shutil.copy(TOP / "pyproject.toml", tmp_path / "checkout")
    return tmp_path / "checkout"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the tools that every machine has, and no Python."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for tool in ("bash", "basename", "cat", "cksum", "dirname", "env", "id", "mkdir", "rm", "sh"):
        found = shutil.which(tool)
        assert found is not None
        (bin_ / tool).symlink_to(found)
    return bin_


def fake_python(tools: Path, version: tuple[int, int], *, no_ensurepip: int = 0) -> None:
    python = tools / "python3"
    python.write_text(
        FAKE_PYTHON.format(real=sys.executable, version=version, no_ensurepip=no_ensurepip)
    )
    python.chmod(0o755)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_can_be_run_and_is_sound_bash(script: str) -> None:
    assert os.access(TOP / script, os.X_OK)
    subprocess.run(["bash", "-n", TOP / script], check=True)
    assert "\nset -eu\n" in (TOP / script).read_text(encoding="utf-8")


def test_without_python_the_demo_says_what_to_install(checkout: Path, tools: Path) -> None:
    code, said = run(checkout / "scripts/demo", path=tools)
    assert code != 0
    assert "Python 3.11 or newer" in said.splitlines()[-1]


def test_an_old_python_is_no_python(checkout: Path, tools: Path) -> None:
    fake_python(tools, (3, 10))
    code, said = run(checkout / "scripts/demo", path=tools)
    assert code != 0
    assert "apt install python3" in said


def test_a_python_without_venv_is_named_with_the_package(checkout: Path, tools: Path) -> None:
    fake_python(tools, (3, 11), no_ensurepip=1)
    code, said = run(checkout / "scripts/demo", path=tools)
    assert code != 0
    assert "apt install python3-venv" in said


def test_a_set_up_that_failed_is_tried_again(checkout: Path, tools: Path) -> None:
    fake_python(tools, (3, 14))
    for _ in range(2):
        code, said = run(checkout / "scripts/demo", path=tools)
        assert code == 9
        assert "-m venv" in said


def test_set_up_asks_nothing_before_the_browser(checkout: Path, tools: Path) -> None:
    fake_python(tools, (3, 14))
    code, said = run(checkout / "scripts/setup", path=tools)
    assert code == 9, said  # on its way: it makes the environment
    assert "[" not in said.splitlines()[0]


def test_set_up_in_the_terminal_needs_a_directory(checkout: Path, tools: Path) -> None:
    code, said = run(checkout / "scripts/setup", "--terminal", path=tools)
    assert code == 2
    assert "scripts/setup --terminal DIR" in said


def pins_of(lock: str) -> Iterator[tuple[str, list[str]]]:
    """Each requirement of a lock with the words of its options, as pip joins its lines."""
    text = (TOP / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.startswith("#"):
            pin, *options = re.split(r"\s+(?=--)", line)
            yield pin.strip(), options


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_exact_versions_their_hashes_and_no_place(lock: str) -> None:
    pins = list(pins_of(lock))
    assert len(pins) > 30
    for pin, options in pins:
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==[0-9][^ ]*( ; .+)?$", pin), pin
        assert not re.search(r"://|index-url|@", pin)
        assert options, f"{pin} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options)


def test_what_is_installed_is_checked_against_the_hashes() -> None:
    assert "--require-hashes --requirement" in (TOP / "scripts/venv.sh").read_text(encoding="utf-8")


def pinned(lock: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for pin, _ in pins_of(lock):
        name, _, version = pin.partition(" ;")[0].partition("==")
        pins.setdefault(name.partition("[")[0], set()).add(version)
    return pins


def test_tests_run_on_the_versions_that_the_author_gets() -> None:
    run_lock, dev_lock = (pinned(lock) for lock in LOCKS)
    assert {name: dev_lock[name] for name in run_lock} == run_lock


@pytest.mark.parametrize(
    ("lock", "extras"), [(LOCKS[0], ()), (LOCKS[1], ("dev", "keyring", "push"))]
)
def test_every_dependency_is_locked(lock: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    names = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower().replace(".", "-") for each in wanted}
    assert names - {"inbox-bot"} <= pinned(lock).keys()
