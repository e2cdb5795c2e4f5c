"""The kinds of prediction. Adding one is one file, its worker half, and one line here."""

from engine.task import Task
from engine.tasks import (
    binary,
    bounded,
    count,
    forecast,
    multiclass,
    multilabel,
    ordinal,
    quantile,
    ranking,
    regression,
    segmentation,
    vector,
)

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        binary.TASK,
        multiclass.TASK,
        multilabel.TASK,
        ordinal.TASK,
        regression.TASK,
        vector.TASK,
        count.TASK,
        bounded.TASK,
        quantile.TASK,
        forecast.TASK,
        ranking.TASK,
        segmentation.TASK,
    )
}
