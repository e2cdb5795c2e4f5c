"""What each metric is called, which way is better and what it reads; how it is computed lies in `metrics`."""

from dataclasses import dataclass
from typing import Literal

Needs = Literal["label", "probability", "value"]
Unit = Literal["share", "target", "none"]


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A metric, declared.

    `needs` is what of a prediction it reads; `unit` is a share (0 to 1), the target's own unit, or none.
    """

    name: str
    title: str
    greater_is_better: bool
    needs: Needs
    unit: Unit


METRIC_INFO: dict[str, MetricInfo] = {
    info.name: info
    for info in (
        MetricInfo("accuracy", "Accuracy: share of right answers", True, "label", "share"),
        MetricInfo("balanced_accuracy", "Balanced accuracy: mean recall of the classes", True, "label", "share"),
        MetricInfo("roc_auc", "ROC AUC: chance that a positive ranks above a negative", True, "probability", "share"),
        MetricInfo("average_precision", "Average precision: area under precision-recall", True, "probability", "share"),
        MetricInfo("log_loss", "Log loss: surprise at the truth, in nats", False, "probability", "none"),
        MetricInfo("brier", "Brier score: mean squared error of the probability", False, "probability", "none"),
        MetricInfo("f1", "F1: precision and recall of the positive class", True, "label", "share"),
        MetricInfo("macro_f1", "Macro F1: mean F1 of the classes", True, "label", "share"),
        MetricInfo("mae", "Mean absolute error", False, "value", "target"),
        MetricInfo("rmse", "Root mean squared error", False, "value", "target"),
        MetricInfo("r2", "R²: share of the target's variance explained", True, "value", "none"),
    )
}
