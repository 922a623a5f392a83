"""Readers, one small module per file format: a path in, plain rows out."""
