"""Imports point one way, and functions and modules stay of a size that can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "inbox_bot"

# The lower a layer stands here, the fewer it may know: a module imports from its own layer or
# from those below it.
LAYERS = (
    ("doors", "__main__ cli fleet service web"),
    ("edges", "mail settings store"),
    ("reports", "reports"),
    ("pipeline", "pipeline"),
    ("review", "review"),
    ("steps", "steps"),
    ("bot", "bot"),
    ("faq", "faq"),
    ("core", "drafting letters promises"),
    ("values", "errors humanize model yaml_files"),
)
EDGES = {"mail", "settings", "store"}
"""Layers below these must not import them: they use the ports alone."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        top = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if top != "__init__":
            yield top, path


def written_by_hand() -> Iterator[tuple[str, Path]]:
    """All but migrations: a step of a schema is a list of any length."""
    return ((module, path) for module, path in modules() if "versions" not in path.parts)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("inbox_bot.")}
    return found


def layer_of(module: str) -> int:
    for depth, (_, names) in enumerate(LAYERS):
        if module in names.split():
            return depth
    pytest.fail(f"inbox_bot/{module} stands in no layer: add it to LAYERS where it belongs")


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda one: str(one)[-40:])
def test_imports_point_one_way(module: str, path: Path) -> None:
    upward = {other for other in imported(path) if layer_of(other) < layer_of(module)}
    assert not upward, f"{path.name} imports {upward}, which stand above it"


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda one: str(one)[-40:])
def test_the_pipeline_sees_the_outside_through_protocols_alone(module: str, path: Path) -> None:
    if LAYERS[layer_of(module)][0] not in ("doors", "edges"):
        assert not imported(path) & EDGES


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda one: str(one)[-40:])
def test_one_authors_program_does_not_know_of_a_fleet(module: str, path: Path) -> None:
    assert module in ("cli", "fleet", "web") or "fleet" not in imported(path)


def test_nothing_is_laid_flat_at_the_top() -> None:
    """A new module goes into the folder where a stranger would look for it."""
    folders = [one for one in PACKAGE.iterdir() if (one / "__init__.py").exists()]
    assert len(folders) <= 16
    assert len(list(PACKAGE.glob("*.py"))) <= 7


@pytest.mark.parametrize(
    ("module", "path"), list(written_by_hand()), ids=lambda one: str(one)[-40:]
)
def test_modules_and_functions_stay_readable(module: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "make it a package of the same name"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


NOT_ON_WINDOWS = {"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"}
SIGNALS_ELSEWHERE = {"SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGCHLD", "setitimer"}


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What is run when the module is imported: bodies of functions and of `try` are not."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Try):
            yield child
            yield from run_at_import(child)


def missing_on_windows(text: str) -> list[str]:
    found: list[str] = []
    for node in run_at_import(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name in NOT_ON_WINDOWS]
        elif isinstance(node, ast.ImportFrom) and node.module in NOT_ON_WINDOWS:
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in SIGNALS_ELSEWHERE:
            found.append(node.attr)
    return found


def test_every_module_can_be_imported_on_windows() -> None:
    lacking = {
        str(path.relative_to(PACKAGE)): found
        for _, path in modules()
        if (found := missing_on_windows(path.read_text(encoding="utf-8")))
    }
    assert lacking == {}
    assert missing_on_windows("import fcntl\nimport signal\nX = -signal.SIGALRM\n")
    assert not missing_on_windows("def f() -> None:\n    import fcntl\n")
