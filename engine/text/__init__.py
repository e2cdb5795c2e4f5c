"""Free text: its tokens, its language, and how much of it there is; no network, no fitted value."""
