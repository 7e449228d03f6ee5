"""How composite indices are defined, scored, ranked and compared. Pure: no files, screen or database."""
