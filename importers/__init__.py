"""Importers of official files."""
