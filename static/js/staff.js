/* Dialogs, tabs, choosing rows of a list, and letting go of who leaves a page. The keyboard shortcuts are in keys.js. */
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

  /* Where the tabs of a case stand beside each other on a small screen, the one you are on is in sight. */
  document.querySelectorAll(".identity .tabs").forEach(function (tabs) {
    var current = tabs.querySelector("[aria-current]");
    if (current) { tabs.scrollLeft += current.getBoundingClientRect().left - tabs.getBoundingClientRect().left - 32; }
  });

  /* Who leaves the page of a hand-over lets go of the worker they looked at; otherwise a minute does. */
  var sent = false;
  document.addEventListener("submit", function () { sent = true; });
  window.addEventListener("pagehide", function () {
    var held = document.querySelector("[data-held]");
    var token = held && document.querySelector("input[name=csrfmiddlewaretoken]");
    if (!token || sent) { return; }
    var gone = new FormData();
    gone.append("csrfmiddlewaretoken", token.value);
    navigator.sendBeacon(held.getAttribute("data-held"), gone);
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
  var ticked = document.querySelector("[data-pick]:checked");
  if (ticked) { ticked.dispatchEvent(new Event("change", { bubbles: true })); }
})();
