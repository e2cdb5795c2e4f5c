"""The worker's half of the steps: what each computes. Loaded only in jobs, by dotted name."""
