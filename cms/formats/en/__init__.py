"""English formats: English words, the same order of day and month."""
