/* Leave this website at once: the button, the link for assistive technology, and Shift three times within 5 seconds.
   The page goes blank first, then our own address ends everything on our side and sends the browser elsewhere.
   location.replace, not href: Back must not return to this page. */
(function () {
  "use strict";
  var button = document.getElementById("exit") || document.querySelector("[data-exit]");
  if (!button) { return; }
  var address = button.href;
  var counter = document.querySelector("[data-exit-count]");
  var voice = document.querySelector("[data-exit-say]");
  var presses = 0;
  var alone = false;
  var timer = null;

  function leave(event) {
    if (event) { event.preventDefault(); }
    document.documentElement.classList.add("exiting");
    document.title = "…";
    window.location.replace(address);
  }

  function show() {
    if (!counter) { return; }
    counter.hidden = presses === 0;
    counter.setAttribute("data-presses", String(presses));
    if (voice) { voice.textContent = presses === 0 ? "" : voice.getAttribute("data-say-again"); }
  }

  function forget() {
    presses = 0;
    alone = false;
    window.clearTimeout(timer);
    show();
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("[data-exit]") : null;
    if (link) { leave(event); }
  });

  /* Only Shift by itself counts: not Shift held for a capital letter or for choosing text. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Shift") {
      if (!event.repeat) { alone = true; }
      return;
    }
    forget();
  });

  document.addEventListener("pointerdown", forget);

  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !alone) { return; }
    alone = false;
    presses += 1;
    if (presses === 1) { timer = window.setTimeout(forget, 5000); }
    if (presses >= 3) { window.clearTimeout(timer); leave(); return; }
    show();
  });

  /* A page that comes back from the browser's memory asks the server what may still be shown. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); }
  });
})();
