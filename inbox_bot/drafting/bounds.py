"""A Jinja2 environment in which an author's template can do a letter's worth of work and no more.

What could multiply is refused before anything is rendered, by the parsed template. The rest costs
units of a budget while it is rendered: turns of loops, calls, filters, includes, characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

LONGEST_SOURCE = 50_000
MOST_NODES = 1_000
MOST_NESTED = 2
LONGEST_RANGE = 100
LONGEST_TEXT = 200_000
"""Of a text that the template makes; also the largest number, in bits."""
BUDGET = 50_000
CHARACTERS = 100
"""So many cost a unit."""
LOAD = 100

FILTERS = frozenset(
    "abs capitalize count d default e escape first float int join last length list lower max min"
    " reject replace reverse round safe select sort string sum title trim truncate unique upper"
    " wordcount wordwrap".split()
)
TEXT_METHODS = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isdigit islower isspace istitle"
    " isupper lower lstrip partition removeprefix removesuffix rfind rpartition rstrip split"
    " splitlines startswith strip swapcase title upper".split()
)
FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.Import: "import",
    nodes.FromImport: "from",
}
PLAIN = (str, int, float, jinja2.Undefined, type(None))
_left: ContextVar[int] = ContextVar("left")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: jinja2.BaseLoader) -> None:
        super().__init__(
            loader=loader,
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # plain text: "Ann & Bob" must not become "Ann &amp; Bob"
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=_shown,
        )
        self.globals = {"range": _range, "namespace": self.globals["namespace"]}
        own = {"join": _join, "replace": _replace}
        self.filters = {name: _paid(own.get(name, self.filters[name])) for name in FILTERS}
        self.filters |= {"turns of a loop": _turns, "joined": _joined}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _spend(1)
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise jinja2.TemplateRuntimeError(f"{operator} can't be used here")
        if operator == "*":
            _check_length(_product(left, right))
        return _checked(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's
        _spend(1)
        return _checked(super().call(__context, __obj, *args, **kwargs))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return not isinstance(obj, int | float | bytes) and super().is_safe_attribute(
            obj, attr, value
        )

    def wrap_str_format(self, value: Any) -> None:
        """No `format`, whose widths could be of any size."""

    def _load_template(
        self,
        name: str,
        globals: MutableMapping[str, Any] | None,  # noqa: A002 - Jinja's
    ) -> jinja2.Template:
        _spend(LOAD)
        return super()._load_template(name, globals)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        return super()._generate(_Counting().visit(source), name, filename, defer_init)


@contextmanager
def within_budget() -> Iterator[None]:
    """What is rendered in the block shares one budget."""
    token = _left.set(BUDGET)
    try:
        yield
    finally:
        _left.reset(token)


def excesses(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Lines of a template with what its author can't use there."""
    if sum(1 for _ in tree.find_all(nodes.Node)) > MOST_NODES:
        yield 1, "the template is too long; make it simpler"
    for node in tree.find_all(tuple(FORBIDDEN)):
        yield node.lineno, f"{{% {FORBIDDEN[type(node)]} %}} can't be used here"
    for node in tree.find_all((nodes.List, nodes.Tuple, nodes.Dict)):
        if any(True for _ in node.find_all((nodes.Name, nodes.NSRef))) and not _is_target(node):
            yield node.lineno, "a list can hold only fixed texts and numbers"
    for loop in tree.find_all(nodes.For):
        if loop.recursive:
            yield loop.lineno, "a loop can't be recursive"
    for loop in _loops_below(tree, MOST_NESTED):
        yield loop.lineno, f"loops can be nested {MOST_NESTED} deep at most"


def _loops_below(node: nodes.Node, depth: int) -> Iterator[nodes.For]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For) and not depth:
            yield child
        else:
            yield from _loops_below(child, depth - isinstance(child, nodes.For))


def _is_target(node: nodes.Node) -> bool:
    """The names in `for a, b in …`."""
    return isinstance(node, nodes.Tuple) and node.ctx == "store"


class _Counting(NodeTransformer):
    """Puts filters that count around loops and joined texts."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's
        weight = sum(1 for _ in node.find_all(nodes.Node))
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "turns of a loop", nodes.Const(weight))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - Jinja's
        self.generic_visit(node)
        return _filtered(
            nodes.List(node.nodes, lineno=node.lineno, environment=node.environment), "joined"
        )


def _filtered(value: nodes.Node, name: str, *told: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(
        value, name, list(told), [], None, None, lineno=value.lineno, environment=value.environment
    )


def _spend(units: int) -> None:
    left = _left.get(BUDGET) - units
    if left < 0:
        raise jinja2.TemplateRuntimeError("the template does too much; make it simpler")
    _left.set(left)


def _turns(values: Iterable[object], weight: int) -> Iterator[object]:
    for value in values:
        _spend(weight)
        yield value


def _range(*told: int) -> range:
    made = range(*told)
    if len(made) > LONGEST_RANGE:
        raise jinja2.TemplateRuntimeError(f"range() counts to {LONGEST_RANGE} at most")
    return made


def _paid(work: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, at the price of what it is given and makes."""

    def filtered(*given: Any, **named: Any) -> Any:
        for one in given:
            _checked(one)
        return _checked(work(*given, **named))

    return update_wrapper(filtered, work)  # with Jinja's mark for what else it is given


def _join(values: Iterable[object], between: str = "") -> str:
    return between.join(_texts(values, len(between)))


def _joined(values: Iterable[object]) -> str:
    return "".join(_texts(values))


def _texts(values: Iterable[object], more: int = 0) -> list[str]:
    made, length = [], 0
    for value in values:
        made.append(str(_shown(value)))
        length += len(made[-1]) + more
        _check_length(length)
    return made


def _replace(text: object, old: str, new: str, count: int = -1) -> str:
    whole = str(_shown(text))
    _check_length(len(whole) + whole.count(old) * len(new))
    return whole.replace(old, new, count)


def _shown(value: Any) -> Any:
    """What may stand in a letter: a list would be written out with all that it holds."""
    if not isinstance(value, PLAIN):
        raise jinja2.TemplateRuntimeError("only texts and numbers can be shown; join a list first")
    return _checked(value)


def _checked(value: Any) -> Any:
    size = _size(value)
    _check_length(size)
    _spend(1 + size // CHARACTERS)
    return value


def _check_length(size: int) -> None:
    if size > LONGEST_TEXT:
        raise jinja2.TemplateRuntimeError("a text or number gets too long; make it simpler")


def _size(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, str | list | tuple) else 0


def _product(left: object, right: object) -> int:
    """The size of `left * right`, at most."""
    for one, times in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(times, int):
            return len(one) * max(times, 0)
    return _size(left) + _size(right)
