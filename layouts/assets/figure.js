/* Numbers that open their source: a click or Enter on a marked number or table cell asks the server for the drawer;
   a link in the drawer closes it. */
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

  document.addEventListener("click", function (event) {
    if (!event.target.closest) return;
    const mark = event.target.closest("[data-figure]");
    if (mark) ask(mark.dataset.figure);
    if (event.target.closest(".figure-drawer a[data-nav]")) {
      window.dash_clientside.set_props("figure-drawer", { opened: false });
    }
  });
})();
