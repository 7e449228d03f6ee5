"""Generated cases are the same on every computer, and slow ones do not fail for being slow."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
