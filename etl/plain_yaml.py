"""YAML of people, read as plain values and nothing else: every way it can be wrong is one kind of error.

Beyond what PyYAML refuses: a field that stands twice (the last would win unseen), references (`&a`, `*a`: a
few lines that stand for millions), numbers and dates that cannot be, nesting without end.
"""

from __future__ import annotations

from typing import Any, Final

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import Resolver

_TWICE: Final = "the field {key!r} stands twice (line {line})"


class _Plain(Composer, CParser, SafeConstructor, Resolver):
    """The safe loader, without references and doubled fields.

    As `yaml.SafeLoader`, but the text is taken apart by libyaml, which is several times as fast; its own
    composer (of `yaml.CSafeLoader`) would follow references before anybody could refuse them.
    """

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        """A node of the text. Raises YAMLError at a reference."""
        if self.check_event(yaml.events.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[union-attr]
            raise yaml.YAMLError(f"a reference (*) is not taken: write the values out (line {line})")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose fields stand once. Raises YAMLError."""
        seen = set()
        for name, _ in node.value:
            key = (name.tag, name.value) if isinstance(name, yaml.ScalarNode) else id(name)
            if key in seen:
                raise yaml.YAMLError(_TWICE.format(key=name.value, line=name.start_mark.line + 1))
            seen.add(key)
        return super().construct_mapping(node, deep)


def loaded(text: str) -> Any:
    """The plain values of a YAML text. Raises YAMLError, in one line, for whatever is wrong with it."""
    try:
        return yaml.load(text, _Plain)  # type: ignore[arg-type]
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, AttributeError, LookupError) as error:
        raise yaml.YAMLError(" ".join(str(error).split())) from error
