/* What paper needs and a style sheet cannot give: charts of its width, and data tables with all their rows laid out
   under a head that every sheet repeats. Made before printing, taken away after; ?print=1 keeps them. */
(function () {
  "use strict";
  const PAPER = 718; // px between the margins of an A4 sheet upright (190 mm)

  // A chart takes the width its place has on paper (data-print-width), or no more than the sheet.
  function paperWidth(plot) {
    const place = plot.closest("[data-print-width]");
    if (place) { return Number(place.dataset.printWidth); }
    return plot.offsetWidth > PAPER ? PAPER : 0;
  }

  // The room that a drawing takes on the screen, so that a smaller rem does not cut it.
  function keepRoom(plot) {
    const graph = plot.closest(".dash-graph");
    if (!graph || graph.csRoom !== undefined || document.documentElement.dataset.printView) { return; }
    graph.csRoom = graph.style.minHeight;
    graph.style.minHeight = `${plot.offsetHeight}px`;
  }

  function freeRoom() {
    document.querySelectorAll(".dash-graph").forEach(function (graph) {
      if (graph.csRoom === undefined) { return; }
      graph.style.minHeight = graph.csRoom;
      delete graph.csRoom;
    });
  }

  function narrowPlots() {
    if (!window.Plotly) { return; }
    document.querySelectorAll(".js-plotly-plot").forEach(function (plot) {
      if (!plot.closest("[data-print-width]")) { keepRoom(plot); }
      const width = plot.layout && !plot.dataset.screenWidth ? paperWidth(plot) : 0;
      if (!width) { return; }
      plot.dataset.screenWidth = plot.offsetWidth;
      window.Plotly.relayout(plot, { width: width, autosize: false });
    });
  }

  function widenPlots() {
    document.querySelectorAll(".js-plotly-plot[data-screen-width]").forEach(function (plot) {
      const width = Number(plot.dataset.screenWidth);
      delete plot.dataset.screenWidth;
      window.Plotly.relayout(plot, plot.closest("[data-print-width]") ? { width: width } : { width: null, autosize: true });
    });
  }

  function element(name, classes, text) {
    const made = document.createElement(name);
    if (classes) { made.className = classes; }
    if (text) { made.textContent = text; }
    return made;
  }

  function isNumber(column) {
    return String(column.getColDef().cellClass || "").includes("cell-number");
  }

  // Bars and dots are copied from what the grid shows; everything else is written as the grid writes it.
  function cell(api, node, column, first) {
    const made = element(first ? "th" : "td", isNumber(column) ? "num" : "text");
    if (first) { made.scope = "row"; }
    const value = api.getCellValue({ rowNode: node, colKey: column });
    const def = column.getColDef();
    const drawn = (def.cellRenderer || "").match(/^Cs(Bar|Strip)$/);
    if (drawn && typeof value === "number") {
      const params = def.cellRendererParams;
      const share = 100 * Math.max(0, Math.min(1, (value - params.least) / (params.most - params.least || 1)));
      const own = node.data.own ? "-own" : "";
      const track = element("span", drawn[1] === "Bar" ? "cell-bar-track" : "cell-strip");
      const mark = element("span", drawn[1] === "Bar" ? `cell-bar${own && " cell-bar-own"}` : `cell-dot${own && " cell-dot-own"}`);
      mark.style[drawn[1] === "Bar" ? "width" : "left"] = `${share.toFixed(1)}%`;
      track.append(mark);
      made.append(track);
    } else if (!drawn) {
      made.textContent = Array.isArray(value) ? value.join(", ")
        : api.getCellValue({ rowNode: node, colKey: column, useFormatter: true }) || "";
      if (def.cellRenderer === "CsTree") { made.style.paddingLeft = `${0.9 * (node.data.indent || 0)}rem`; }
    }
    return made;
  }

  function row(api, node, columns, named) {
    const marks = ["own", "cut", "head", "out"].filter((mark) => node.data[mark]);
    const made = element("tr", marks.map((mark) => `row-${mark}`).join(" "));
    made.append(...columns.map((column) => cell(api, node, column, column === named)));
    return made;
  }

  function table(frame, api, columns, nodes) {
    const made = element("table", "data-table paper-table");
    const head = element("tr");
    columns.forEach(function (column) {
      const label = element("th", isNumber(column) ? "num" : "text", column.getColDef().headerName);
      label.scope = "col";
      head.append(label);
    });
    const named = columns.find((column) => !isNumber(column));
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    body.append(...nodes.map((node) => row(api, node, columns, named)));
    made.append(element("caption", "sr-only", frame.dataset.name), top, body);
    return made;
  }

  function same(before, now) {
    return before.length === now.length && before.every((one, at) => one === now[at]);
  }

  // The pieces of a grid come one after the other, each a reason to look again: only a grid with other columns or rows
  // is laid out anew.
  function layOutTables() {
    document.querySelectorAll(".grid-frame").forEach(function (frame) {
      const api = frame.csApi;
      if (!api || api.isDestroyed()) { return; }
      const columns = api.getAllDisplayedColumns();
      const nodes = [];
      api.forEachNodeAfterFilterAndSort((node) => nodes.push(node));
      const shown = [...columns, ...nodes.map((node) => node.data)];
      const old = frame.querySelector(":scope > .paper-table");
      if (!columns.length || (old && same(old.csShown, shown))) { return; }
      if (old) { old.remove(); }
      const made = table(frame, api, columns, nodes);
      made.csShown = shown;
      frame.append(made);
    });
  }

  window.addEventListener("beforeprint", function () {
    narrowPlots();
    layOutTables();
  });
  window.addEventListener("afterprint", function () {
    if (document.documentElement.dataset.printView) { return; }
    widenPlots();
    freeRoom();
    document.querySelectorAll(".paper-table").forEach((made) => made.remove());
  });
})();
