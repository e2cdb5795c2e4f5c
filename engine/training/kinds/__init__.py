"""The worker's half of each kind of prediction: how a target is fitted, divided and judged, and naive answers."""
