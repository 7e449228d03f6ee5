"""What people write about the figures: causes, assignments, reports on them, comments, saved views.

Kept in a database of its own (SQLite, or PostgreSQL), apart from the releases, which never change. Every
write names who made it, is checked against the version that person saw, and leaves a line of history.
"""
