"""TensorFlow Serving: a SavedModel that takes raw rows, for who runs such a server already."""

from engine.target import Target
from engine.targets.rest import conditions

TARGET = Target("tfserving", "TensorFlow Serving", conditions, export="engine.targets.serving_bundle:export")
