"""Turning rows into numbers and numbers into a trained network: preparation, fit loop, cross-validation, references."""
