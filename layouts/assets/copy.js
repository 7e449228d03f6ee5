/* Buttons marked data-copy put the text of the element they name on the clipboard, and say so. */
(function () {
  "use strict";

  function byHand(place) {
    const range = document.createRange();
    range.selectNodeContents(place);
    const chosen = window.getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    document.execCommand("copy");
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    const place = button && document.getElementById(button.dataset.copy);
    if (!place) { return; }
    const told = button.dataset.told || button.textContent;
    button.dataset.told = told;
    function say() {
      button.textContent = button.dataset.copied;
      button.setAttribute("aria-live", "polite");
      window.setTimeout(function () { button.textContent = told; }, 2000);
    }
    if (navigator.clipboard) {
      navigator.clipboard.writeText(place.textContent).then(say, function () { byHand(place); say(); });
    } else {
      byHand(place);
      say();
    }
  });
})();
