"""The kinds of prediction. Adding one is one file and one line here."""

from engine.task import Task
from engine.tasks import binary, multiclass, regression

TASKS: dict[str, Task] = {task.name: task for task in (binary.TASK, multiclass.TASK, regression.TASK)}
