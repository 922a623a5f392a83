"""No tables. The cursor of the index lives in the index file itself: a cursor in the database could say that the index
knows what a lost, restored or swapped file does not."""
