"""Watches a shipped model: what new files are compared with, and the comparison. Runs outside the wizard."""
