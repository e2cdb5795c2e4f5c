"""The detectors of the audit. Adding one is one file and one line here."""

from engine.audit import (
    constant,
    duplicates,
    id_like,
    imbalance,
    missingness,
    mixed_units,
    perfect_predictor,
    sentinel,
    target_copy,
)
from engine.detector import Detector

DETECTORS: dict[str, Detector] = {
    module.DETECTOR.name: module.DETECTOR
    for module in (
        target_copy,
        perfect_predictor,
        missingness,
        id_like,
        duplicates,
        sentinel,
        mixed_units,
        imbalance,
        constant,
    )
}
