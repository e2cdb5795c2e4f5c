"""Takes definitions of this package with all they rest on, as one text that runs without the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
VALUE = re.compile(r"^class (\w+)\((?:Value\b|(\w+), frozen=True\b)[^)]*\):", re.MULTILINE)
BOUNDED = re.compile(r"Annotated\[(\w+), (?:msgspec\.)?Meta\([^)]*\)\]")
Place = tuple[str, str]
"""A module and a name defined there."""


@dataclass
class Module:
    """A module of this package: its definitions by name with their lines, and what it imports under which name."""

    lines: list[str]
    defined: dict[str, ast.stmt] = field(default_factory=dict)
    own: dict[str, Place] = field(default_factory=dict)
    """Names from this package: module and name there, the name empty where the module itself is meant."""
    foreign: dict[str, Place] = field(default_factory=dict)
    """Names from elsewhere: module and name there, the name empty for `import module as …`."""
    ends: dict[str, int] = field(default_factory=dict)


class Excerpt:
    """The definitions that were asked for and all that they use, comments and docstrings as they are.

    Records of this package become data classes, bounds on their fields fall away, and methods that nothing uses too.
    """

    def __init__(self, wanted: Iterable[Place]) -> None:
        """Errors: ValueError when two modules define the same name."""
        self._modules: dict[str, Module] = {}
        self._reached: dict[Place, None] = {}
        self._foreign: dict[str, Place] = {}
        self._spaces: dict[Place, set[str]] = {}
        self._methods: list[tuple[str, ast.FunctionDef]] = []
        self._attributes: set[str] = set()
        for place in wanted:
            self._visit(place)
        while waiting := [each for each in self._methods if each[1].name in self._attributes]:
            self._methods = [each for each in self._methods if each not in waiting]
            for name, method in waiting:
                self._follow(name, method)
        self._others = _other_names(self._reached)
        for where, found in self._modules.items():
            known = {each: self._others[place] for each, place in found.own.items() if place in self._others}
            own = {name: other for (module, name), other in self._others.items() if module == where}
            _rename(found, known | own)

    @property
    def imports(self) -> str:
        """The import statements that the definitions need, one per line."""
        whole, parts = set(), dict[str, set[str]]()
        for known, (module, name) in self._foreign.items():
            if name:
                parts.setdefault(module, set()).add(name if name == known else f"{name} as {known}")
            else:
                whole.add(f"import {module}" + (f" as {known}" if known != module else ""))
        taken = {f"from {module} import {', '.join(sorted(names))}" for module, names in parts.items()}
        return "\n".join([*sorted(whole), *sorted(taken)])

    @property
    def definitions(self) -> str:
        """What is imported from stands before what imports it."""
        dropped = {(name, method.lineno): method for name, method in self._methods}
        texts = []
        for name in self._in_order():
            module = self._modules[name]
            for what in module.defined:
                if (name, what) in self._reached:
                    cut = [method for (where, _), method in dropped.items() if where == name]
                    texts.append(_text(module, what, cut))
            for (where, alias), names in self._spaces.items():
                if where == name:
                    said = (f"{each}={self._others.get((where, each), each)}" for each in sorted(names))
                    texts.append(f"{alias} = SimpleNamespace({', '.join(said)})")
        return "\n\n\n".join(texts)

    def _visit(self, place: Place) -> None:
        if place in self._reached:
            return
        self._reached[place] = None
        name, what = place
        if name not in self._modules:
            self._modules[name] = _read(name)
        module = self._modules[name]
        if what not in module.defined:
            self._visit(module.own[what])
        else:
            self._follow(name, module.defined[what])

    def _follow(self, name: str, node: ast.AST) -> None:
        module = self._modules[name]
        for part in self._parts(name, node):
            if isinstance(part, ast.Attribute):
                self._attributes.add(part.attr)
                where, whole = module.own.get(getattr(part.value, "id", ""), ("", "x"))
                if not whole:
                    self._visit((where, part.attr))
                    self._spaces.setdefault((where, part.value.id), set()).add(part.attr)  # type: ignore[attr-defined]
                    self._foreign["SimpleNamespace"] = ("types", "SimpleNamespace")
            elif isinstance(part, ast.Name):
                if part.id in module.defined:
                    self._visit((name, part.id))
                elif module.own.get(part.id, ("", ""))[1]:
                    self._visit(module.own[part.id])
                elif part.id in module.foreign:
                    self._foreign[part.id] = module.foreign[part.id]

    def _parts(self, name: str, node: ast.AST) -> Iterator[ast.AST]:
        """All that a definition says, but for the methods of a class, which wait until they are used."""
        if not isinstance(node, ast.ClassDef):
            yield from ast.walk(node)
            return
        for part in (*node.decorator_list, *node.bases, *node.body):
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("__"):
                self._methods.append((name, part))
            else:
                yield from ast.walk(part)

    def _in_order(self) -> list[str]:
        order: list[str] = []

        def place(name: str) -> None:
            for source, _ in self._modules[name].own.values():
                if source in self._modules and source not in order and source != name:
                    place(source)
            if name not in order:
                order.append(name)

        for name in self._modules:
            place(name)
        return order


def _read(name: str) -> Module:
    place = ROOT.joinpath(*name.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = file.read_text(encoding="utf-8")
    text = VALUE.sub(_as_dataclass, BOUNDED.sub(r"\1", text))
    module = Module(text.splitlines(), foreign={"dataclass": ("dataclasses", "dataclass")})
    known = ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Expr) and known:
            module.ends[known] = node.end_lineno or node.lineno
        known = ""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            module.defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            known = getattr(target, "id", "")
            module.defined[known] = node
        elif isinstance(node, ast.Import):
            module.foreign |= {each.asname or each.name: (each.name, "") for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            _take(module, node.module or "", node.names)
    return module


def _as_dataclass(found: re.Match[str]) -> str:
    """The head of a struct, which may be made from another one, as that of a dataclass."""
    base = f"({found[2]})" if found[2] else ""
    return f"@dataclass(frozen=True, kw_only=True)\nclass {found[1]}{base}:"


def _take(module: Module, source: str, names: list[ast.alias]) -> None:
    for each in names:
        known = each.asname or each.name
        if not source.startswith("engine"):
            module.foreign[known] = (source, each.name)
        elif ROOT.joinpath(*source.split("."), f"{each.name}.py").exists():
            module.own[known] = (f"{source}.{each.name}", "")
        else:
            module.own[known] = (source, each.name)


def _text(module: Module, name: str, without: list[ast.FunctionDef]) -> str:
    node = module.defined[name]
    first, last = _span(node)
    cut = {line for method in without for line in range(_span(method)[0] - 1, _span(method)[1] + 1)}
    until = max(last, module.ends.get(name, 0))
    return "\n".join(module.lines[line - 1] for line in range(first, until + 1) if line not in cut).rstrip()


def _span(node: ast.stmt) -> tuple[int, int]:
    """First and last line, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno or node.lineno


def _other_names(reached: Iterable[Place]) -> dict[Place, str]:
    """A name of its own for every definition whose name an earlier module has already."""
    seen: dict[str, str] = {}
    return {
        (module, name): f"{name}_of_{module.rpartition('.')[2]}"
        for module, name in reached
        if seen.setdefault(name, module) != module
    }


def _rename(module: Module, names: dict[str, str]) -> None:
    """Give names of the module other ones wherever its code says them; texts and comments stay as they are.

    Errors: ValueError where a parameter has the same name.
    """
    places: set[tuple[int, int, str]] = set()
    for definition in module.defined.values():
        for part in ast.walk(definition):
            if isinstance(part, ast.arg) and part.arg in names:
                raise ValueError(f"{part.arg} is a definition and a parameter: give one of them another name")
            if isinstance(part, ast.Name) and part.id in names:
                places.add((part.lineno, part.col_offset, part.id))
            if isinstance(part, ast.FunctionDef | ast.ClassDef) and part.name in names:
                word = 4 if isinstance(part, ast.FunctionDef) else 6
                places.add((part.lineno, part.col_offset + word, part.name))
    for line, at, old in sorted(places, reverse=True):
        text = module.lines[line - 1].encode()
        module.lines[line - 1] = (text[:at] + names[old].encode() + text[at + len(old.encode()) :]).decode()
