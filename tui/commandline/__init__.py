"""The commands of `modelwright`, one file per group; none imports textual, rich or anything that computes."""
