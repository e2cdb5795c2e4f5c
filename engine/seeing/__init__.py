"""What a person is shown of the rows to learn from: computed once by the data step, drawn by wizard and report."""
