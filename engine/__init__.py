"""The engine knows and computes; it never draws and never imports the face that does."""

__version__ = "0.1.0"
