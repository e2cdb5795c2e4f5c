"""Label Studio's JSON, in and out: a list of tasks with `data` and `annotations` of type choices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.labels.record import FOLDER, Item, Said, all_standing, read_queue, record_path, say, standing, write_queue

ID = "modelwright_row"
FROM, TO, KIND = "label", "row", "choices"


def exported(project: Path) -> str:
    """The queue with everybody's labels as JSON text."""
    said = all_standing(project)
    tasks = []
    for number, item in enumerate(read_queue(project), start=1):
        annotations = [
            {"completed_by": {"email": who}, "was_cancelled": words[item.id] is None, "result": _result(words[item.id])}
            for who, words in said.items()
            if item.id in words
        ]
        tasks.append({"id": number, "data": {ID: item.id, **item.fields}, "annotations": annotations})
    return json.dumps(tasks, ensure_ascii=False, indent=1)


def imported(project: Path, path: Path) -> int:
    """Take a file's rows that the queue lacks and its labels; returns how many labels were new. Errors: UserError."""
    tasks = _tasks(path)
    known = {item.id: item for item in read_queue(project)}
    words: dict[str, list[Said]] = {}
    for place, task in enumerate(tasks):
        fields = {str(name): str(value) for name, value in task["data"].items() if name != ID}
        item = Item(str(task["data"].get(ID, task.get("id", place + 1))), fields)
        known.setdefault(item.id, item)
        for annotation in task.get("annotations") or ():
            chosen = _choice(path, place, annotation)
            words.setdefault(_who(annotation), []).append(Said(item.id, chosen))
    paths = {who: record_path(project, who) for who in words}
    (project / FOLDER).mkdir(exist_ok=True)
    write_queue(project, known.values())
    new = 0
    for who, lines in words.items():
        before = standing(paths[who])
        for line in lines:
            if line.item not in before or before[line.item] != line.label:
                say(paths[who], line)
                new += 1
    return new


def _result(label: str | None) -> list[dict[str, Any]]:
    return [] if label is None else [{"from_name": FROM, "to_name": TO, "type": KIND, "value": {KIND: [label]}}]


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as Label Studio's JSON ({error}); export it again as JSON") from None
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and isinstance(t.get("data"), dict) for t in tasks):
        raise UserError(f"{path}: no list of tasks with `data`; export it from Label Studio as JSON, not JSON-MIN")
    return tasks


def _who(annotation: dict[str, Any]) -> str:
    who = annotation.get("completed_by", "unknown")
    return str(who.get("email") or who.get("id") if isinstance(who, dict) else who)


def _choice(path: Path, place: int, annotation: dict[str, Any]) -> str | None:
    """The one class of an annotation; None where it was skipped."""
    chosen = [c for part in annotation.get("result") or () for c in (part.get("value") or {}).get(KIND, ())]
    if len(chosen) > 1:
        raise UserError(f"{path}, task {place + 1}: {len(chosen)} choices; only one class per row can be taken in")
    return str(chosen[0]) if chosen and not annotation.get("was_cancelled") else None
