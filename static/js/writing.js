/* Long texts: what keeps itself is kept while somebody types and when they leave; before another one is left, the browser
   asks. Without this file there is a button to keep them. */
(function () {
  "use strict";

  var REST = 2000, MOST = 5000;
  var sent = null;
  document.addEventListener("submit", function (event) { sent = event.defaultPrevented ? null : event.target; });
  window.addEventListener("pageshow", function () { sent = null; });

  /* Kept two seconds after the last key, and every five while somebody goes on. htmx sends it, on "keep". */
  function keepItself(box) {
    var form = box.closest("form");
    var resting = null, waiting = null, typed = 0, asked = 0, kept = 0;

    function keep() {
      window.clearTimeout(resting);
      window.clearTimeout(waiting);
      waiting = null;
      if (typed > kept) { box.dispatchEvent(new CustomEvent("keep")); }
    }

    /* What was not kept yet goes along when the page goes; the answer is not waited for. */
    function keepAtOnce() {
      if (sent === form || typed === kept) { return; }
      var words = new FormData(form);
      words.append("do", "keep");
      fetch(window.location.href, { method: "POST", body: words, keepalive: true, headers: { "HX-Request": "true" } })
        .catch(function () { /* there is nobody left to tell */ });
      kept = typed;
    }

    box.addEventListener("input", function () {
      typed += 1;
      window.clearTimeout(resting);
      resting = window.setTimeout(keep, REST);
      if (waiting === null) { waiting = window.setTimeout(keep, MOST); }
    });
    box.addEventListener("htmx:beforeRequest", function () { asked = typed; });
    box.addEventListener("htmx:afterRequest", function (event) {
      if (event.detail.successful) { kept = asked; return; }
      var line = document.getElementById("kept-line");
      line.textContent = line.getAttribute("data-failed");
    });
    window.addEventListener("pagehide", keepAtOnce);
    document.addEventListener("visibilitychange", function () { if (document.hidden) { keep(); } });
  }

  document.querySelectorAll("[data-keeps]").forEach(keepItself);

  window.addEventListener("beforeunload", function (event) {
    var wrong = document.querySelector("[data-error-summary]");
    var boxes = Array.from(document.querySelectorAll("[data-unsaved] textarea"));
    var typed = boxes.filter(function (box) { return box.value !== (wrong ? "" : box.defaultValue); });
    if (typed.some(function (box) { return box.form !== sent; })) { event.preventDefault(); }
  });
})();
