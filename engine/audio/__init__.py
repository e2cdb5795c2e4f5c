"""Sounds: files of them as samples, and samples as spectra. Worker only."""
