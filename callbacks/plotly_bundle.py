"""The smaller build of Plotly: what the charts here draw with, a third of the full one on a first visit.

Dash brings the whole of Plotly, with maps and space. The charts of this product are all flat (lines, bars,
dots, heat maps), and Plotly's makers publish a build of just these. `python -m callbacks.plotly_bundle`
(`make run` does it) takes it from the npm registry by npm's own client and checks it against the hash below.
Without npm, network or the right hash nothing is lost: the server sends what Dash brought.
"""

import base64
import hashlib
import logging
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import plotly as plotly_package
from flask import Flask, Response, request
from plotly.offline import get_plotlyjs_version

from layouts.shell import PLOTLY

PACKAGE, VERSION = "plotly.js-cartesian-dist-min", "4.1.1"
INTEGRITY = (
    "o8GrFeusncwBIxbBynRJpY4pkgVB6caM+JLpwrLYbbsO7dZ8FJ+SVN2Fr+L7kiG/Z6w4P5O0Jus/Qr5EefHVeg=="  # sha512
)
MEMBER = "package/plotly-cartesian.min.js"
PLACE = Path(__file__).parent.parent / "build" / "vendor" / f"plotly-cartesian-{VERSION}.min.js"
WHOLE = Path(plotly_package.__file__).parent / "package_data" / "plotly.min.js"
PATIENCE = 120.0
logger = logging.getLogger(__name__)


def add_route(server: Flask, place: Path = PLACE) -> bool:
    """Send the smaller build where Dash sends the full one; False: the full one is sent."""
    smaller = get_plotlyjs_version() == VERSION and place.is_file()
    body = (place if smaller else WHOLE).read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:16]

    @server.get(PLOTLY)
    def plotly() -> Response:
        response = Response(body, mimetype="text/javascript")
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(mark)
        return response.make_conditional(request)

    return smaller


def fetch(place: Path = PLACE) -> str:
    """Take the build from its package to `place`; what was done, or why not, in a sentence."""
    if place.is_file():
        return f"{place.name} is here"
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed: pages load the full build of Plotly, which works as well"
    with tempfile.TemporaryDirectory() as folder:
        asked = [npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        try:
            subprocess.run(asked, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
            return take(next(Path(folder).glob("*.tgz")), place)
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            return f"{PACKAGE} could not be fetched ({error}): pages load the full build of Plotly"


def take(package: Path, place: Path) -> str:
    """The build out of a package file, if that is the very one that was pinned."""
    body = package.read_bytes()
    if base64.b64encode(hashlib.sha512(body).digest()).decode() != INTEGRITY:
        return f"{package.name} is not the file that was pinned: pages load the full build of Plotly"
    place.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(package) as packed:
        found = packed.extractfile(MEMBER)
        if found is None:
            return f"{package.name} holds no {MEMBER}"
        fresh = place.with_suffix(".part")
        fresh.write_bytes(found.read())
    fresh.replace(place)
    return f"{place.name} fetched: pages load a third of Plotly"


if __name__ == "__main__":
    sys.stdout.write(fetch() + "\n")
