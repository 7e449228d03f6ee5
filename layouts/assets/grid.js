/* Functions and cell renderers of the data tables. AG Grid calls them by name; nothing here is evaluated from data.
   Numbers are written as layouts/text.py writes them, so that a sentence and the table beside it agree. */
(function () {
  "use strict";
  const fns = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  const DASH = "–";
  const MINUS = "−";
  const OWN_IN_SIGHT = 10; // an own row further down than this is repeated under the header
  const formats = {};
  const collators = {};

  function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
  }

  function isEmpty(value) {
    return value === null || value === undefined || value === "";
  }

  function plain(value, decimals, lang) {
    const key = lang + decimals;
    formats[key] = formats[key] || new Intl.NumberFormat(lang === "vi" ? "vi-VN" : "en-GB", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    });
    const text = formats[key].format(Math.abs(value));
    const zero = Number(Math.abs(value).toFixed(decimals)) === 0;
    return value < 0 && !zero ? MINUS + text : text;
  }

  /* A row may say in words why a cell is empty, or how many decimals its own figure has. */
  function ofRow(params, suffix) {
    return params && params.data ? params.data[params.colDef.field + suffix] : undefined;
  }

  /* 92.18 -> "92,18"; a dash (or the row's own word) when there is no value. */
  fns.csNumber = function (value, decimals, lang, params) {
    if (!isNumber(value)) return ofRow(params, "_word") || DASH;
    const own = ofRow(params, "_places");
    return plain(value, isNumber(own) ? own : decimals, lang);
  };

  /* Points: "▲ 1,95", "▼ 0,06", "= 0,00": direction by shape, then the amount. */
  fns.csChange = function (value, places, lang, params) {
    if (!isNumber(value)) return DASH;
    const own = ofRow(params, "_places");
    const decimals = isNumber(own) ? own : places;
    const zero = Number(Math.abs(value).toFixed(decimals)) === 0;
    return (zero ? "=" : value > 0 ? "▲" : "▼") + " " + plain(Math.abs(value), decimals, lang);
  };

  /* A gap keeps its sign: "−0,31", "+0,12". */
  fns.csSigned = function (value, decimals, lang) {
    if (!isNumber(value)) return DASH;
    const text = plain(value, decimals, lang);
    return value > 0 && Number(value.toFixed(decimals)) !== 0 ? "+" + text : text;
  };

  fns.csShare = function (value, decimals, lang) {
    return isNumber(value) ? plain(100 * value, decimals, lang) + "%" : DASH;
  };

  fns.csText = function (value) {
    return isEmpty(value) ? DASH : String(value);
  };

  /* Why a cell is empty: the row's own reason, else the column's; for a long text, the text itself. */
  fns.csReason = function (params) {
    const field = params.colDef.field;
    const data = params.data || {};
    const context = params.colDef.context || {};
    if (isEmpty(params.value)) return data[field + "_why"] || context.why || null;
    return data[field + "_hint"] || (typeof params.value === "string" && params.value.length > 22 ? params.value : null);
  };

  /* Tab leaves the table instead of going from cell to cell. */
  fns.csLeave = function () {
    return false;
  };

  function collator(lang) {
    collators[lang] = collators[lang] || new Intl.Collator(lang, { numeric: true, sensitivity: "variant" });
    return collators[lang];
  }

  /* Empty values stay last whichever way the column is sorted; text in Vietnamese order. */
  fns.csCompare = function (a, b, nodeA, nodeB, descending) {
    if (isEmpty(a) || isEmpty(b)) {
      if (isEmpty(a) && isEmpty(b)) return 0;
      return (isEmpty(a) ? 1 : -1) * (descending ? -1 : 1);
    }
    if (isNumber(a) && isNumber(b)) return a - b;
    return collator("vi").compare(String(a), String(b));
  };

  /* Filtering ignores accents and case: "da nang" finds "Đà Nẵng". */
  fns.csFold = function (value) {
    return isEmpty(value) ? value :
      String(value).normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  };

  function frameOf(api) {
    return Array.from(document.querySelectorAll(".grid-frame")).find((frame) => frame.csApi === api);
  }

  /* Group cuts are lines between ranks: they mean something only while the table is in its first order. */
  fns.csMarkSort = function (params) {
    const frame = frameOf(params.api);
    const sorted = params.api.getColumnState().filter((column) => column.sort);
    const first = sorted.length === 0 || (sorted.length === 1 && sorted[0].sort === "asc" &&
      ((params.api.getColumnDef(sorted[0].colId) || {}).context || {}).order === true);
    if (frame) frame.classList.toggle("grid-in-order", first);
    fns.csPinOwn(params);
  };

  /* Until its rows are drawn a table keeps their place; then it is as high as what is left by filters. */
  fns.csDrawn = function (params) {
    const frame = frameOf(params.api);
    if (frame) frame.style.minHeight = "";
  };

  /* The own row is repeated under the header when it stands too far down to be seen. */
  fns.csPinOwn = function (params) {
    let own = null;
    params.api.forEachNodeAfterFilterAndSort(function (node) {
      if (node.data && node.data.own) own = node;
    });
    const rows = own && own.rowIndex >= OWN_IN_SIGHT ? [own.data] : [];
    if (params.api.getPinnedTopRowCount() || rows.length) params.api.setGridOption("pinnedTopRowData", rows);
  };

  /* How large words are here: 1 on a desk, more on the screen of a meeting room, less on paper. */
  function scale() {
    return parseFloat(window.getComputedStyle(document.documentElement).fontSize) / 16;
  }

  /* Columns and rows are given in pixels for words of the usual size, and grow with them. Widths set as a state share
     what is left anew among the columns that take it; setColumnWidths lets the last ones go beyond the edge. */
  function grow(api) {
    const by = scale();
    if (by === 1) return;
    const fixed = (api.getColumns() || []).filter((column) => column.getColDef().width);
    api.applyColumnState({ state: fixed.map((column) => ({
      colId: column.getColId(), width: Math.round(column.getColDef().width * by),
    })) });
    api.setGridOption("rowHeight", Math.round(api.getGridOption("rowHeight") * by));
  }

  /* Columns say below which table width they are left out; an export holds them all the same. */
  fns.csFit = function (params) {
    const frame = frameOf(params.api);
    const width = frame ? frame.clientWidth / scale() : 0;
    if (!width) return;
    const hide = [];
    const show = [];
    (params.api.getColumns() || []).forEach(function (column) {
      const least = (column.getColDef().context || {}).from;
      if (!least || column.isVisible() === width >= least) return;
      (width < least ? hide : show).push(column.getColId());
    });
    if (hide.length) params.api.setColumnsVisible(hide, false);
    if (show.length) params.api.setColumnsVisible(show, true);
  };

  /* The grid tells of its first drawing before anyone can listen, so frames are adopted as they appear:
     the name a screen reader says, the columns that fit, the own row, the cuts. */
  function adopt(frame) {
    const name = frame.dataset.name;
    if (frame.csName === name || !window.dash_ag_grid) return;
    frame.csName = name;
    window.dash_ag_grid.getApiAsync(JSON.parse(frame.dataset.grid)).then(function (api) {
      frame.csApi = api;
      const grid = frame.querySelector('[role="grid"], [role="treegrid"]');
      if (grid) grid.setAttribute("aria-label", name);
      if (grid && frame.dataset.hint) grid.setAttribute("aria-description", frame.dataset.hint);
      grow(api);
      fns.csFit({ api: api });
      fns.csMarkSort({ api: api });
    });
  }

  let waiting = false;
  new MutationObserver(function () {
    if (waiting) return;
    waiting = true;
    window.requestAnimationFrame(function () {
      waiting = false;
      document.querySelectorAll(".grid-frame").forEach(adopt);
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-name"] });

  /* A bar whose length is the value between the column's least and most; the number stands beside it in its own cell. */
  parts.CsBar = function (props) {
    const make = window.React.createElement;
    if (!isNumber(props.value)) return null;
    const span = props.most - props.least || 1;
    const share = Math.max(0, Math.min(1, (props.value - props.least) / span));
    const kind = "cell-bar" + (props.data.own ? " cell-bar-own" : "");
    return make("span", { className: "cell-bar-track", "aria-hidden": "true" },
      make("span", { className: kind, style: { width: (100 * share).toFixed(1) + "%" } }));
  };

  /* Where a value lies between the lowest and the highest: for figures too close together for bars from zero. */
  parts.CsStrip = function (props) {
    const make = window.React.createElement;
    if (!isNumber(props.value)) return null;
    const share = Math.max(0, Math.min(1, (props.value - props.least) / (props.most - props.least || 1)));
    const kind = "cell-dot" + (props.data.own ? " cell-dot-own" : "");
    return make("span", { className: "cell-strip", "aria-hidden": "true" },
      make("span", { className: kind, style: { left: (100 * share).toFixed(1) + "%" } }));
  };

  /* A name that leads to a page of its own (the row's href). */
  parts.CsLink = function (props) {
    const make = window.React.createElement;
    const href = props.data && props.data.href;
    if (isEmpty(props.value) || !href) return make("span", null, fns.csText(props.value));
    return make("a", { className: "cell-link", href: href, "data-nav": "1", tabIndex: -1 }, props.value);
  };

  /* Small words side by side, each a fact of its own. */
  parts.CsWords = function (props) {
    const make = window.React.createElement;
    const words = props.value || [];
    if (!words.length) return make("span", { className: "cell-empty" }, "");
    return make("span", { className: "cell-words" },
      words.map((word) => make("span", { key: word, className: "cell-word" }, word)));
  };

  /* ---- trees: rows know their depth and parent; closing a row hides what is below it ---- */

  function setOpen(api, node, open) {
    node.data.open = open;
    const rows = {};
    api.forEachNode((item) => { rows[item.data.code] = item.data; });
    api.forEachNode(function (item) {
      let parent = rows[item.data.parent];
      let shown = true;
      while (parent && shown) {
        shown = parent.open !== false;
        parent = rows[parent.parent];
      }
      item.data.shown = shown;
    });
    api.onFilterChanged();
    api.refreshCells({ rowNodes: [node], force: true });
  }

  fns.csShown = function (node) {
    return !node.data || node.data.shown !== false;
  };

  fns.csTreeKey = function (params) {
    const key = params.event && params.event.key;
    const data = params.data || {};
    if (!data.branch || params.column.getColDef().cellRenderer === undefined) return;
    if (key === "Enter" || key === " ") setOpen(params.api, params.node, data.open === false);
    if (key === " ") params.event.preventDefault();
  };

  parts.CsTree = function (props) {
    const make = window.React.createElement;
    const data = props.data;
    const open = data.open !== false;
    const label = data.href
      ? make("a", { className: "cell-tree-name", href: data.href, "data-nav": "1", tabIndex: -1, title: props.value }, props.value)
      : make("span", { className: "cell-tree-name", title: props.value }, props.value);
    const pad = { paddingLeft: 18 * (data.indent || 0) + "px" };
    if (!data.branch) return make("span", { className: "cell-tree cell-tree-leaf", style: pad }, label);
    const toggle = make("button", {
      type: "button", tabIndex: -1, className: "cell-tree-toggle", "aria-expanded": open,
      "aria-label": (open ? props.closeWord : props.openWord) + " " + props.value,
      onClick: (event) => { event.stopPropagation(); setOpen(props.api, props.node, !open); },
    }, open ? "▾" : "▸");
    return make("span", { className: "cell-tree", style: pad }, toggle, label);
  };
})();
