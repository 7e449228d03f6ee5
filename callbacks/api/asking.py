"""From a query string to a checked question: every parameter known, every value known to the release."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callbacks.api.problems import ApiError, Told
from callbacks.api.routes import LIMIT, MOST_ROWS, OFFSET, USUAL_ROWS, WHOLE, Param, Route
from etl.warehouse.answers import Window

LONGEST_TOLD: Final = 60
MOST_DIGITS: Final = 9
SHOWN_WORDS: Final = 12

Asked = Mapping[str, Sequence[str]]
# For each vocabulary: a word a reader may use, and the values of the column that it stands for.
Vocabularies = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Question:
    """A checked question: limits by column, the page asked for, and the query as it was understood."""

    filters: dict[str, Any]
    window: Window
    query: dict[str, Any] = field(default_factory=dict)


def question(route: Route, asked: Asked, known: Vocabularies) -> Question:
    """What is asked of a route. Raises ApiError for what it does not know or a value it cannot take."""
    offered = {param.name: param for param in route.all_params}
    for name in asked:
        if name not in offered:
            raise _unknown(name, list(offered))
    read = {param.name: _values(param, asked.get(param.name), known) for param in offered.values()}
    given = {name: values for name, values in read.items() if values is not None}
    filters: dict[str, Any] = {}
    for param in route.params:
        if param.name in given:
            filters[param.column] = _columns(param, given[param.name], known)
    window = Window(_number(given, LIMIT, USUAL_ROWS), _number(given, OFFSET, 0))
    return Question(filters, window, {name: _plain(offered[name], v) for name, v in given.items()})


def _number(given: Mapping[str, list[Any]], name: str, usual: int) -> int:
    return int(given[name][0]) if name in given else usual


def _plain(param: Param, values: list[Any]) -> Any:
    return values if param.many else values[0]


def _unknown(name: str, offered: list[str]) -> ApiError:
    near = difflib.get_close_matches(name, offered, 1)
    hint = f"did you mean {near[0]}?" if near else ""
    expected = "one of " + ", ".join(offered) if offered else "no parameter"
    return ApiError("unknown_parameter", Told(name[:LONGEST_TOLD], name[:LONGEST_TOLD], expected, hint))


def _values(param: Param, given: Sequence[str] | None, known: Vocabularies) -> list[Any] | None:
    """The values of a parameter, None when it was not given."""
    if given is None:
        if param.required:
            raise ApiError("missing_parameter", Told(param.name, "", expected(param, known)))
        return None
    texts = [text for item in given for text in (item.split(",") if param.many else [item])]
    if not param.many and len(texts) > 1:
        raise ApiError("repeated_parameter", Told(param.name, ", ".join(texts)[:LONGEST_TOLD], "one value"))
    return [_value(param, text.strip(), known) for text in dict.fromkeys(texts)]


def _value(param: Param, text: str, known: Vocabularies) -> Any:
    if param.kind == WHOLE:
        return _whole(param, text)
    if not text or len(text) > 200:
        raise ApiError("bad_value", Told(param.name, text[:LONGEST_TOLD] or '""', expected(param, known)))
    words = known.get(param.known)
    if words is not None and text not in words:
        near = difflib.get_close_matches(text, list(words), 3)
        hint = f"did you mean {near[0]}?" if near else ""
        raise ApiError(
            "unknown_value", Told(param.name, text[:LONGEST_TOLD], expected(param, known, near), hint)
        )
    return text


def _whole(param: Param, text: str) -> int:
    good = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    limit = param.name == LIMIT
    if not good or (limit and not 1 <= int(text) <= MOST_ROWS):
        wanted = f"a whole number from 1 to {MOST_ROWS}" if limit else "a whole number"
        raise ApiError("bad_value", Told(param.name, text[:LONGEST_TOLD] or '""', wanted))
    return int(text)


def expected(param: Param, known: Vocabularies, near: Sequence[str] = ()) -> str:
    """What a parameter takes, in words; of a long vocabulary those near to what was given come first."""
    if param.kind == WHOLE:
        return "a whole number"
    words = list(dict.fromkeys([*near, *known.get(param.known, ())]))
    if not words:
        return "a text"
    more = f" ... ({len(words)} in all)" if len(words) > SHOWN_WORDS else ""
    return "one of " + ", ".join(words[:SHOWN_WORDS]) + more


def _columns(param: Param, values: list[Any], known: Vocabularies) -> Any:
    """The values of the column that a parameter stands for."""
    words = known.get(param.known)
    found = values if words is None else [one for value in values for one in words[value]]
    return list(dict.fromkeys(found))
