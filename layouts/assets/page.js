/* What only the browser can do: in-app links, document language and title, accent-free search. */
(function () {
  "use strict";

  let followed = false;

  // Letters may stand encoded in one and plain in the other.
  function plain(address) {
    try { return decodeURIComponent(address); } catch (error) { return address; }
  }

  function stands(address) {
    return plain(address) === plain(window.location.pathname + window.location.search);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    page: {
      describe: function (about) {
        if (!about) { return; }
        document.documentElement.lang = about.lang;
        showTheme();
        document.title = about.title;
        if (about.controls && stands(about.address)) {
          Object.entries(about.controls).forEach(([id, props]) => window.dash_clientside.set_props(id, props));
        }
        // Only now has everything its place: the page shows itself with the next frame, and nothing jumps (state.css).
        window.requestAnimationFrame(function () { document.documentElement.dataset.described = "1"; });
        // A link that was followed is redrawn with the header: the keyboard goes on in the new page.
        if (followed && document.activeElement === document.body) {
          document.getElementById("page").focus({ preventScroll: true });
        }
        followed = false;
      },
    },
  });

  function fold(text) {
    return text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }

  // Options may stand under groups: a group stays when one of its own options does.
  function matching(options, words) {
    return options.reduce(function (kept, option) {
      if (option.items) {
        const items = matching(option.items, words);
        return items.length ? kept.concat([Object.assign({}, option, { items: items })]) : kept;
      }
      const label = fold(option.label);
      return words.every(function (word) { return label.includes(word); }) ? kept.concat([option]) : kept;
    }, []);
  }

  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
    withoutAccents: function (input) {
      return matching(input.options, fold(input.search || "").trim().split(/\s+/));
    },
  });

  // Links marked data-nav change the address without a reload; modified clicks stay the browser's.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-nav]");
    if (!link || event.defaultPrevented || event.button !== 0) { return; }
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    if (document.documentElement.dataset.printView) { return; } // a sheet is left by loading the page anew
    event.preventDefault();
    const moved = link.pathname !== window.location.pathname;
    followed = true;
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (moved) { window.scrollTo(0, 0); }
  });

  // The input behind a place to drop files has no name of its own: it gets that of its section.
  new MutationObserver(function () {
    document.querySelectorAll("[data-file-label] input[type=file]:not([aria-label])").forEach(function (input) {
      input.setAttribute("aria-label", input.closest("[data-file-label]").dataset.fileLabel);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Light or dark: our own colours follow data-theme, the controls' follow the provider.
  function showTheme() {
    window.dash_clientside.set_props("provider", { forceColorScheme: document.documentElement.dataset.theme });
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-theme-toggle]")) { return; }
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch (error) { /* private windows keep nothing */ }
    showTheme();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });
})();
