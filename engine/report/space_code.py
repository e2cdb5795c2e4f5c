"""A search space as the code of a KerasTuner `HyperModel` that builds the networks it describes."""

from __future__ import annotations

from typing import Any

BUILDS = (
    ("engine.training.network", "build"),
    ("engine.training.hyper", "Hyper"),
    ("engine.training.layout", "Layout"),
    ("engine.training.layout", "Block"),
)
"""What the class uses of this package."""
ALWAYS = ("conditions", "name")


def space_code(space: Any, layout: Any, outputs: int, head: str, loss: str) -> str:
    """The function `space()`, which returns the `HyperModel`; `space` are KerasTuner's hyperparameters."""
    declared: list[str] = []
    for each in space.get_config()["space"]:
        config = dict(each["config"])
        said = ", ".join(f"{key}={value!r}" for key, value in config.items() if key not in ALWAYS and value is not None)
        line = f'values["{config["name"]}"] = hp.{each["class_name"]}({config["name"]!r}, {said})'
        indent = " " * 12
        for condition in config["conditions"]:
            own = condition["config"]
            declared.append(f"{indent}with hp.conditional_scope({own['name']!r}, {own['values']!r}):")
            indent += "    "
        declared.append(indent + line)
    blocks = "\n".join(f"            {block!r}," for block in layout.blocks)
    return "\n".join(
        [
            "def space():",
            '    """What the search could choose from: `keras_tuner.RandomSearch(space(), …).search(x, y, …)`."""',
            "    import keras_tuner",
            "",
            "    layout = Layout(",
            "        blocks=(",
            blocks,
            "        )",
            "    )",
            "",
            "    class Space(keras_tuner.HyperModel):",
            "        def build(self, hp):",
            "            values = {}",
            *declared,
            "            active = {name: value for name, value in values.items() if hp.is_active(name)}",
            f"            return build(layout, {outputs}, Hyper(**active), head={head!r}, loss={loss!r})",
            "",
            "    return Space()",
        ]
    )
