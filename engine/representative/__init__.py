"""Whether the rows to learn from are like those the model will meet: values in `schema`, the rest worker only."""
