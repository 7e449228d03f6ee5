"""Dossiers of the one-stop system: read without persons, checked, counted, loaded month by month."""
