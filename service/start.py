"""`python -m service.start OPTIONS app:server`: serve what the sources say now, as `make run` does.

Whether a build is needed is asked by the process that serves, since it loads most of what asks; what builds
runs in a process of its own and leaves nothing here. OPTIONS are those of gunicorn.
"""

from __future__ import annotations

import subprocess
import sys

from service import memory

memory.sparing()

from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]  # noqa: E402

from etl import fresh  # noqa: E402

BUILD = ("-m", "etl", "build", "--if-changed")


def main() -> int:
    """Ask, build where that is needed, serve until told to stop; the code of a build that failed."""
    if fresh.main() and (code := subprocess.run([sys.executable, *BUILD], check=False).returncode):
        return code
    sys.stdout.flush()
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
