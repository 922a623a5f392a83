"""A package, so that tests/cms is never imported as `cms`."""
