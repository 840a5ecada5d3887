"""The house's boundaries: who may reach whom, at second hand too, and what may lie in the repository."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("fmvr", "viz", "app", "examples")
MOST_BYTES = 9.5e6
MOST_LINES = 250  # of a file of fmvr or viz
PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"}


# Who imports whom


@dataclass(frozen=True)
class Import:
    """A module that another one imports. `late`: not when it is loaded itself, but in a function of it."""

    name: str
    late: bool


class Imports(ast.NodeVisitor):
    """The imports of one module, without those for type checkers alone."""

    def __init__(self, module: str, package: bool):
        self.module, self.package, self.late, self.taken = module, package, False, set()

    def visit_Import(self, node: ast.Import) -> None:
        self.taken |= {Import(alias.name, self.late) for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parents = self.module.split(".")
            parents = parents[: len(parents) - node.level + self.package]
            base = ".".join([*parents, *([node.module] if node.module else [])])
        submodules = {f"{base}.{alias.name}" for alias in node.names} & modules().keys()
        whole = len(submodules) < len(node.names)  # something is taken from the module itself
        self.taken |= {Import(name, self.late) for name in submodules | ({base} if whole else set())}

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                self.visit(other)
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self.late = self.late, True
        self.generic_visit(node)
        self.late = before

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef


@cache
def modules(root: Path = ROOT) -> dict[str, Path]:
    """Our modules: dotted name → file. A package is its `__init__`."""
    files = [root / f"{name}.py" for name in OURS] + [file for name in OURS for file in (root / name).rglob("*.py")]
    parts = {file: file.relative_to(root).with_suffix("").parts for file in files if file.is_file()}
    return {".".join(p[:-1] if p[-1] == "__init__" else p): file for file, p in parts.items()}


@cache
def imports_of(name: str) -> frozenset[Import]:
    """What a module of ours imports."""
    file = modules()[name]
    visitor = Imports(name, file.name == "__init__.py")
    visitor.visit(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(visitor.taken)


def ancestors(name: str) -> list[str]:
    """The packages that are loaded before a module is."""
    parts = name.split(".")
    return [".".join(parts[:i]) for i in range(1, len(parts))]


def loads(name: str) -> Iterator[str]:
    """The modules that are loaded when one is: what it imports, with the packages they lie in."""
    for each in imports_of(name):
        if not each.late:
            yield from (*ancestors(each.name), each.name)
    yield from ancestors(name)


def reached(start: Iterable[str]) -> dict[str, str]:
    """All that loading some modules loads, at any hand: module → the one it was first imported by."""
    by = dict.fromkeys(start, "")
    waiting = list(by)
    while waiting:
        name = waiting.pop()
        for other in loads(name) if name in modules() else ():
            if other not in by:
                by[other] = name
                waiting.append(other)
    return by


def way_to(name: str, by: dict[str, str]) -> str:
    """How a module is reached: `viz.table → viz.templates → torch`."""
    way = [name]
    while by[way[-1]]:
        way.append(by[way[-1]])
    return " → ".join(reversed(way))


def top(name: str) -> str:
    return name.split(".")[0]


def within(*rooms: str, without: str = "") -> list[str]:
    """The modules of some packages, those of one of them left out."""

    def lies_in(name: str, room: str) -> bool:
        return name == room or name.startswith(room + ".")

    return [
        name
        for name in modules()
        if any(lies_in(name, room) for room in rooms) and not (without and lies_in(name, without))
    ]


MEASURES = within("fmvr.evaluation.measures")

ROOMS = {
    # modules, and what they may not import themselves, in a function neither
    "fmvr": (within("fmvr"), {"viz", "gradio", "app", "examples", "plotly"}),
    "viz outside its tabs": (within("viz", without="viz.tabs"), {"torch", "gradio", "transformers", "app", "examples"}),
    "the page's tabs": (within("viz.tabs"), {"torch", "transformers", "app", "examples"}),
}

REACHES = {
    # modules, and what loading them may not load, at second hand neither
    "fmvr": (within("fmvr"), {"viz", "gradio", "app", "examples", "plotly"}),
    "viz outside its tabs": (within("viz", without="viz.tabs"), {"torch", "gradio", "transformers", "app", "examples"}),
    "the measures and their results": ([*MEASURES, "fmvr.evaluation.record"], {"torch", "gradio", "transformers"}),
    "worlds, arms and errors": (["fmvr.worlds", "fmvr.arms", "fmvr.errors"], {"torch", "gradio", "transformers"}),
}


@pytest.mark.parametrize("names, forbidden", ROOMS.values(), ids=ROOMS)
def test_imports_run_one_way(names, forbidden):
    assert names
    assert [f"{name} → {each.name}" for name in names for each in imports_of(name) if top(each.name) in forbidden] == []


@pytest.mark.parametrize("names, forbidden", REACHES.values(), ids=REACHES)
def test_nothing_forbidden_is_reached_at_second_hand(names, forbidden):
    by = reached(names)
    assert len(by) > len(names)
    assert [way_to(name, by) for name in by if top(name) in forbidden] == []


def test_what_viz_draws_with_loads_no_torch_and_no_gradio():
    names = within("viz", without="viz.tabs")
    heavy = "[name for name in ('torch', 'gradio', 'transformers') if name in sys.modules]"
    loaded = f"import sys, {', '.join(names)}; print({heavy})"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_no_imports_run_in_a_circle():
    assert circles({name: set(neighbours(name)) for name in modules()}) == []


def neighbours(name: str) -> Iterator[str]:
    """The modules of ours that one imports, in a function or not, with the packages that it enters for them."""
    for each in imports_of(name):
        entered = [package for package in ancestors(each.name) if package not in ancestors(name)]
        yield from (other for other in (*entered, each.name) if other in modules() and other != name)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules each of which imports the others, at some hand (Tarjan's strong components)."""
    place, low, stack, found = {}, {}, [], []

    def visit(name: str) -> None:
        place[name] = low[name] = len(place)
        stack.append(name)
        for other in graph[name]:
            if other not in place:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == place[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph:
        if name not in place:
            visit(name)
    return found


def test_the_app_imports_the_house_and_gradio_alone():
    found = {top(each.name) for each in imports_of("app")}
    assert found - sys.stdlib_module_names == {"fmvr", "viz", "gradio"}


def test_the_page_loads_nothing_that_trains():
    by = reached(["app"])
    assert "fmvr.lab" in by and "viz.tabs.board" in by
    assert [way_to(name, by) for name in by if name.startswith("fmvr.training")] == []


# The test itself


def visited(source: str, module: str = "viz.thing", package: bool = False) -> set[tuple[str, bool]]:
    visitor = Imports(module, package)
    visitor.visit(ast.parse(source))
    return {(each.name, each.late) for each in visitor.taken}


def test_imports_are_seen_wherever_they_stand_but_for_those_of_type_checkers():
    assert visited("import torch.nn as nn\nfrom viz import table, units") == {
        ("torch.nn", False),
        ("viz.table", False),
        ("viz.units", False),
    }
    assert visited("from viz.units import percent") == {("viz.units", False)}
    assert visited("def f():\n import torch\nclass A:\n import gradio\n") == {("torch", True), ("gradio", False)}
    assert visited("try:\n import torch\nexcept ImportError:\n import viz") == {("torch", False), ("viz", False)}
    assert visited("if TYPE_CHECKING:\n import torch\nelse:\n import viz.units") == {("viz.units", False)}
    assert visited("from . import units", "viz.thing") == {("viz.units", False)}
    assert visited("from .units import percent", "viz.thing") == {("viz.units", False)}
    assert visited("from .seeing import x", "viz.tabs.walk", package=True) == {("viz.tabs.walk.seeing", False)}


def test_a_circle_is_found_however_long_and_a_straight_line_is_none():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


# The repository


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_is_larger_than_a_push_may_carry():
    files = tracked()
    assert files
    assert [file.name for file in files if file.stat().st_size > MOST_BYTES] == []


def test_no_weights_are_pickled():
    assert [file.name for file in tracked() if file.suffix in PICKLED] == []


def test_every_file_of_the_house_fits_on_a_few_screens():
    files = [file for room in ("fmvr", "viz") for file in (ROOT / room).rglob("*.py")]
    lines = {file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
