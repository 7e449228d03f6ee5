"""How far a run goes: at length where CCHC_FUZZ=all says so (`make torture`), a share of it otherwise."""

import os

import pytest

AT_LENGTH = os.environ.get("CCHC_FUZZ") == "all"
at_length = pytest.mark.skipif(not AT_LENGTH, reason="at length only: CCHC_FUZZ=all, make torture")
