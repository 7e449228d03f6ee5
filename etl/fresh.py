"""`python -m etl.fresh`: is the release in service the one that a build would serve? Exit code 0: it is.

`make run` asks before each start. What a build needs is not even loaded, so most starts do not wait for it;
with any other code, `python -m etl build --if-changed` finds out what to do and tells of what is wrong.
"""

from __future__ import annotations

import sys

from pydantic import ValidationError

from etl.content import content_id
from etl.publish import pointer_to, served_or_none
from etl.settings import Settings
from etl.warehouse.connect import Pointer
from indices.errors import DataError


def up_to_date(settings: Settings) -> Pointer | None:
    """The release in service, whole on disk, if a build that holds what was rolled back would leave it there.

    None where it would not, where nothing is served, or where that cannot be told.
    """
    try:
        served = served_or_none(settings.releases_dir)
        if served is None or content_id(settings, served.imports) != served.release_id:
            return None
        whole = pointer_to(settings.releases_dir, served.release_id)
    except DataError:
        return None
    return served if served == whole else None


def main() -> int:
    """Say so if it is."""
    try:
        served = up_to_date(Settings())
    except ValidationError:
        return 1
    if served is None:
        return 1
    sys.stdout.write(f"Release {served.release_id} is up to date; nothing to build.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
