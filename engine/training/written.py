"""A reference learned from all rows and written down as plain numbers, with nothing of the library that learned it."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from engine.errors import UserError
from engine.serving.plain import Linear, Link, Trees
from engine.training.apply import transform
from engine.training.decide import Recipe
from engine.training.history import Array
from engine.training.parse import Floats
from engine.training.prepare import fit, take
from engine.training.references import REFERENCES, Frame, counted
from engine.training.spec import Preparation, unfolded
from engine.training.target_amounts import AmountTarget
from engine.training.target_classes import ClassTarget
from engine.training.target_code import TargetCode
from engine.training.tree_inputs import categories, codes

WORDS = 32
"""Bits of one word in a set of categories."""


@dataclass(frozen=True)
class Written:
    """A reference as plain numbers, what it takes and gives, and the estimators that it was written from."""

    model: Trees | Linear
    preparation: Preparation
    code: TargetCode
    estimators: tuple[Any, ...]

    def said(self, frame: Frame) -> Floats:
        """What the estimators themselves say (n, outputs), as a network would."""
        raw = isinstance(self.model, Trees)
        x = codes(self.preparation, frame) if raw else transform(self.preparation, frame)
        if isinstance(self.code, AmountTarget):
            return np.column_stack([each.predict(x) for each in self.estimators])
        shares = np.asarray(self.estimators[0].predict_proba(x), dtype=np.float64)
        return shares[:, 1:] if self.code.outputs == 1 else shares


def can_write(code: TargetCode) -> bool:
    """Whether a reference of this target is one model with plain outputs: of classes or of amounts."""
    return isinstance(code, ClassTarget) or (isinstance(code, AmountTarget) and code.scaling == "spread")


def write(
    name: str, frame: Frame, y: Array, recipe: Recipe, code: TargetCode, *, seed: int, weights: Array | None = None
) -> Written:
    """Learn one of REFERENCES from all rows, as `refer` does from a fold's. Errors: UserError for other targets."""
    if not can_write(code):
        raise UserError("a reference is written down for classes and amounts only: ship the network")
    reference, recipe = REFERENCES[name], counted(recipe)
    columns = take(frame, np.arange(len(y)), recipe.columns)
    preparation, own = fit(recipe, columns), code.fitted(y)
    kinds = categories(preparation) if reference.raw else None
    preparation = preparation if reference.raw else unfolded(preparation)
    x = codes(preparation, columns) if reference.raw else transform(preparation, columns)
    wanted = own.wanted(y).reshape(len(y), -1)
    make = reference.classifier if isinstance(own, ClassTarget) else reference.regressor
    found = []
    with threadpool_limits(os.cpu_count() or 1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for place in range(wanted.shape[1]):
            model = make(seed) if kinds is None else make(seed).set_params(categorical_features=kinds)
            found.append(model.fit(x, wanted[:, place], sample_weight=weights))
    link: Link = "none" if isinstance(own, AmountTarget) else "sigmoid" if own.outputs == 1 else "softmax"
    if isinstance(own, ClassTarget) and len(found[0].classes_) != len(own.classes):
        raise UserError("a class does not occur in the development rows: ship the network")
    plain = _trees(found, kinds or [], link) if reference.raw else _linear(found, link)
    return Written(plain, preparation, own, tuple(found))


def _linear(models: list[Any], link: Link) -> Linear:
    weights = np.vstack([np.atleast_2d(model.coef_) for model in models])
    starts = np.concatenate([np.atleast_1d(model.intercept_) for model in models])
    return Linear(tuple(map(tuple, weights.tolist())), tuple(starts.tolist()), link)


def _trees(models: list[Any], kinds: list[bool], link: Link) -> Trees:
    """The nodes as the library keeps them; its own order of features, categories first, is undone."""
    order = np.arange(len(kinds))
    known: dict[int, tuple[int, ...]] = {}
    if any(kinds):
        order = np.concatenate([np.flatnonzero(kinds), np.flatnonzero(~np.array(kinds))])
        encoder = models[0]._preprocessor.named_transformers_["encoder"]
        for feature, held in zip(np.flatnonzero(kinds), encoder.categories_, strict=True):
            known[int(feature)] = tuple(int(code) for code in held if not np.isnan(code))
    parts: list[Any] = []
    sets: dict[int, tuple[int, ...]] = {}
    roots, places, at = [], [], 0
    for number, model in enumerate(models):
        for step in model._predictors:
            for place, tree in enumerate(step):
                nodes = tree.nodes.copy()
                leaf = nodes["is_leaf"].astype(bool)
                nodes["feature_idx"] = order[nodes["feature_idx"]]
                for way in ("left", "right"):
                    nodes[way] = np.where(leaf, np.arange(len(nodes)), nodes[way]) + at
                for own in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf):
                    bits = tree.raw_left_cat_bitsets[nodes["bitset_idx"][own]]
                    held = known[int(nodes["feature_idx"][own])]
                    sets[at + int(own)] = tuple(c for i, c in enumerate(held) if bits[i // WORDS] >> (i % WORDS) & 1)
                parts.append(nodes)
                roots.append(at)
                places.append(number + place)
                at += len(nodes)
    nodes = np.concatenate(parts)
    return Trees(
        feature=tuple(nodes["feature_idx"].tolist()),
        # A threshold of infinity parts what is there from what is missing; JSON has no such number.
        threshold=tuple(np.nan_to_num(nodes["num_threshold"], posinf=np.finfo(float).max).tolist()),
        left=tuple(nodes["left"].tolist()),
        right=tuple(nodes["right"].tolist()),
        value=tuple(nodes["value"].tolist()),
        gaps_left=tuple(nodes["missing_go_to_left"].astype(bool).tolist()),
        sets=sets,
        known=known,
        roots=tuple(roots),
        places=tuple(places),
        starts=tuple(float(x) for model in models for x in np.ravel(model._baseline_prediction)),
        link=link,
    )
