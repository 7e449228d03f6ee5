/* Numbers that open their source: a click or Enter on a marked number or table cell asks the server for the drawer;
   a link in the drawer closes it; "copy" puts the citation on the clipboard and says so. */
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

  function copied(button) {
    const said = button.parentElement.querySelector("[data-copied]");
    if (said) said.textContent = said.dataset.copied;
  }

  /* Without a secure address browsers offer no clipboard: the text is selected and copied the old way. */
  function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    if (navigator.clipboard) {
      navigator.clipboard.writeText(source.textContent).then(() => copied(button));
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(source);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    if (document.execCommand("copy")) copied(button);
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest) return;
    const mark = event.target.closest("[data-figure]");
    if (mark) ask(mark.dataset.figure);
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    if (event.target.closest(".figure-drawer a[data-nav]")) {
      window.dash_clientside.set_props("figure-drawer", { opened: false });
    }
  });
})();
