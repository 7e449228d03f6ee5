"""HTML elements of Dash, made and written in a tenth of the time: a page has a thousand of them.

Each class here is Dash's own of the same name and is written as the same JSON. What is left out is the work
that Dash does for every element again: listing its arguments, and asking for each of its properties in turn.
A property that the element does not have is refused as Dash refuses it.
"""

from typing import Any

from dash import html
from dash.development.base_component import Component

WILDCARDS = ("data-", "aria-")


class _Lean:
    """What replaces the making and the writing of an element; the element's own class gives the rest."""

    _prop_names: list[str]
    _known: frozenset[str]
    _type: str
    _namespace: str

    def __init__(self, children: Any = None, **props: Any) -> None:
        if not props.keys() <= self._known:
            self._refuse(name for name in props.keys() - self._known if not name.startswith(WILDCARDS))
        self.__dict__.update(children=children, **props)

    def _refuse(self, unknown: Any) -> None:
        for name in unknown:
            raise TypeError(
                f"html.{self._type} has no property {name!r}; it has {', '.join(self._prop_names)}"
            )

    def to_plotly_json(self) -> dict[str, Any]:
        """The element as the browser gets it."""
        return {"props": self.__dict__, "type": self._type, "namespace": self._namespace}


def _lean(plain: type[Component]) -> type[Component]:
    """The class of an element, made and written quickly."""
    told = {name: value for name, value in vars(plain()).items() if name != "children"}
    kept = {name: getattr(plain, name) for name in ("__doc__", "__module__", "_namespace", "_children_props")}
    # In Dash's list of components the class takes the place of the one it is made of.
    return type(plain.__name__, (_Lean, plain), told | kept | {"_known": frozenset(told["_prop_names"])})


globals().update({name: _lean(getattr(html, name)) for name in html.__all__})
