"""What gunicorn reads when it starts in this folder: settings checked, log and measures set up."""

import gc
import os
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from service import memory

memory.sparing()

from service.shared import Shared  # noqa: E402

# All workers add their measures up in one folder, made with each start; named before the library is read.
_NAME = "PROMETHEUS_MULTIPROC_DIR"
_shared = None if _NAME in os.environ else Shared()
if _shared is not None:
    os.environ[_NAME] = str(_shared.folder)

# Where Spark is installed too, a library that looks for it says so on every start; we use no pandas of Spark.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)

from prometheus_client import multiprocess  # noqa: E402

from service import logs  # noqa: E402
from service.settings import Settings, check  # noqa: E402

check()
_told = Settings()
logconfig_dict = logs.config(_told.log_format, _told.log_level)
# Some work, some wait for them, a few more say to those who come then that it is full.
threads = _told.at_once + _told.most_waiting + 4
# Longer than nginx keeps an idle line (60 s, deploy/nginx.conf), so that it is the caller who closes it. A
# line that the server closes while the next question is on its way ends without an answer, and what is sent
# by POST, as all callbacks are, no caller may send again by itself (RFC 9112, 9.3.1).
keepalive = 75
_OWNER = os.getpid()


def when_ready(server):
    """What was loaded stays: no worker looks through it for garbage, so its pages of memory stay shared."""
    gc.freeze()
    gc.enable()


def worker_exit(server, worker):
    """A worker lets go while it still can: what was frozen is taken apart after the modules it needs."""
    if _shared is not None:
        _shared.leave()


def child_exit(server, worker):
    """A worker has gone: what it counted stays, what it was doing does not."""
    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """Take the folder away with the server that made it."""
    if os.getpid() == _OWNER and _shared is not None:
        _shared.remove()
