"""Figures: pure functions from numbers to plain Plotly dicts."""
