"""Pictures in files: decoding, folders and tables of them, what they look like."""
