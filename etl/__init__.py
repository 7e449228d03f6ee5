"""From tidy source files to an immutable release: read, map, validate, score, publish.

The command line is `python -m etl`; what the app reads back is in `etl.warehouse.queries`.
"""
