"""What predicts outside the workshop: the artefact, a file of predictions, and the server. No tensorflow at import."""
