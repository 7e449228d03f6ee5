/* ?print=1: the page on the screen as paper would show it. The rules of print.css and of every other sheet for
   paper are made to hold on the screen, and rules for a width are judged by the width of an A4 sheet. */
(function () {
  "use strict";
  const root = document.documentElement;
  if (!root.dataset.printView) { return; }

  const PAPER = 718; // px between the margins of an A4 sheet upright (190 mm)
  const REM = 16; // in a condition, a rem is the browser's own size, whatever the page sets

  function holds(condition) {
    const width = /^\((min|max)-width: ([\d.]+)(rem|px)\)$/.exec(condition);
    if (!width) { return null; }
    const edge = Number(width[2]) * (width[3] === "rem" ? REM : 1);
    return width[1] === "max" ? PAPER <= edge : PAPER >= edge;
  }

  function asPaper(sheet) {
    if (!sheet.href || !sheet.href.includes("/assets/")) { return; }
    Array.from(sheet.cssRules).forEach(function (rule) {
      if (!rule.media) { return; }
      const held = rule.media.mediaText === "print" ? true : holds(rule.media.mediaText);
      if (held !== null) { rule.media.mediaText = held ? "all" : "not all"; }
    });
  }
  Array.from(document.styleSheets).forEach(asPaper);

  // Charts come after the page: each is brought to the width of its place on paper once it is drawn.
  let waiting = 0;
  new MutationObserver(function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { window.dispatchEvent(new Event("beforeprint")); }, 150);
  }).observe(document.body, { childList: true, subtree: true });
})();
