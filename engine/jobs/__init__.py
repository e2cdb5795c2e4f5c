"""Jobs: a directory on disk each, run by a detached supervisor per project, followed by everybody through files."""
