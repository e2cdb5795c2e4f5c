"""Groups among rows without a target: models, how stable they are, how many, and what sets them apart."""
