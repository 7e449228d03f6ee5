// A press on "keep" or "delete" joined with the name typed and the address on the screen, which other
// scripts may have written since the server last saw it.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.saved = {
  press: function (_clicks, name, who, asked) {
    const by = window.dash_clientside.callback_context.triggered[0];
    if (!by || !by.value) { return window.dash_clientside.no_update; }
    const button = JSON.parse(by.prop_id.slice(0, by.prop_id.lastIndexOf(".")));
    return Object.assign({}, asked, {
      what: button.what, row: button.row, name: name || "", who: who || "",
      search: window.location.search, n: asked.n + 1,
    });
  },
};
