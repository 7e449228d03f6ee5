/* The search box: one list of entries, fetched once a page load, searched without accents as letters are typed. */
(function () {
  "use strict";

  const MOST = 12;
  const lists = {};
  let serial = 0;

  function fold(text) {
    return text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[-_]/g, " ");
  }

  function entriesOf(address) {
    if (!lists[address]) {
      lists[address] = fetch(address).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      });
      lists[address].catch(function () { delete lists[address]; });
    }
    return lists[address];
  }

  // Every word must stand in the entry; a name that begins with what was typed comes first, then shorter names.
  function found(entries, typed) {
    const words = fold(typed).trim().split(/\s+/).filter(Boolean);
    if (!words.length) { return []; }
    const whole = words.join(" ");
    return entries
      .filter(function (entry) { return words.every(function (word) { return entry.words.includes(word); }); })
      .map(function (entry, place) {
        const starts = entry.words.startsWith(whole) ? 0 : (" " + entry.words).includes(" " + whole) ? 1 : 2;
        return { entry: entry, order: [starts, entry.rank, entry.name.length, place] };
      })
      .sort(function (a, b) {
        for (let n = 0; n < a.order.length; n += 1) { if (a.order[n] !== b.order[n]) { return a.order[n] - b.order[n]; } }
        return 0;
      })
      .slice(0, MOST)
      .map(function (one) { return one.entry; });
  }

  // A result keeps the province, the year and the language of the page, and says only what it changes.
  function addressOf(entry) {
    const now = new URLSearchParams(window.location.search);
    const next = new URLSearchParams();
    ["tinh", "nam", "lang"].forEach(function (name) { if (now.get(name)) { next.set(name, now.get(name)); } });
    if (entry.query.cs && entry.query.cs !== now.get("cs")) { next.delete("nam"); }
    Object.keys(entry.query).forEach(function (name) { next.set(name, entry.query[name]); });
    const query = next.toString();
    return entry.path + (query ? "?" + query : "");
  }

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }

  function build(place) {
    serial += 1;
    const id = "search-" + serial;
    const input = make("input", "search-input");
    const list = make("ul", "search-list");
    const said = make("span", "sr-only");
    input.type = "search";
    input.placeholder = place.dataset.label;
    input.title = place.dataset.hint;
    input.autocomplete = "off";
    input.spellcheck = false;
    const roles = { role: "combobox", "aria-label": place.dataset.label, "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" };
    Object.keys(roles).forEach(function (name) { input.setAttribute(name, roles[name]); });
    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", place.dataset.label);
    said.setAttribute("role", "status");
    place.append(input, list, said);

    let results = [];
    let at = -1;

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(next) {
      at = results.length ? (next + results.length) % results.length : -1;
      Array.from(list.querySelectorAll("[role=option]")).forEach(function (row, n) {
        row.setAttribute("aria-selected", String(n === at));
        if (n === at) {
          input.setAttribute("aria-activedescendant", row.id);
          row.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function tell(message) {
      list.replaceChildren(Object.assign(make("li", "search-none", message), { role: "presentation" }));
      list.hidden = false;
      said.textContent = message;
    }

    function draw() {
      if (!input.value.trim()) { close(); return; }
      if (!results.length) { tell(place.dataset.none); return; }
      list.replaceChildren(...results.map(function (entry, n) {
        const row = make("li");
        const link = make("a", "search-row");
        const said = make("span", "search-link");
        const kind = entry.kind.charAt(0).toUpperCase() + entry.kind.slice(1);
        row.setAttribute("role", "none");
        link.id = id + "-" + n;
        link.setAttribute("role", "option"); // the link itself: an option holds nothing that can be pressed
        link.href = addressOf(entry);
        link.dataset.nav = "1";
        link.tabIndex = -1;
        said.append(make("span", "search-name", entry.name), make("span", "search-about", entry.about));
        link.append(said, make("span", "search-kind", place.dataset["kind" + kind]));
        row.append(link);
        return row;
      }));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      said.textContent = String(results.length);
      mark(0);
    }

    function search() {
      entriesOf(place.dataset.search).then(function (entries) {
        results = found(entries, input.value);
        draw();
      }).catch(function () { results = []; tell(place.dataset.failed); });
    }

    input.addEventListener("focus", function () { entriesOf(place.dataset.search).catch(function () {}); });
    input.addEventListener("input", search);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        list.querySelectorAll("a")[at].click();
      } else if (event.key === "Escape") {
        input.value = "";
        close();
      }
    });
    place.addEventListener("focusout", function (event) { if (!place.contains(event.relatedTarget)) { close(); } });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function () { input.value = ""; close(); });
  }

  function buildAll() {
    document.querySelectorAll("[data-search]").forEach(function (place) {
      if (!place.firstChild) { build(place); }
    });
  }
  new MutationObserver(buildAll).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable], .ag-cell-edit-wrapper");
    const input = document.querySelector(".search-input");
    if (event.key !== "/" || typing || !input || event.ctrlKey || event.metaKey || event.altKey) { return; }
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
