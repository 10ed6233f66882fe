/* Small comforts for forms. Every form works without this file. */
(function () {
  "use strict";

  /* Focus goes to the error summary, so that everybody meets it first. */
  function focusErrors() {
    var summary = document.querySelector("[data-error-summary]");
    if (!summary) { return; }
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var field = link && document.getElementById(link.hash.slice(1));
      if (!field) { return; }
      event.preventDefault();
      var holder = field.closest("fieldset, .field") || field;
      holder.scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }

  /* Two presses on Send within three seconds count once. After that, or after Back, sending again is allowed. */
  function guardForms() {
    document.addEventListener("submit", function (event) {
      var form = event.target;
      if (form.method !== "post" || event.defaultPrevented) { return; }
      var name = event.submitter ? event.submitter.name + "=" + event.submitter.value : "";
      var now = Date.now();
      var before = Number(form.getAttribute("data-sent-at") || 0);
      if (now - before < 3000 && form.getAttribute("data-sent-with") === name) {
        event.preventDefault();
        return;
      }
      form.setAttribute("data-sent-at", String(now));
      form.setAttribute("data-sent-with", name);
    });
    window.addEventListener("pageshow", function () {
      document.querySelectorAll("form[data-sent-at]").forEach(function (form) {
        form.removeAttribute("data-sent-at");
      });
    });
  }

  /* Counts what is left, and never blocks typing. */
  function countCharacters(box) {
    var limit = Number(box.getAttribute("data-count-max"));
    var line = document.getElementById(box.id + "_count");
    if (!limit || !line) { return; }
    var timer = null;
    function tell() {
      /* Browsers send every line end as two characters, and that is what the server counts. */
      var left = limit - Array.from(box.value.replace(/\n/g, "\r\n")).length;
      var words = left < 0 ? line.getAttribute("data-over") : line.getAttribute("data-left");
      line.textContent = words.replace("{n}", String(Math.abs(left)));
      line.classList.toggle("count-over", left < 0);
    }
    box.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, 400);
    });
    tell();
  }

  /* "This is how we do it": a sentence that follows the answers on the page.
     <div data-live-sentence="id-of-form"> holds one <span data-if="field=value[,value] [& ...]"> per part;
     inside a part, <b data-value="field"></b> is replaced by what was typed or chosen. */
  function liveSentence(box) {
    var form = document.getElementById(box.getAttribute("data-live-sentence")) || box.closest("form");
    if (!form) { return; }
    function values(name) {
      return new FormData(form).getAll(name).map(String).filter(function (value) { return value.trim() !== ""; });
    }
    function shown(name) {
      var field = form.elements.namedItem(name);
      if (field && field.tagName === "SELECT") {
        return Array.from(field.selectedOptions).map(function (option) { return option.text; }).join(", ");
      }
      var ticked = Array.from(form.querySelectorAll("input:checked")).filter(function (box) { return box.name === name; });
      if (ticked.length) {
        return ticked.map(function (box) { return box.labels[0] ? box.labels[0].textContent.trim() : box.value; }).join(", ");
      }
      return values(name).join(", ");
    }
    function holds(rule) {
      return rule.split("&").every(function (part) {
        var negated = part.indexOf("!=") > -1;
        var pair = part.split(negated ? "!=" : "=");
        var present = values(pair[0].trim());
        if (pair.length === 1) { return present.length > 0; }
        var found = pair[1].split(",").some(function (value) { return present.indexOf(value.trim()) > -1; });
        return negated ? !found : found;
      });
    }
    function update() {
      box.querySelectorAll("[data-if]").forEach(function (part) { part.hidden = !holds(part.getAttribute("data-if")); });
      box.querySelectorAll("[data-value]").forEach(function (slot) { slot.textContent = shown(slot.getAttribute("data-value")); });
      box.hidden = false;
    }
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    update();
  }

  /* Fields that only matter after one answer: <div data-show-if="field=value">. Without script they are always there. */
  function conditional(part) {
    var form = part.closest("form");
    var pair = part.getAttribute("data-show-if").split("=");
    function update() {
      var chosen = new FormData(form).getAll(pair[0]);
      var wanted = pair[1].split(",");
      part.hidden = !chosen.some(function (value) { return wanted.indexOf(value) > -1; });
    }
    form.addEventListener("change", update);
    update();
  }

  /* Print without inline script. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) {
      event.preventDefault();
      window.print();
    }
  });

  focusErrors();
  guardForms();
  document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
  document.querySelectorAll("[data-count-max]").forEach(countCharacters);
  document.querySelectorAll("[data-live-sentence]").forEach(liveSentence);
  document.querySelectorAll("form [data-show-if]").forEach(conditional);
})();
