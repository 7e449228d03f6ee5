"""Readers: one for each layout of file, none for a year."""
