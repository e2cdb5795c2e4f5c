"""What the wizard draws with: charts, the running job, the GPU."""
