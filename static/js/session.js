/* Warns two minutes before a session ends, keeps what was typed, and empties the page at the end. Without this file the
   server keeps a form that comes in too late. */
(function () {
  "use strict";

  var box = document.querySelector("[data-time-out]");
  if (!box || !box.showModal || !window.fetch) { return; }

  var WARNING = 120;
  var clock = box.querySelector("[data-clock]");
  var voice = box.querySelector("[data-say]");
  var stay = box.querySelector("[data-stay]");
  var end = after(Number(box.getAttribute("data-seconds")));
  var timer = null;
  var asking = false;
  var said = 0;

  function after(seconds) { return Date.now() + seconds * 1000; }
  function left() { return Math.ceil((end - Date.now()) / 1000); }
  function part(name) { return box.querySelector("[data-say-" + name + "]"); }

  /* A form counts once somebody typed or chose something in it. */
  function noteTyping(event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    if (form && form.method === "post" && !box.contains(form)) { form.setAttribute("data-typed", "yes"); }
  }

  function typedForms() { return Array.from(document.querySelectorAll("form[data-typed]")); }

  /* Where it would be sent, without the name of the site; another site gets and keeps nothing. */
  function pathOf(form) {
    var address = new URL(form.getAttribute("action") || window.location.href, window.location.href);
    return address.origin === window.location.origin ? address.pathname + address.search : "";
  }

  function answersOf(form) {
    var found = [];
    Array.from(form.elements).forEach(function (field) {
      var skip = /^(password|file|submit|button|reset|image|fieldset)$/.test(field.type || "fieldset");
      var once = field.autocomplete === "one-time-code";
      var off = /^(checkbox|radio)$/.test(field.type) && !field.checked;
      if (!field.name || field.disabled || skip || once || off || field.name === "csrfmiddlewaretoken") { return; }
      var label = field.type !== "hidden" && field.labels && field.labels[0] ? field.labels[0].textContent.trim() : "";
      var values = field.selectedOptions ? Array.from(field.selectedOptions).map(function (one) { return one.value; }) : [field.value];
      var same = found.find(function (row) { return row[0] === field.name; });
      if (same) { same[2] = same[2].concat(values); } else { found.push([field.name, label.slice(0, 200), values]); }
    });
    return found;
  }

  function bodyOf(fields) {
    var body = new URLSearchParams();
    fields.concat([["csrfmiddlewaretoken", stay.elements.csrfmiddlewaretoken.value]]).forEach(function (pair) {
      body.append(pair[0], pair[1]);
    });
    return body;
  }

  function send(address, fields, background) {
    var headers = { "Accept": "application/json" };
    if (background) { headers["X-Background"] = "yes"; }
    return window.fetch(address, { method: "POST", body: bodyOf(fields), headers: headers, redirect: "manual", keepalive: true });
  }

  /* True when all that was typed lies on the server. */
  function keep() {
    var forms = typedForms().filter(function (form) { return pathOf(form); });
    return Promise.all(forms.map(function (form) {
      var fields = [["path", pathOf(form)], ["answers", JSON.stringify(answersOf(form))]];
      return send(box.getAttribute("data-keep"), fields, true).then(function (answer) { return answer.status === 201; });
    })).then(function (done) { return done.length > 0 && done.every(Boolean); }).catch(function () { return false; });
  }

  /* Another tab may have been used meanwhile. Gives the seconds left, 0 when it has ended or somebody else is logged in,
     or -1 when nobody answers. */
  function ask() {
    return window.fetch(box.getAttribute("data-left"), { headers: { "X-Background": "yes" }, redirect: "manual" })
      .then(function (answer) { return answer.status === 200 ? answer.json() : { seconds: 0 }; })
      .then(function (told) { return told.who === box.getAttribute("data-who") ? told.seconds : 0; })
      .catch(function () { return -1; });
  }

  function look() {
    window.clearTimeout(timer);
    var rest = left();
    if (rest > WARNING) {
      timer = window.setTimeout(look, Math.min(rest - WARNING, 600) * 1000);
    } else if (!box.open && !asking) {
      asking = true;
      ask().then(function (seconds) {
        asking = false;
        if (seconds > 0) { end = after(seconds); }
        if (seconds === 0) { close(); } else if (left() > WARNING) { look(); } else { warn(); }
      });
    } else if (box.open) {
      tick();
    }
  }

  function warn() {
    said = 0;
    keep().then(function (done) {
      part("kept").hidden = !done;
      if (left() <= WARNING && !box.open) { box.showModal(); }
      tick();
    });
  }

  /* The numbers move for the eye; the voice speaks twice. */
  function tick() {
    window.clearTimeout(timer);
    if (!box.open) { return; }
    var rest = Math.max(0, left());
    clock.textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
    if (rest <= 60 && said < 1) { said = 1; voice.textContent = voice.getAttribute("data-minute"); }
    if (rest <= 20 && said < 2) { said = 2; voice.textContent = voice.getAttribute("data-seconds-left"); }
    if (rest > 0) { timer = window.setTimeout(tick, 1000); return; }
    ask().then(function (seconds) {
      if (seconds > 0) { goOn(seconds); } else { close(); }
    });
  }

  function goOn(seconds) {
    end = after(seconds);
    if (seconds > WARNING) { if (box.open) { box.close(); } look(); return; }
    part("idle").hidden = true;
    part("long").hidden = false;
    stay.hidden = true;
    tick();
  }

  /* Nothing stays on a screen that is left alone. */
  function close() {
    var back = window.location.pathname + window.location.search;
    keep().then(function () {
      document.body.replaceChildren();
      window.location.replace(box.getAttribute("data-log-in") + "?next=" + encodeURIComponent(back));
    });
  }

  stay.addEventListener("submit", function (event) {
    event.preventDefault();
    var paths = typedForms().map(pathOf).filter(Boolean).map(function (path) { return ["path", path]; });
    send(stay.getAttribute("action"), paths, false)
      .then(function (answer) { return answer.status === 200 ? answer.json() : { seconds: 0 }; })
      .then(function (told) { if (told.seconds > 0) { goOn(told.seconds); } else { close(); } })
      .catch(function () { tick(); });
  });

  /* Escape means: I am here. */
  box.addEventListener("cancel", function (event) {
    event.preventDefault();
    if (!stay.hidden) { stay.requestSubmit(); }
  });

  document.addEventListener("input", noteTyping);
  document.addEventListener("change", noteTyping);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  look();
})();
