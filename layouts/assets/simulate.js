/* The levers of the simulation page: sliders and boxes, the scenario they make, the address that says it. */
(function () {
  "use strict";

  const SEND_EVERY = 110; // ms between two questions to the server while a slider moves
  const WRITE_AFTER = 450; // ms of rest before the address is written
  const KEPT = "simulate-kept";
  const STEPS = 100; // steps of an arrow key over a whole slider
  const SOFT = ["gd", "ts", "bp", "bang", "dich", "tran"];

  let tree = null; // { node, stamp, lang, kind, other, everyone, address, words }
  let levers = new Map(); // code -> { spec, value (null: as it stands), range, box, mark, back, row }
  let sending = 0;
  let sent = 0;
  let writing = 0;

  const props = function (id, changed) { window.dash_clientside.set_props(id, changed); };

  // ---- numbers, as layouts/text.py writes them
  function shown(value, places) {
    return new Intl.NumberFormat(tree.lang === "vi" ? "vi-VN" : "en-GB", {
      minimumFractionDigits: places, maximumFractionDigits: places,
    }).format(value).replace("-", "−");
  }
  function read(text) {
    const plain = text.trim().replace("−", "-").replace(/\s/g, "");
    const dots = tree.lang === "vi" && plain.includes(",") ? plain.replace(/\./g, "") : plain;
    const value = Number(dots.replace(",", "."));
    return plain && Number.isFinite(value) ? value : null;
  }
  function short(value) { return String(Number(value.toFixed(9))).replace(".", ","); }
  function rounded(value, places) { return Number(value.toFixed(places)); }

  // ---- one lever
  function element(name, marks) {
    const made = document.createElement(name);
    Object.keys(marks).forEach(function (key) { made.setAttribute(key, marks[key]); });
    return made;
  }
  function build(slot) {
    const spec = JSON.parse(slot.dataset.lever);
    const range = element("input", {
      type: "range", min: spec.low, max: spec.high, step: "any", "aria-label": spec.name + ": " + tree.words.slider,
    });
    const box = element("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": spec.name + ": " + tree.words.box,
    });
    const mark = element("span", { class: "lever-mark" });
    const back = element("button", {
      type: "button", class: "lever-back", title: tree.words.reset, "aria-label": tree.words.reset + ": " + spec.name,
    });
    back.textContent = "↺";
    const track = element("span", { class: "lever-track" });
    const at = function (value) { return (value - spec.low) / (spec.high - spec.low || 1); };
    track.style.setProperty("--base", at(spec.base));
    if (spec.best !== null) { track.style.setProperty("--best", at(spec.best)); }
    track.classList.toggle("lever-has-best", spec.best !== null);
    track.append(range);
    slot.replaceChildren(track, box, mark, back);
    const lever = { spec: spec, value: spec.set, range: range, box: box, mark: mark, back: back, row: slot.closest(".lever") };
    levers.set(spec.code, lever);
    range.addEventListener("input", function () { set(lever, Number(range.value)); });
    range.addEventListener("keydown", function (event) { keys(event, lever); });
    box.addEventListener("change", function () { typed(lever); });
    box.addEventListener("focus", function () { box.select(); });
    box.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { typed(lever); }
      if (event.key === "ArrowUp" || event.key === "ArrowDown") { keys(event, lever); }
    });
    back.addEventListener("click", function () { set(lever, null); range.focus(); });
    draw(lever, spec.set === null ? spec.shown : spec.set);
  }
  function draw(lever, value) {
    const spec = lever.spec;
    const moved = rounded(value, spec.places) - rounded(spec.base, spec.places);
    const same = Math.abs(moved) < Math.pow(10, -spec.places) / 2;
    lever.range.value = value;
    lever.range.setAttribute("aria-valuetext", shown(value, spec.places));
    lever.box.value = shown(value, spec.places);
    const better = spec.less ? moved < 0 : moved > 0;
    lever.mark.textContent = same ? "" : (moved > 0 ? "▲ " : "▼ ") + shown(Math.abs(moved), spec.places);
    lever.mark.className = "lever-mark change " + (same ? "" : better ? "change-up" : "change-down");
    lever.mark.title = same ? "" : tree.words.was + " " + shown(spec.base, spec.places) +
      (lever.value === null && spec.inner ? "; " + tree.words.derived : "");
    lever.row.classList.toggle("lever-set", lever.value !== null);
    lever.row.classList.toggle("lever-derived", lever.value === null && !same);
    lever.back.hidden = lever.value === null;
  }
  function keys(event, lever) {
    const spec = lever.spec;
    const step = Math.max(rounded((spec.high - spec.low) / STEPS, spec.places), Math.pow(10, -spec.places));
    const now = Number(lever.range.value);
    const next = {
      ArrowUp: now + step, ArrowRight: now + step, ArrowDown: now - step, ArrowLeft: now - step,
      PageUp: now + 10 * step, PageDown: now - 10 * step, Home: spec.low, End: spec.high,
    }[event.key];
    if (next === undefined) { return; }
    event.preventDefault();
    set(lever, next);
  }
  function typed(lever) {
    const value = read(lever.box.value);
    const now = Number(lever.range.value);
    const same = value !== null && rounded(value, lever.spec.places) === rounded(now, lever.spec.places);
    if (value === null || same) { draw(lever, now); return; }
    set(lever, value);
  }
  function set(lever, value) {
    const spec = lever.spec;
    const kept = value === null ? null : Math.min(Math.max(rounded(value, spec.places), spec.low), spec.high);
    const same = kept === null || rounded(kept, spec.places) === rounded(spec.base, spec.places);
    lever.value = same ? null : kept;
    draw(lever, same ? spec.base : kept);
    if (tree.kind === "gd") { free(lever); }
    changed();
  }
  // What is set by hand above or below a lever gives way: a total is its parts', or it is given.
  function free(lever) {
    levers.forEach(function (other) {
      if (other === lever || other.value === null) { return; }
      if (above(lever, other) || above(other, lever)) { other.value = null; draw(other, other.spec.base); }
    });
  }
  function above(high, low) {
    let next = levers.get(low.spec.parent);
    while (next) {
      if (next === high) { return true; }
      next = levers.get(next.spec.parent);
    }
    return false;
  }

  // ---- the scenario: to the server at once, to the address after a rest
  function written(changes) {
    return Object.keys(changes).map(function (code) { return code + ":" + short(changes[code]); }).join(";");
  }
  function scenario() {
    const own = {};
    levers.forEach(function (lever, code) { if (lever.value !== null) { own[code] = lever.value; } });
    const made = { gd: "", ts: "", bang: tree.everyone ? "du" : "" };
    made[tree.kind] = written(own);
    made[tree.kind === "gd" ? "ts" : "gd"] = written(tree.other);
    return made;
  }
  function changed() {
    const wait = Math.max(0, sent + SEND_EVERY - Date.now());
    if (!sending) {
      sending = window.setTimeout(function () {
        sending = 0;
        sent = Date.now();
        if (live()) { props("simulate-scenario", { data: scenario() }); }
      }, wait);
    }
    window.clearTimeout(writing);
    writing = window.setTimeout(writeScenario, WRITE_AFTER);
  }
  function live() { return tree !== null && document.body.contains(tree.node); }
  function writeScenario() {
    window.clearTimeout(writing);
    writing = 0;
    if (!live()) { return; }
    const made = scenario();
    write(Object.assign({ bp: made.gd || made.ts ? tree.address.release : "" }, made));
  }
  function write(changes) {
    const query = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (key) {
      if (changes[key]) { query.set(key, changes[key]); } else { query.delete(key); }
    });
    const text = query.toString().replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%21/g, "!");
    const search = text ? "?" + text : "";
    if (search === window.location.search) { return; }
    window.history.replaceState(window.history.state, "", window.location.pathname + search);
    props("written", { data: window.location.pathname + search });
    props("url", { search: search, href: window.location.href }); // a stale href would be pushed back
  }

  // ---- links that take along what is on the screen
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-soft]");
    if (!link || !live()) { return; }
    if (writing) { writeScenario(); }
    const now = new URLSearchParams(window.location.search);
    const to = new URL(link.href);
    SOFT.forEach(function (key) {
      if (link.dataset.soft === "goal" && key === "dich") { return; }
      if (now.get(key)) { to.searchParams.set(key, now.get(key)); } else { to.searchParams.delete(key); }
    });
    link.href = to.pathname + to.search;
  }, true);

  document.addEventListener("click", function (event) {
    const hit = function (name) { return event.target.closest && event.target.closest("[" + name + "]"); };
    const toggle = hit("data-toggle");
    if (toggle && toggle.closest("#simulate-tree")) {
      const list = toggle.closest("li").querySelector("[data-under]");
      list.hidden = !list.hidden;
      toggle.setAttribute("aria-expanded", String(!list.hidden));
    }
    if (hit("data-simulate-all") && live()) { tree.everyone = !tree.everyone; changed(); }
    const gone = hit("data-simulate-delete");
    if (gone) {
      const list = kept();
      list.splice(Number(gone.dataset.simulateDelete), 1);
      props(KEPT, { data: list });
    }
    const copy = hit("data-simulate-copy");
    if (copy) {
      if (writing) { writeScenario(); }
      copied(window.location.href).then(function () {
        props("simulate-said", { children: copy.dataset.simulateCopy });
      });
    }
  });
  // Only a secure page may write to the clipboard; on a plain intranet address the old way still works.
  function copied(text) {
    if (navigator.clipboard) { return navigator.clipboard.writeText(text); }
    const field = element("textarea", { class: "sr-only", readonly: "" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }
  function kept() {
    try { return JSON.parse(window.localStorage.getItem(KEPT)) || []; } catch (error) { return []; }
  }

  // ---- the page is drawn by the server: levers are made where it says, anew for every drawing
  function adopt() {
    const node = document.getElementById("simulate-tree");
    if (!node) { tree = null; return; }
    if (tree && tree.node === node && tree.stamp === node.dataset.simulate) { return; }
    const arrived = tree === null;
    window.clearTimeout(writing);
    writing = 0;
    levers = new Map();
    tree = {
      node: node, stamp: node.dataset.simulate, lang: node.dataset.lang, kind: node.dataset.kind,
      other: JSON.parse(node.dataset.other), everyone: node.dataset.everyone === "1",
      address: JSON.parse(node.dataset.address), words: JSON.parse(node.dataset.words),
    };
    node.querySelectorAll("[data-lever]").forEach(build);
    if (arrived) { lead(node); }
  }
  // Who comes from the page of a component finds its lever in sight and under the keyboard.
  function lead(node) {
    const asked = node.querySelector("[data-asked]");
    if (!asked) { return; }
    asked.scrollIntoView({ block: "center" });
    asked.querySelector("input[type=range]").focus({ preventScroll: true });
  }
  new MutationObserver(adopt).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-simulate"],
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    simulate: {
      echo: function (values) {
        if (!values || !live()) { return; }
        levers.forEach(function (lever, code) {
          if (lever.value === null && lever.spec.inner && code in values) { draw(lever, values[code]); }
        });
      },
      kind: function (kind) {
        const form = document.querySelector(".simulate-form[data-start]");
        if (!form) { return window.dash_clientside.no_update; }
        return kind === "hang" ? Math.max(1, Number(form.dataset.rank) - 1) : Number(form.dataset.start);
      },
      goal: function (value, reach, kind) {
        if (typeof value !== "number" || !live()) { return; }
        write({ dich: kind + ":" + short(value), tran: reach });
      },
      save: function (_clicks, _submits, name, list) {
        const none = window.dash_clientside.no_update;
        const triggered = window.dash_clientside.callback_context.triggered;
        if (!live() || !triggered.length || !triggered[0].value) { return [none, none, none]; }
        const called = (name || "").replace(/[~!]/g, " ").trim().slice(0, 60);
        if (!called) { return [none, none, tree.words.nameless]; }
        const made = scenario();
        const query = new URLSearchParams({ tinh: tree.address.tinh, cs: tree.address.cs, nam: tree.address.nam });
        ["gd", "ts"].forEach(function (key) { if (made[key]) { query.set(key, made[key]); } });
        const one = { name: called, search: "?" + query.toString(), release: tree.address.release };
        const place = function (other) { return new URLSearchParams(other.search); };
        const same = function (other) {
          return other.name === called && ["tinh", "cs", "nam"].every(function (key) { return place(other).get(key) === query.get(key); });
        };
        const rest = (Array.isArray(list) ? list : []).filter(function (other) { return !same(other); });
        return [[one].concat(rest), "", tree.words.kept];
      },
    },
  });
})();
