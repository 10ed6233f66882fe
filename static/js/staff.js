/* Keyboard shortcuts for staff. Off, unless the person switched them on: <body data-shortcuts="on">.
   j/k next and previous row, o open, a assign to me, n new note, / search, g d dashboard, g c my cases, g e enter a request, ? help.
   Pages mark their parts: tr[data-row], a[data-open], button[data-assign], a[data-note], input[data-search],
   a[data-go="d"], dialog[data-shortcut-help]. */
(function () {
  "use strict";

  /* A dialog opens with its button and closes with its own; without script the button's link does the same on a page. */
  document.addEventListener("click", function (event) {
    var opener = event.target.closest ? event.target.closest("[data-dialog]") : null;
    var dialog = opener && document.getElementById(opener.getAttribute("data-dialog"));
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    var closer = event.target.closest ? event.target.closest("[data-close]") : null;
    var open = closer && closer.closest("dialog");
    if (open) {
      event.preventDefault();
      open.close();
    }
  });

  /* "Choose everything on this page" and the count in the bulk bar. */
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.matches || !box.matches("[data-pick], [data-pick-all]")) { return; }
    var scope = box.closest("form, .sheet") || document;
    var boxes = Array.from(scope.querySelectorAll("[data-pick]"));
    if (box.matches("[data-pick-all]")) { boxes.forEach(function (one) { one.checked = box.checked; }); }
    var picked = boxes.filter(function (one) { return one.checked; }).length;
    scope.querySelectorAll("[data-pick-count]").forEach(function (slot) { slot.textContent = String(picked); });
    scope.querySelectorAll("[data-pick-some]").forEach(function (slot) { slot.hidden = picked === 0; });
    scope.querySelectorAll("[data-pick-hint]").forEach(function (slot) { slot.hidden = picked > 0; });
    scope.querySelectorAll("[data-pick-all]").forEach(function (all) {
      all.checked = picked === boxes.length && picked > 0;
      all.indeterminate = picked > 0 && picked < boxes.length;
    });
  });

  if (document.body.getAttribute("data-shortcuts") !== "on") { return; }
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

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) { return; }
    if (waitingForGo) {
      waitingForGo = false;
      window.clearTimeout(timer);
      if (/^[a-z]$/.test(event.key)) { press("[data-go='" + event.key + "']"); event.preventDefault(); }
      return;
    }
    var row = current();
    switch (event.key) {
      case "j": move(1); break;
      case "k": move(-1); break;
      case "o": if (row) { press("[data-open], a", row); } break;
      case "a": press("[data-assign]", row || document); break;
      case "n": press("[data-note]"); break;
      case "/": press("[data-search]"); break;
      case "?": {
        var help = document.querySelector("dialog[data-shortcut-help]");
        if (help && help.showModal) { help.showModal(); }
        break;
      }
      case "g":
        waitingForGo = true;
        timer = window.setTimeout(function () { waitingForGo = false; }, 1500);
        break;
      default: return;
    }
    event.preventDefault();
  });
})();
