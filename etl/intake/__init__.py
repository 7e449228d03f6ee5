"""Bringing one's own data: a file goes in; checked rows in the pack's own form come out, staged, reversible.

file -> etl.readers (cells) -> mapping, layouts (rows) -> checks (findings) -> draft -> publish or discard
"""
