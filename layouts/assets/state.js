/* Slow and failed: a line over the window when an answer takes a while, a notice when none comes, another try. */
(function () {
  "use strict";
  const PATIENCE = 400;
  const real = window.fetch;
  let waiting = 0;
  let leaving = false;
  let timer = null;

  // Assistive technology waits with reading a page that is still being answered.
  function mark() {
    const page = document.getElementById("page");
    if (page) { page.setAttribute("aria-busy", String(waiting > 0)); }
  }

  function begin() {
    waiting += 1;
    mark();
    if (!timer) { timer = setTimeout(function () { document.documentElement.dataset.busy = "1"; }, PATIENCE); }
  }

  function end() {
    waiting -= 1;
    mark();
    if (waiting > 0) { return; }
    clearTimeout(timer);
    timer = null;
    delete document.documentElement.dataset.busy;
  }

  function tell(missing) {
    const notice = document.getElementById("unreachable");
    if (notice && !leaving) { notice.hidden = !missing; }
  }

  // Gateways answer 502 to 504 when the server behind them does not; everything else is an answer of ours.
  function absent(answer) { return answer.status >= 502 && answer.status <= 504; }

  window.fetch = function (asked) {
    const address = String(asked && asked.url ? asked.url : asked);
    if (!address.includes("_dash-update-component")) { return real.apply(window, arguments); }
    begin();
    return real.apply(window, arguments).then(function (answer) {
      end();
      tell(absent(answer));
      return answer;
    }, function (error) {
      end();
      if (error.name !== "AbortError") { tell(true); }
      throw error;
    });
  };

  window.addEventListener("pagehide", function () { leaving = true; });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-retry]")) { window.location.reload(); }
  });
})();
