/* Counts the minutes on, and makes a sound when somebody new waits, if the reader asked for it on this page.
   Without script the page says the same at every visit. */
(function () {
  "use strict";

  function count() {
    document.querySelectorAll("[data-duty-clock]").forEach(function (slot) {
      var left = (new Date(slot.getAttribute("datetime")).getTime() - Date.now()) / 60000;
      var minutes = left < 0 ? Math.ceil(-left) : Math.floor(left);
      var words = slot.getAttribute((left < 0 ? "data-late" : "data-left") + (minutes === 1 ? "-one" : ""));
      slot.textContent = words.replace("{n}", String(minutes));
      slot.closest(".duty-clock").classList.toggle("duty-late", left < 0);
    });
  }

  function known() {
    return Array.from(document.querySelectorAll("[data-alert]")).map(function (one) { return one.getAttribute("data-alert"); });
  }

  var seen = known();
  var sound = null;
  var button = document.querySelector("[data-duty-sound]");

  function ring() {
    if (!sound) { return; }
    [0, 0.4, 0.8].forEach(function (start) {
      var tone = sound.createOscillator();
      tone.frequency.value = 740;
      tone.connect(sound.destination);
      tone.start(sound.currentTime + start);
      tone.stop(sound.currentTime + start + 0.2);
    });
    if (navigator.vibrate) { navigator.vibrate([300, 150, 300]); }
  }

  if (button && window.AudioContext) {
    button.hidden = false;
    button.addEventListener("click", function () {
      if (sound) { sound.close(); sound = null; } else { sound = new window.AudioContext(); ring(); }
      button.setAttribute("aria-pressed", sound ? "true" : "false");
      button.textContent = button.getAttribute(sound ? "data-on" : "data-off");
    });
  }

  document.body.addEventListener("htmx:afterSettle", function () {
    var now = known();
    var fresh = now.filter(function (one) { return seen.indexOf(one) < 0; });
    seen = now;
    count();
    if (fresh.length === 0) { return; }
    var said = document.querySelector("[data-duty-said]");
    said.textContent = said.getAttribute("data-new");
    ring();
  });
  window.setInterval(count, 15000);
})();
