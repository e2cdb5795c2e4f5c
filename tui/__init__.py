"""The faces of Modelwright: what draws and asks. Knows no statistics and computes nothing."""
