"""One module a page: layout(view, lang) -> component."""
