/* What depends on the width of its place: figures that carry another layout for a narrow one (layout.meta.narrow),
   and marks on whatever goes on beyond its edge, so that the style sheet can show it ([data-more]). */
(function () {
  "use strict";
  const NARROW = 640; // pixels of a chart, under which its narrow layout holds
  const SCROLLERS = ".table-scroll, .chart-scroll, .take-scroll, .form-scroll, .ag-center-cols-viewport, .nav-group-current > ul";
  const observed = new WeakSet();

  function valueAt(object, path) {
    return path.split(".").reduce((found, key) => (found || {})[key], object);
  }

  function differs(plot, update) {
    return Object.keys(update).some((path) => JSON.stringify(valueAt(plot.layout, path)) !== JSON.stringify(update[path]));
  }

  // The layout of its width, each time a figure was drawn: a new figure of the server comes in the wide one.
  function fit(plot) {
    const meta = (plot.layout || {}).meta;
    if (!meta || !meta.narrow || plot.dataset.screenWidth) { return; }
    if (!plot.csWide || plot.csWide.of !== meta) {
      const wide = {};
      Object.keys(meta.narrow).forEach(function (path) { wide[path] = valueAt(plot.layout, path); });
      plot.csWide = { of: meta, layout: wide };
    }
    const update = plot.clientWidth && plot.clientWidth < NARROW ? meta.narrow : plot.csWide.layout;
    if (differs(plot, update)) { window.Plotly.relayout(plot, JSON.parse(JSON.stringify(update))); }
  }

  // A pixel of rounding is not something to scroll to. A grid is as wide as its columns: cells on their way to
  // another place reach beyond them for a moment, and nothing tells when they have come there.
  function mark(scroller) {
    const grid = scroller.closest(".ag-root");
    const width = grid ? scroller.firstElementChild.offsetWidth : scroller.scrollWidth;
    const before = scroller.scrollLeft > 1;
    const after = width - scroller.clientWidth - scroller.scrollLeft > 1;
    const more = [before && "left", after && "right"].filter(Boolean).join(" ");
    (grid ? grid.querySelectorAll(".ag-header-viewport, .ag-center-cols-viewport") : [scroller]).forEach(function (part) {
      if (more) { part.dataset.more = more; } else { delete part.dataset.more; }
    });
  }

  const sizes = new ResizeObserver(function (entries) {
    entries.map((entry) => entry.target.closest(SCROLLERS)).filter(Boolean).forEach(mark);
    restAndMark();
  });

  function watchScroller(scroller) {
    observed.add(scroller);
    scroller.addEventListener("scroll", function () { mark(scroller); }, { passive: true });
    sizes.observe(scroller);
    const here = scroller.querySelector(":scope > li > [aria-current]");
    if (here) { scroller.scrollLeft = here.offsetLeft - (scroller.clientWidth - here.offsetWidth) / 2; }
    mark(scroller);
  }

  // What is inside may be put there, or in the place of something else, after the scroller was found.
  function watchInside(scroller) {
    const inside = scroller.firstElementChild;
    if (inside && !observed.has(inside)) { observed.add(inside); sizes.observe(inside); }
  }

  function watchPlot(plot) {
    observed.add(plot);
    plot.on("plotly_afterplot", function () { fit(plot); });
    fit(plot);
  }

  function look() {
    document.querySelectorAll(SCROLLERS).forEach(function (found) {
      if (!observed.has(found)) { watchScroller(found); }
      watchInside(found);
    });
    document.querySelectorAll(".js-plotly-plot").forEach(function (found) {
      if (found.on && !observed.has(found)) { watchPlot(found); }
    });
  }

  // A grid that leaves columns out and a chart that is drawn change what is inside without a change of size that
  // is seen in time: marks are set once more when the page has come to rest.
  let rest = 0;
  function markAll() { document.querySelectorAll(SCROLLERS).forEach(mark); }
  function restAndMark() {
    window.clearTimeout(rest);
    rest = window.setTimeout(markAll, 200);
  }

  let waiting = 0;
  new MutationObserver(function () {
    restAndMark();
    if (!waiting) { waiting = window.requestAnimationFrame(function () { waiting = 0; look(); }); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
