/* Writes carry the token of this page; an answer of "sign in" leads there, "may not", "too often" and "too many" are shown where people look. */
(function () {
  "use strict";
  const UPDATE = "_dash-update-component";
  const real = window.fetch;

  function token() {
    const tag = document.querySelector('meta[name="csrf-token"]');
    return tag ? tag.content : "";
  }

  function leave(path) {
    const here = window.location.pathname + window.location.search;
    window.location.assign(path + "?tiep=" + encodeURIComponent(here) + "&lang=" + document.documentElement.lang);
  }

  function shown(told) {
    Object.keys(told.props || {}).forEach(function (id) {
      window.dash_clientside.set_props(id, told.props[id]);
    });
  }

  // What was told is dealt with here: to Dash it is an answer that changes nothing.
  function dealt(answer) {
    return answer.clone().json().then(function (told) {
      if (answer.status === 401 && told.sign_in) { leave(told.sign_in); } else { shown(told); }
      return new Response(null, { status: 204 });
    }, function () { return answer; });
  }

  window.fetch = function (asked, how) {
    const address = String(asked && asked.url ? asked.url : asked);
    if (!address.includes("/_dash-")) { return real.apply(window, arguments); }
    const held = token();
    const with_token = held && address.includes(UPDATE)
      ? Object.assign({}, how, { headers: Object.assign({}, how && how.headers, { "X-CSRF-Token": held }) }) : how;
    return real.call(window, asked, with_token).then(function (answer) {
      const refused = [403, 429, 503].includes(answer.status) && address.includes(UPDATE);
      return answer.status === 401 || refused ? dealt(answer) : answer;
    });
  };
})();
