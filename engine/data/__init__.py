"""Reading files, profiling columns, sealing the test set, drawing folds."""
