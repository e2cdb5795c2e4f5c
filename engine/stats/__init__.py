"""Statistics: metrics, their intervals, paired tests, power, optimism, calibration, thresholds, drift and planning.

`catalogue`, `power` and `planning` need the standard library only and may be imported by the process that draws.
"""
