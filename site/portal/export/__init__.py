"""The public portal as plain files: which addresses there are, making their pages, writing and checking the tree."""
