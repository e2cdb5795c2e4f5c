"""The detectors of the audit. Adding one is one file and one line here."""

from engine.audit import (
    class_overlap,
    clock,
    constant,
    date_gaps,
    duplicates,
    filled_in,
    geographic,
    heaping,
    id_like,
    imbalance,
    impossible,
    missingness,
    mixed_types,
    mixed_units,
    outliers,
    perfect_predictor,
    sentinel,
    spellings,
    target_copy,
    text_boilerplate,
    text_empty,
    text_language,
    text_length,
    time_trend,
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
        geographic,
        impossible,
        outliers,
        filled_in,
        heaping,
        clock,
        date_gaps,
        time_trend,
        spellings,
        mixed_types,
        text_empty,
        text_language,
        text_boilerplate,
        text_length,
        imbalance,
        class_overlap,
        constant,
    )
}
