"""The projects beside this run in their own runners, with a helper file put there."""

collect_ignore = ["projects"]
