"""Measures for Prometheus.

Times of requests are added up over all workers of a server (gunicorn.conf.py names the folder they share);
all else is read off the disk when somebody asks, so that no worker need know of another.
"""

import hmac
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from callbacks.monitor.health import State, looked_at
from callbacks.services import Services
from etl.intake import builds
from people.exposure import here_only
from service.version import VERSION

SHARED = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 10.0)  # seconds; 0.4 is what most requests promise
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
DEEDS = ("received", "staged", "refused", "published", "discarded", "undone", "failed")
OWN = CollectorRegistry()
LATENCY = Histogram(
    "cchc_request_seconds", "Time of a request", ("page", "status"), registry=OWN, buckets=BUCKETS
)


def observe(page: str, status: int, seconds: float) -> None:
    """Count one request; statuses by their hundred."""
    LATENCY.labels(page, f"{status // 100}xx").observe(seconds)


def may_read(token: str, proxies: int) -> bool:
    """Whether this request may see the measures: it shows the token; without one, it comes from here.

    A request that was handed on by a proxy the settings do not name might come from anywhere.
    """
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode("latin-1", "replace"), f"Bearer {token}".encode())
    handed_on = not proxies and any(name in request.headers for name in FORWARDED)
    named = urlsplit(f"//{request.host}").hostname or ""
    return not handed_on and here_only(request.remote_addr or "") and here_only(named)


def answer(services: Services, state: State, proxies: int) -> Response:
    """The measures; 404 for strangers, who need not know that there are any."""
    if not may_read(services.metrics_token, proxies):
        abort(404)
    registry = OWN
    if SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    body = generate_latest(registry) + generate_latest(_of(_Disk(services, state)))
    return Response(body, content_type=CONTENT_TYPE_LATEST)


def _of(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry


class _Disk(Collector):
    """What the disk tells: the release, builds, imports, jobs."""

    def __init__(self, services: Services, state: State) -> None:
        self._services, self._state = services, state

    def collect(self) -> Iterable[Metric]:
        """All measures, read now."""
        looked = looked_at(self._services, self._state)
        ready = GaugeMetricFamily("cchc_ready", "1: answers, 0: does not, by part", labels=("part",))
        for part, how in looked.items():
            ready.add_metric((part,), float(how != "failed"))
        version = GaugeMetricFamily("cchc_version_info", "Version of the program", labels=("version",))
        version.add_metric((VERSION,), 1)
        yield from (ready, version, *self._release(looked["release"]), *self._builds(), *self._work())

    def _release(self, how: str) -> Iterator[Metric]:
        if how == "failed":
            return
        told = self._services.release()
        info = GaugeMetricFamily("cchc_release_info", "Release in service", labels=("release",))
        info.add_metric((told.release_id,), 1)
        built = datetime.fromisoformat(told.built_at).timestamp()
        yield info
        yield GaugeMetricFamily("cchc_release_built_timestamp_seconds", "When it was built", value=built)
        yield GaugeMetricFamily("cchc_release_age_seconds", "Time since then", value=time.time() - built)

    def _builds(self) -> Iterator[Metric]:
        ends = builds.ends(self._services.jobs.releases)
        total = CounterMetricFamily("cchc_builds", "Builds that ended, by how", labels=("result",))
        last = GaugeMetricFamily("cchc_build_last_timestamp_seconds", "The last of these", labels=("result",))
        for result in builds.RESULTS:
            of = [end for end in ends if end.result == result]
            total.add_metric((result,), len(of))
            if of:
                last.add_metric((result,), datetime.fromisoformat(of[-1].at).timestamp())
        yield from (total, last)

    def _work(self) -> Iterator[Metric]:
        desk, jobs = self._services.desk, self._services.jobs
        if desk is not None:
            told = Counter(str(entry.get("did")).rpartition(" ")[2] for entry in desk.intake.history())
            counted = CounterMetricFamily("cchc_imports", "Imports, by what was done", labels=("did",))
            for did in DEEDS:
                counted.add_metric((did,), told[did])
            yield counted
        if jobs is not None:
            states = Counter(jobs.states())
            held = GaugeMetricFamily("cchc_briefing_jobs", "Packs of documents, by state", labels=("state",))
            for state in ("running", "done", "refused", "failed"):
                held.add_metric((state,), states[state])
            yield held
