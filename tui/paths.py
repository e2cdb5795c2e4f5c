"""The tables and folders whose paths begin with what is being typed."""

from pathlib import Path

from textual.suggester import Suggester

from engine.data.several import kind_of
from engine.values import Choice


def offered_paths(typed: str) -> list[Choice]:
    """Folders and table files that go on from a typed path, by name; hidden ones only when asked for."""
    here = Path(typed).expanduser()
    folder, start = (here, "") if typed.endswith("/") or not typed else (here.parent, here.name)
    try:
        found = sorted(path for path in folder.iterdir() if path.name.startswith(start) and path != here)
    except OSError:
        return []
    shown = [path for path in found if start.startswith(".") or not path.name.startswith(".")]
    folders = [Choice(f"{path}/", f"{path.name}/", "folder") for path in shown if path.is_dir()]
    tables = [Choice(str(path), path.name) for path in shown if kind_of(path) and path.is_file()]
    return tables + folders


class PathSuggester(Suggester):
    """Completes a path in place; Right takes it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        offers = [choice.value for choice in offered_paths(value) if choice.value.startswith(value)]
        return offers[0] if value and offers else None
