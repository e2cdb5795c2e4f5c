"""A Keras model as the Python code that builds it, layer by layer; it reads the model and imports nothing heavy."""

from __future__ import annotations

import inspect
import keyword
import re
from struct import pack
from typing import Any

SAME = {"dtype": "float32", "trainable": True, "activation": "linear", "name": None}
"""What Keras writes into every configuration although it is the default."""
LINE = 116


def network_code(model: Any, function: str) -> str:
    """A function of that name, without arguments, that returns a compiled model like `model`, with fresh weights.

    `model` is a compiled functional Keras model whose loss has a name. Errors: ValueError where a layer is used twice.
    """
    config = model.get_config()
    lines, names = [], dict[str, str]()
    for layer in config["layers"]:
        name = _identifier(layer["name"], set(names.values()))
        names[layer["name"]] = name
        made = "" if "ops" in layer["module"] else _made(layer, type(model.get_layer(layer["name"])))
        for at, node in enumerate(layer["inbound_nodes"]):
            if at:
                raise ValueError(f"layer {layer['name']} is used twice: its code would make two of it")
            given = [_value(part, names) for part in node["args"]]
            # Keras notes that random layers are on by default, and itself decides whether they are.
            said = {key: part for key, part in node["kwargs"].items() if part is not None and key != "training"}
            given += [f"{key}={_value(part, names)}" for key, part in said.items()]
            made = _called(layer, made, given)
        if layer["class_name"] == "InputLayer":
            made = f"keras.Input({tuple(layer['config']['batch_shape'][1:])!r}, name={layer['name']!r})"
        lines.append(f"    {name} = {made}")
    ends = ", ".join(_ends(config[side], names) for side in ("input_layers", "output_layers"))
    optimizer = model.optimizer
    chosen = _call(f"keras.optimizers.{type(optimizer).__name__}", optimizer.get_config(), type(optimizer))
    lines += [
        f"    model = keras.Model({ends}, name={config['name']!r})",
        f"    optimizer = {chosen}",
        *_kept_whole(model),
        f"    model.compile(optimizer=optimizer, loss={model.loss!r})",
        "    return model",
    ]
    return "\n".join([f"def {function}() -> keras.Model:", *map(_folded, lines)])


def _kept_whole(model: Any) -> list[str]:
    """The variables that weight decay leaves alone, where the optimizer has one."""
    optimizer = model.optimizer
    if not optimizer.weight_decay:
        return []
    whole = [each.path for each in model.trainable_variables if not optimizer._use_weight_decay(each)]
    return [
        f"    whole = {whole!r}",
        "    spared = [each for each in model.trainable_variables if each.path in whole]",
        "    optimizer.exclude_from_weight_decay(spared)",
    ]


def _called(layer: dict[str, Any], made: str, given: list[str]) -> str:
    """A layer called on what comes before it; an operation without a layer as a function of `keras.ops`."""
    if "ops" not in layer["module"]:
        return f"{made}({', '.join(given)})"
    if layer["class_name"] == "GetItem":
        return f"{given[0]}[{', '.join(given[1:])}]"
    own = {key: part for key, part in layer["config"].items() if key != "name" and not isinstance(part, dict)}
    options = [f"{key}={_value(part, {})}" for key, part in own.items()]
    return f"keras.ops.{_snake(layer['class_name'])}({', '.join([*given, *options])})"


def _made(layer: dict[str, Any], kind: type) -> str:
    return _call(f"keras.layers.{layer['class_name']}", layer["config"], kind)


def _call(what: str, config: dict[str, Any], kind: type) -> str:
    """`what(…)` with the arguments in which a configuration differs from the defaults of `kind`; the name is last."""
    known = inspect.signature(kind.__init__).parameters  # type: ignore[misc]
    said = []
    for key, value in sorted(config.items(), key=lambda each: each[0] == "name"):
        default = known[key].default if key in known else SAME.get(key)
        if not _same(key, value, default):
            said.append(f"{key}={_value(value, {})}")
    return f"{what}({', '.join(said)})"


def _same(key: str, value: Any, default: Any) -> bool:
    if default is inspect.Parameter.empty:
        return False
    if value == default or value == SAME.get(key, object()):
        return True
    if isinstance(value, dict) and "class_name" in value:
        own = value.get("config") or {}
        if value["class_name"] == "DTypePolicy":
            return bool(own.get("name") == "float32")
        return isinstance(default, str) and _snake(value["class_name"]) == default and own.get("seed") is None
    return value is None


def _value(value: Any, names: dict[str, str]) -> str:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return names[value["config"]["keras_history"][0]]
    if isinstance(value, dict) and value.get("class_name") == "__slice__":
        parts = [value["config"][end] for end in ("start", "stop", "step")]
        return "slice(" + ", ".join(map(repr, parts)) + ")"
    if isinstance(value, dict) and "class_name" in value:
        inner = ", ".join(f"{key}={_value(part, names)}" for key, part in (value.get("config") or {}).items())
        return f"{value['module']}.{value['class_name']}({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_value(part, names)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        inner = ", ".join(_value(part, names) for part in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
    return _number(value) if isinstance(value, float) else repr(value)


def _number(value: float) -> str:
    """The shortest way to write what is the same number to a network, whose arithmetic has 32 bits."""
    return next(
        (
            repr(short)
            for digits in range(3, 10)
            if pack("f", short := float(f"{value:.{digits}g}")) == pack("f", value)
        ),
        repr(value),
    )


def _ends(layers: list[Any], names: dict[str, str]) -> str:
    if layers and isinstance(layers[0], str):
        return names[layers[0]]
    return "[" + ", ".join(names[each[0]] for each in layers) + "]"


def _identifier(name: str, taken: set[str]) -> str:
    found = re.sub(r"\W", "_", name)
    found = f"_{found}" if found[:1].isdigit() or keyword.iskeyword(found) else found
    while found in taken:
        found += "_"
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _folded(line: str) -> str:
    """A long call on several lines, an argument on each where it must be."""
    if len(line) <= LINE:
        return line
    head, _, rest = line.partition("(")
    depth, start, parts, quote = 1, 0, [], ""
    for at, sign in enumerate(rest):
        if sign in "'\"" and quote in ("", sign):
            quote = "" if quote else sign
        if quote:
            continue
        depth += (sign in "([{") - (sign in ")]}")
        if (sign == "," and depth == 1) or depth == 0:
            parts.append(rest[start:at].strip())
            start = at + 1
        if depth == 0:
            inner = "".join(f"        {part},\n" for part in parts if part)
            return f"{head}(\n{inner}    ){rest[at + 1 :]}"
    return line
