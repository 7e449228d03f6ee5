"""Coverage-guided fuzzing (atheris): what one target does with bytes that grow towards unseen code.

`python -m bench.torture.tools.guided TARGET FOLDER [libFuzzer's options]`: a process of its own, since the
fuzzer never comes back. It ends with an error where a case crashed, hung or was accepted as something else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["etl.readers", "etl.intake", "etl.plain_yaml", "indices", "yaml"]):
    import yaml

    from etl.definitions import load_definitions
    from etl.intake.mapping_file import load_mapping, mapping_of, mapping_yaml
    from etl.readers import ods, texts, xls, xlsx
    from etl.readers.child import take_limits
    from etl.readers.finish import finish
    from etl.readers.limits import WORKBOOK
    from etl.readers.refusal import RefusedError
    from etl.readers.sniff import kind_of
    from indices.errors import SourceError

from bench.torture.tools.again import workbook_again
from etl.readers.files import open_workbook
from tests.fixtures.etl.packs import FRAMEWORK, small_pack

READERS = {"xlsx": xlsx.read_xlsx, "xls": xls.read_xls, "ods": ods.read_ods, "csv": texts.read_text}
Target = Callable[[bytes], None]


class WrongError(Exception):
    """Something was accepted and reads again as something else, or was refused without a sentence."""


def workbooks(folder: Path) -> Target:
    """Any bytes are a workbook or one sentence. What a parser does beyond that ends only the reading process:
    the same bytes are then opened as the product opens them, which must give the sentence."""
    path, inside = folder / "case", folder / "reading"
    inside.mkdir()
    # Readers write beside themselves, as in the folder of its own that the product reads each file in.
    os.chdir(inside)

    def case(data: bytes) -> None:
        path.write_bytes(data)
        for left in inside.iterdir():
            left.unlink()
        try:
            kind = kind_of(path)
            if kind not in READERS:
                return
            workbook = READERS[kind](path, WORKBOOK)
            finish(workbook)
        except RefusedError:
            return
        except BaseException:  # noqa: BLE001 - a panic of a parser is no Exception
            _contained(path)
            return
        if not workbook_again(workbook, folder):
            raise WrongError("the figures written as text read again as others")

    return case


def _contained(path: Path) -> None:
    try:
        open_workbook(path)
    except SourceError as refusal:
        if len(refusal.problems) != 1:
            raise WrongError("more than one sentence") from refusal


def mappings(folder: Path) -> Target:
    """Any text is a mapping, whose file then says the same, or is refused in sentences."""
    path = folder / "case.yaml"

    def case(data: bytes) -> None:
        path.write_bytes(data)
        try:
            made = load_mapping(path)
        except SourceError as refusal:
            if not refusal.problems:
                raise WrongError("no sentence") from refusal
            return
        if mapping_of(yaml.safe_load(mapping_yaml(made)), "again") != made:
            raise WrongError("the mapping reads again as another")

    return case


def definitions(folder: Path) -> Target:
    """Any text in place of a framework file is a framework, or told as problems."""
    place = small_pack(folder / "pack").definitions_dir
    path = place / FRAMEWORK / "framework.yaml"

    def case(data: bytes) -> None:
        path.write_bytes(data)
        found = load_definitions(place)
        if (found.registry is None) != bool(found.problems):
            raise WrongError("neither a registry nor a problem")

    return case


TARGETS: dict[str, Callable[[Path], Target]] = {
    "workbooks": workbooks,
    "mappings": mappings,
    "definitions": definitions,
}


def main(target: str, folder: str, options: list[str]) -> None:
    """Fuzz until the options say that it is enough."""
    case = TARGETS[target](Path(folder))
    if target == "workbooks":
        limits = WORKBOOK
        take_limits(type(limits)(**{**vars(limits), "memory_mib": 4096, "cpu_seconds": 86_400}))
    atheris.Setup([sys.argv[0], *options], case)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
