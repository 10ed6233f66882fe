/* Keyboard shortcuts for staff. Only on the page of who switched them on: <body data-shortcuts="on" data-keys='{"next": "j"}'>.
   Which key does what is theirs (desk/shortcuts.py). Pages mark their parts: tr[data-row], a[data-open], button[data-assign],
   a[data-note], button[data-solve], button[data-refer], [data-actions], input[data-search], a[data-go="d"],
   dialog[data-shortcut-help]. Ctrl+Enter sends the form around a text field, by its button[data-send] when it has one. */
(function () {
  "use strict";

  var chosen = JSON.parse(document.body.getAttribute("data-keys") || "{}");
  var acts = {};
  Object.keys(chosen).forEach(function (act) { acts[chosen[act]] = act; });
  var waitingForGo = false;
  var timer = null;

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || document.querySelector("dialog[open]");
  }

  function rows() {
    return Array.from(document.querySelectorAll("[data-row]")).filter(function (row) { return row.offsetParent !== null; });
  }

  function current() {
    return rows().find(function (row) { return row.contains(document.activeElement); });
  }

  function move(step) {
    var all = rows();
    if (all.length === 0) { return; }
    var index = all.indexOf(current());
    var next = index < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, index + step));
    var target = all[next].querySelector("[data-open], a, button") || all[next];
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  }

  function press(selector, scope) {
    var element = (scope || document).querySelector(selector);
    if (!element) { return; }
    if (element.matches("input")) { element.focus(); element.select(); } else { element.click(); }
  }

  function toActions(row) {
    var place = row || document.querySelector("[data-actions]");
    var found = place && Array.from(place.querySelectorAll("a, button, summary")).filter(function (one) {
      return one.offsetParent !== null && !one.matches("[data-open]");
    })[0];
    if (found) { found.focus(); }
  }

  function help() {
    var dialog = document.querySelector("dialog[data-shortcut-help]");
    if (dialog && dialog.showModal) { dialog.showModal(); }
  }

  function waitForGo() {
    waitingForGo = true;
    timer = window.setTimeout(function () { waitingForGo = false; }, 1500);
  }

  var row = null;
  var DO = {
    next: function () { move(1); },
    previous: function () { move(-1); },
    open: function () { if (row) { press("[data-open], a", row); } },
    assign: function () { press("[data-assign]", row || document); },
    note: function () { press("[data-note]"); },
    solve: function () { press("[data-solve]"); },
    refer: function () { press("[data-refer]"); },
    menu: function () { toActions(row); },
    search: function () { press("[data-search]"); },
    go: waitForGo,
    help: help
  };

  document.addEventListener("keydown", function (event) {
    var form = event.key === "Enter" && event.ctrlKey && event.target.form;
    if (form && event.target.matches("textarea") && form.requestSubmit) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[data-send]"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) { return; }
    if (waitingForGo) {
      waitingForGo = false;
      window.clearTimeout(timer);
      if (/^[a-z]$/.test(event.key)) { press("[data-go='" + event.key + "']"); event.preventDefault(); }
      return;
    }
    if (!Object.prototype.hasOwnProperty.call(acts, event.key)) { return; }
    row = current();
    DO[acts[event.key]]();
    event.preventDefault();
  });
})();
