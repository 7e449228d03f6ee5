"""Every component id used by more than one module, named once."""

URL = "url"
PROVIDER = "provider"
HEADER = "header"
CONTROLS = "controls"
NOTICES = "notices"
PAGE = "page"
FOOTER = "footer"
WRITTEN = "written"  # Store: the address that a page wrote itself, of what it already shows
DOCUMENT = "document"  # Store {"lang", "title", "address", "controls"}: what the browser itself must know

PROVINCE = "control-province"
INDEX = "control-index"
YEAR = "control-year"

TABLE_STORE = "table"
TABLE_LATER = "table-later"  # Store {"table", "lang"[, "search"]}: a table whose rows come after the page
DOWNLOAD_BUTTON = "download"
DOWNLOAD_SINK = "download-sink"

FIGURE_ASKED = "figure-asked"  # Store {"figure": key, "n": how many times asked}, written by figure.js
FIGURE_DRAWER = "figure-drawer"


def table_store(table_id: str) -> dict[str, str]:
    """Id of the Store that holds exactly what a table shows: {title, columns, rows, meta}."""
    return {"type": TABLE_STORE, "table": table_id}


def table_later(table_id: str) -> dict[str, str]:
    """Id of the Store that asks for the rows of the table `table_id`, once it is on the screen."""
    return {"type": TABLE_LATER, "table": table_id}


def download_button(table_id: str, fmt: str) -> dict[str, str]:
    """Id of the button that downloads the table `table_id` as `fmt` (xlsx, csv, parquet)."""
    return {"type": DOWNLOAD_BUTTON, "table": table_id, "fmt": fmt}
