"""Which answers a function looks at, read off its source: every branch counts, also those no example plan takes."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import engine
from engine.steps import STEPS

SOURCE = Path(engine.__file__).parent
SECTIONS = set(STEPS)
WHOLE = "*"
"""Stands for the field where a section is handed on as a whole; the function that gets it declares its type."""


@dataclass
class Code:
    """A function: the plan paths in its own lines, and the functions of the package that it mentions."""

    paths: set[str] = field(default_factory=set)
    mentions: set[tuple[str, str]] = field(default_factory=set)


@cache
def package() -> dict[tuple[str, str], Code]:
    """Every top-level function of the package by module and name."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        names = dict(_names(module, tree))
        for part in tree.body:
            if isinstance(part, ast.FunctionDef):
                found[module, part.name] = _read(part, names)
    return found


def _names(module: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    """What a name of a module stands for: a function of its own, one it imports, or a module (with an empty name)."""
    for part in tree.body:
        if isinstance(part, ast.FunctionDef):
            yield part.name, (module, part.name)
        elif isinstance(part, ast.ImportFrom) and part.module and part.module.startswith("engine"):
            for alias in part.names:
                is_module = (SOURCE.parent / part.module.replace(".", "/") / f"{alias.name}.py").exists()
                target = (f"{part.module}.{alias.name}", "") if is_module else (part.module, alias.name)
                yield alias.asname or alias.name, target


def _read(function: ast.FunctionDef, names: dict[str, tuple[str, str]]) -> Code:
    code, aliases = Code(), _aliases(function, names)
    followed = {id(node.value) for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    given = {id(value) for _, value in _pairs(function)}
    for node in ast.walk(function):
        section = _section(node, aliases)
        if isinstance(node, ast.Attribute) and (inner := _section(node.value, aliases)):
            code.paths.add(f"{inner}.{node.attr}")
        elif section and id(node) not in followed and id(node) not in given and _is_read(node):
            code.paths.add(f"{section}.{WHOLE}")
        if isinstance(node, ast.Name) and node.id in names and names[node.id][1]:
            code.mentions.add(names[node.id])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = names.get(node.value.id, ("", "?"))
            if not name:
                code.mentions.add((module, node.attr))
    return code


def _is_read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)


def _section(node: ast.AST, aliases: dict[str, str]) -> str:
    """The section of the plan that an expression is, or nothing."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "plan":
        return node.attr if node.attr in SECTIONS else ""
    return ""


def _pairs(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each name that is given a value, with the value."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(target.elts, node.value.elts, strict=True)
                else:
                    yield target, node.value


def _aliases(function: ast.FunctionDef, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The names that stand for a section: given one, or declared to be one."""
    classes = {(step.section.__module__, step.section.__name__): step.name for step in STEPS.values()}
    declared = {
        part.arg: classes[names[part.annotation.id]]
        for part in function.args.args
        if isinstance(part.annotation, ast.Name) and names.get(part.annotation.id) in classes
    }
    return declared | {
        target.id: section
        for target, value in _pairs(function)
        if isinstance(target, ast.Name) and (section := _section(value, {}))
    }


def touched(*roots: Callable[..., Any] | str) -> set[str]:
    """The plan paths that these functions (or dotted names) look at, themselves or through what they mention."""
    waiting = [_key(root) for root in roots]
    seen: set[tuple[str, str]] = set()
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in seen or key not in package():
            continue
        seen.add(key)
        found |= package()[key].paths
        waiting += package()[key].mentions
    return found


def _key(root: Callable[..., Any] | str) -> tuple[str, str]:
    if isinstance(root, str):
        module, _, name = root.partition(":")
        return module, name
    return root.__module__, root.__name__
