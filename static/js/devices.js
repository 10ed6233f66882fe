/* "Show signs on this device": asks the browser, and sends what it gives with the form. Without script, or where the
   browser cannot do it, the form stays hidden and the list of devices is all there is. */
(function () {
  "use strict";
  var form = document.querySelector("[data-device-form]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) { return; }
  var problem = form.querySelector("[data-device-problem]");
  form.hidden = false;

  function bytes(text) {
    var raw = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (sign) { return sign.charCodeAt(0); });
  }

  function subscribe() {
    return navigator.serviceWorker.register(form.getAttribute("data-script"), { scope: "/" })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function (registration) {
        return registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: bytes(form.getAttribute("data-key")),
        });
      });
  }

  form.addEventListener("submit", function (event) {
    var field = form.querySelector("[name=subscription]");
    if (field.value) { return; }
    event.preventDefault();
    window.Notification.requestPermission()
      .then(function (answer) { return answer === "granted" ? subscribe() : Promise.reject(new Error(answer)); })
      .then(function (found) {
        field.value = JSON.stringify(found.toJSON());
        form.submit();
      })
      .catch(function () { problem.hidden = false; });
  });
})();
