"""Records as people would write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from workspace.records import (
    AssignmentRecord,
    CauseRecord,
    EvidenceRecord,
    ProgressRecord,
    SavedRecord,
)

CRITERION = {"unit_id": "63:22", "index_code": "PAR", "component_code": "1.2", "year": 2023}


def cause(**other: Any) -> CauseRecord:
    """A cause, with other values where said."""
    values = {"kind": "subjective", "text": "Chưa ban hành kế hoạch đúng hạn"}
    return CauseRecord.checked({**CRITERION, **values, **other})


def assignment(**other: Any) -> AssignmentRecord:
    """An assignment with the 6 rõ, with other values where said."""
    values = {
        "target": "Đạt điểm tối đa",
        "task": "Ban hành kế hoạch trước 31/12",
        "lead": "Sở Nội vụ",
        "partners": "Các sở, ngành",
        "deadline": date(2024, 6, 30),
        "product": "Quyết định của UBND tỉnh",
        "authority": "Chủ tịch UBND tỉnh",
    }
    return AssignmentRecord.checked({**CRITERION, **values, **other})


def progress(assignment_id: str, **other: Any) -> ProgressRecord:
    """A report on an assignment."""
    values = {"day": date(2024, 3, 1), "percent": 40, "text": "Đã trình dự thảo"}
    return ProgressRecord.checked({"assignment_id": assignment_id, **values, **other})


def evidence(progress_id: str, **other: Any) -> EvidenceRecord:
    """A document for a report."""
    values = {"title": "Tờ trình 12/TTr-SNV", "address": "https://example.vn/12"}
    return EvidenceRecord.checked({"progress_id": progress_id, **values, **other})


def scenario(**other: Any) -> SavedRecord:
    """A scenario of the page Mô phỏng."""
    values = {"kind": "scenario", "name": "Đạt tối đa", "path": "/mo-phong", "query": "gd=1.2:0,5"}
    return SavedRecord.checked({**values, "release_id": "abc", **other})
