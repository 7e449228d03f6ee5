"""Coverage-guided fuzzing as a part of `make torture` sees it: processes of `guided`, and what they say."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Guided:
    """What became of one target. covered: parts of the code reached with the seeds, and at the end."""

    runs: int
    covered: tuple[int, int]
    seconds: int
    fault: str


def guided(target: str, seeds: list[bytes], runs: int, seconds: int) -> Guided:
    """Fuzz one target in a process of its own, from seeds; ends after so many runs or seconds."""
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(seed)
        command = [sys.executable, "-m", "bench.torture.tools.guided", target, name]
        limits = [f"-runs={runs}", f"-max_total_time={seconds}", "-timeout=10", "-seed=1", "-max_len=8192"]
        ends = seconds * 2 + 120
        done = subprocess.run(
            [*command, *limits, f"-artifact_prefix={name}/", str(corpus)],
            capture_output=True, text=True, timeout=ends, check=False, errors="replace",
        )  # fmt: skip
    return told(done.stderr + done.stdout, done.returncode)


def told(text: str, code: int) -> Guided:
    """What the fuzzer's words say; without its last line the run did not end well."""
    ended = re.search(r"Done (\d+) runs? in (\d+) second", text)
    reached = [int(n) for n in re.findall(r"\bcov: (\d+)", text)] or [0]
    faults = re.findall(r"^(?:\w+Error|.*Error|ALARM|==\d+== ERROR|SUMMARY).*$", text, re.MULTILINE)
    tried = [int(n) for n in re.findall(r"^#(\d+)", text, re.MULTILINE)] or [0]
    runs, seconds = (int(ended[1]), int(ended[2])) if ended else (tried[-1], 0)
    fault = "" if ended and code == 0 else (faults[0] if faults else f"ended with {code}: {text[-200:]}")
    return Guided(runs, (reached[0], reached[-1]), seconds, fault)
