/* Numbers that open their source: a click or Enter on a marked number or table cell asks the server for the drawer;
   a link in the drawer closes it. A mark inside a chart opens what its row in the table under the chart leads to:
   the table is the keyboard's way to the same place. */
(function () {
  "use strict";
  const fns = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  let asked = 0;

  function ask(key) {
    asked += 1;
    window.dash_clientside.set_props("figure-asked", { data: { figure: key, n: asked } });
  }

  /* A marked cell of a data table. A number that was selected to be copied is not a click. */
  fns.csFigure = function (params) {
    const keyed = params.event && params.event.type === "keydown";
    if (keyed && params.event.key !== "Enter") return;
    if (!keyed && String(window.getSelection())) return;
    const column = params.column || {};
    const refs = (params.data || {}).refs || {};
    const key = column.getColId ? refs[column.getColId()] : undefined;
    if (key) ask(key);
    else if (keyed) follow(params);
  };

  /* Enter on a name that leads on follows it; in a tree it opens the branch instead, and only leaves lead on. */
  function follow(params) {
    const link = params.event.target.querySelector && params.event.target.querySelector("a[data-nav]");
    if (link && !(params.data || {}).branch) link.click();
  }

  /* The link of a mark's row. Marks say their name first: as data, as text, or as the first line of what hovers. */
  function linkOf(point) {
    const block = point.graph.closest(".chart-block, .chart-over-rows");
    if (!block) return null;
    const said = [point.customdata, point.text, point.hovertext].flat().filter((one) => typeof one === "string");
    const names = said.map((one) => one.split("<br>")[0].replace(/<[^>]*>/g, "").trim());
    const rows = Array.from(block.querySelectorAll(".twin tbody tr, .simulate-table tbody tr"));
    const row = rows.find((one) => names.includes((one.querySelector("th") || one.cells[0]).textContent.trim()));
    return row ? row.querySelector("a[data-nav]") : null;
  }

  /* Where nothing can hover, the first touch tells the figure and the second one opens. */
  const touched = window.matchMedia("(hover: none)");

  function watch(graph) {
    let last = null;
    const first = (event) => Object.assign({ graph: graph }, event.points[0]);
    graph.on("plotly_hover", (event) => graph.classList.toggle("chart-opens", linkOf(first(event)) !== null));
    graph.on("plotly_unhover", () => graph.classList.remove("chart-opens"));
    graph.on("plotly_click", function (event) {
      const link = linkOf(first(event));
      if (link && (!touched.matches || last === link)) link.click();
      last = link;
    });
  }

  /* A drawing that is made anew has a new `on`. */
  new MutationObserver(function () {
    document.querySelectorAll(".js-plotly-plot").forEach(function (graph) {
      if (!graph.on || graph.csOn === graph.on) return;
      graph.csOn = graph.on;
      watch(graph);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", function (event) {
    if (!event.target.closest) return;
    const mark = event.target.closest("[data-figure]");
    if (mark) ask(mark.dataset.figure);
    if (event.target.closest(".figure-drawer a[data-nav]")) {
      window.dash_clientside.set_props("figure-drawer", { opened: false });
    }
  });
})();
