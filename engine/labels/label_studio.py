"""Label Studio's JSON, in and out: tasks with `data` and annotations, made here or elsewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.labels.record import FOLDER, Item, Said, all_standing, read_queue, record_path, say, standing, write_queue

ID = "modelwright_row"
FROM, TO, KIND = "label", "row", "choices"
PLACES = frozenset(("x", "y", "start", "end", "points", "rle"))
"""What a value has that marks a part of a row, not the row."""
NO_NAME = re.compile(r"[^\w.@-]+")


@dataclass(frozen=True)
class Taken:
    """What an import brought: `new` labels and skips, and in sentences what could not be taken."""

    new: int
    left: tuple[str, ...]


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


def imported(project: Path, path: Path, question: str | None = None) -> Taken:
    """Take a file's rows that the queue lacks and its labels: choices, ratings, numbers and texts, of all annotators.

    `question` names the control (`from_name`) whose answers are the labels, where a task asks several. Errors:
    UserError for a file that is none of Label Studio's, or when it is not told which control is meant.
    """
    tasks = _tasks(path)
    control = _control(path, tasks, question)
    known = {item.id: item for item in read_queue(project)}
    by_fields = {json.dumps(item.fields, sort_keys=True): item.id for item in known.values()}
    words: dict[str, list[Said]] = {}
    left: Counter[str] = Counter()
    for place, task in enumerate(tasks):
        item = _item(task, place, known, by_fields)
        known.setdefault(item.id, item)
        for annotation in _annotations(task):
            chosen, why = _answer(annotation, control)
            if why:
                left[why] += 1
            else:
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
                before[line.item] = line.label
                new += 1
    return Taken(new, tuple(f"{count:,} annotations left: {why}" for why, count in left.most_common()))


def _result(label: str | None) -> list[dict[str, Any]]:
    return [] if label is None else [{"from_name": FROM, "to_name": TO, "type": KIND, "value": {KIND: [label]}}]


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as Label Studio's JSON ({error}); export it again as JSON") from None
    if isinstance(tasks, dict) and isinstance(tasks.get("data"), dict):
        tasks = [tasks]
    if not isinstance(tasks, list) or not all(isinstance(t, dict) and isinstance(t.get("data"), dict) for t in tasks):
        raise UserError(f"{path}: no list of tasks with `data`; export it from Label Studio as JSON, not JSON-MIN")
    return tasks


def _annotations(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of a person; older exports call them completions."""
    found = task.get("annotations", task.get("completions"))
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _parts(annotation: dict[str, Any]) -> list[dict[str, Any]]:
    found = annotation.get("result")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _control(path: Path, tasks: list[dict[str, Any]], question: str | None) -> str | None:
    """The control whose answers are taken: the one named, the only one, or the one that our own exports have."""
    found = Counter(
        str(part.get("from_name"))
        for task in tasks
        for annotation in _annotations(task)
        for part in _parts(annotation)
        if _label(part)[0] is not None
    )
    said = ", ".join(repr(name) for name in found)
    if question is not None:
        if question not in found:
            raise UserError(f"{path}: no answers to {question!r} can be taken; there are {said or 'none to any'}")
        return question
    if len(found) > 1 and FROM not in found:
        raise UserError(f"{path}: answers to several questions ({said}); name the one to take with --question")
    return FROM if len(found) > 1 else next(iter(found), None)


def _item(task: dict[str, Any], place: int, known: dict[str, Item], by_fields: dict[str, str]) -> Item:
    """The row of a task: by its id where it came from here, by equal columns, else a row of its own."""
    data = task["data"]
    fields = {str(name): _text(value) for name, value in data.items() if name != ID}
    if ID in data:
        return Item(str(data[ID]), fields)
    own = str(task.get("id", place + 1))
    # Another tool's number is no row number of this project, unless the row is the same.
    for name in (own, f"task-{own}", by_fields.get(json.dumps(fields, sort_keys=True), "")):
        if name in known and known[name].fields == fields:
            return known[name]
    return Item(own if own not in known else f"task-{own}", fields)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _who(annotation: dict[str, Any]) -> str:
    who = annotation.get("completed_by")
    word = (who.get("email") or who.get("id")) if isinstance(who, dict) else who
    return NO_NAME.sub("_", str("unknown" if word is None else word)).lstrip(".")[:60] or "unknown"


def _answer(annotation: dict[str, Any], control: str | None) -> tuple[str | None, str]:
    """The label of an annotation, None for a skip; or why there is none to take."""
    parts = _parts(annotation)
    if annotation.get("was_cancelled") or annotation.get("skipped") or not parts:
        return None, ""
    own = [part for part in parts if str(part.get("from_name")) == control]
    found = [_label(part) for part in own]
    labels = [label for label, _ in found if label is not None]
    if len(labels) == 1:
        return labels[0], ""
    if labels:
        return None, "several answers to one question, and a row has one label here"
    return None, next((why for _, why in found or [_label(parts[0])]), "") or f"no answer to {control!r}"


def _label(part: dict[str, Any]) -> tuple[str | None, str]:
    """The one label that a part of an annotation gives to a whole row, or why it gives none."""
    kind, value = str(part.get("type", "")), part.get("value")
    if not isinstance(value, dict):
        return None, f"{kind or 'a part'} without a value"
    if PLACES & value.keys():
        return None, f"{kind} marks parts of a row, and only labels of whole rows can be taken"
    for name in ("choices", "rating", "number", "text", "taxonomy", "selected"):
        if name in value:
            return _one(name, value[name])
    return None, f"{kind or 'an unknown kind'} is no choice, rating, number or text"


def _one(name: str, found: Any) -> tuple[str | None, str]:
    several = found if isinstance(found, list) else [found]
    if len(several) != 1:
        return None, f"{len(several)} {name} in one answer, and a row has one label here"
    word = several[0]
    if isinstance(word, list):
        word = " / ".join(str(each) for each in word)
    text = f"{word:g}" if isinstance(word, float) else str(word).strip()
    return (text, "") if text else (None, f"an empty {name}")
