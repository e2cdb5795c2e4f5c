"""What stands in masks for a point of which nothing is known."""

VOID = 255
