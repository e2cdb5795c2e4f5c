"""What each metric is called, which way is better and what it reads; how it is computed lies in `metrics`."""

from dataclasses import dataclass
from typing import Literal

Needs = Literal["label", "probability", "value"]
Unit = Literal["share", "target", "deviance", "none"]


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A metric, declared.

    `needs` is what of a prediction it reads; `unit` is a share (0 to 1), the target's own unit, its
    variance over its mean (a deviance), or none.
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
        MetricInfo("hamming_loss", "Hamming loss: share of wrong labels", False, "label", "share"),
        MetricInfo("micro_f1", "Micro F1: F1 over all rows and labels together", True, "label", "share"),
        MetricInfo("label_f1", "Macro F1: mean F1 of the labels", True, "label", "share"),
        MetricInfo("subset_accuracy", "Subset accuracy: share of rows with all labels right", True, "label", "share"),
        MetricInfo("quadratic_kappa", "Quadratic weighted kappa: agreement beyond chance", True, "label", "none"),
        MetricInfo("grade_error", "Mean absolute grade error: grades missed by", False, "label", "none"),
        MetricInfo(
            "ranked_probability", "Ranked probability score: error of the grades' shares", False, "probability", "share"
        ),
        MetricInfo("poisson_deviance", "Mean Poisson deviance", False, "value", "deviance"),
        MetricInfo("relative_rmse", "Mean RMSE of the targets, in their spreads", False, "value", "none"),
        MetricInfo("relative_mae", "Mean absolute error of the targets, in their spreads", False, "value", "none"),
        MetricInfo("mean_r2", "Mean R² of the targets", True, "value", "none"),
        MetricInfo("pinball_loss", "Pinball loss: mean error of the quantiles", False, "value", "target"),
        MetricInfo("interval_score", "Interval score: width, and fines for misses", False, "value", "target"),
        MetricInfo("ndcg_5", "NDCG@5: worth of the first 5 rows of a list", True, "value", "share"),
        MetricInfo("ndcg_10", "NDCG@10: worth of the first 10 rows of a list", True, "value", "share"),
        MetricInfo("mrr", "Mean reciprocal rank of the first relevant row", True, "value", "share"),
        MetricInfo("mean_iou", "Mean IoU: overlap of the classes' areas over their union", True, "label", "share"),
        MetricInfo("mean_dice", "Mean Dice: overlap of the classes' areas over their mean", True, "label", "share"),
        MetricInfo("pixel_accuracy", "Pixel accuracy: share of right points", True, "label", "share"),
        MetricInfo("boundary_f1", "Boundary F1: outlines that lie where they should", True, "label", "share"),
    )
}
