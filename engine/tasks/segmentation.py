"""Segmentation: the class of every point of a picture."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task

SIDE = 64
"""Points along the longer side of masks as they are learned, answered and scored, at most."""


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "mask":
        return None
    return Fit(1.0, f"{target.column} holds masks, which name the class of every point of a picture")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("mean_iou", "small things count as much as the sky or the road, which fill most of a picture")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    if metric == "pixel_accuracy":
        return LossAdvice("pixel_crossentropy", "it leads to the most probable class of each point")
    return LossAdvice(
        "pixel_dice", "cross-entropy alone forgets small classes; the overlap of each class is added to it"
    )


TASK = Task(
    name="segmentation",
    title="Segmentation: the class of every point of a picture",
    depth="REAL",
    worker="engine.training.kinds.masks:KIND",
    head="pixels",
    metrics=("mean_iou", "mean_dice", "pixel_accuracy", "boundary_f1"),
    losses=("pixel_dice", "pixel_crossentropy"),
    naive=("majority", "mean_mask"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
    masks=True,
    families=("encoder and decoder",),
)
