/* Passkeys: asks the browser for one and sends what it made or signed with the form. Nothing is kept here. */
(function () {
  "use strict";

  function bytes(text) {
    var plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(window.atob(plain + "===".slice((plain.length + 3) % 4)), function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join("");
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /* The server writes bytes as base64url; the browser wants them as bytes. */
  function opened(options) {
    var given = Object.assign({}, options.publicKey);
    given.challenge = bytes(given.challenge);
    if (given.user) { given.user = Object.assign({}, given.user, { id: bytes(given.user.id) }); }
    ["excludeCredentials", "allowCredentials"].forEach(function (name) {
      given[name] = (given[name] || []).map(function (known) { return Object.assign({}, known, { id: bytes(known.id) }); });
    });
    return { publicKey: given };
  }

  function packed(credential) {
    var answer = credential.response, response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (answer[name]) { response[name] = text(answer[name]); }
    });
    if (answer.getTransports) { response.transports = answer.getTransports(); }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      authenticatorAttachment: credential.authenticatorAttachment || null,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  async function optionsOf(form) {
    var kept = form.getAttribute("data-passkey-options");
    if (kept) { return JSON.parse(kept); }
    var answer = await fetch(form.getAttribute("data-passkey-from"), { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  async function ask(form) {
    var problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = true;
    try {
      var options = opened(await optionsOf(form));
      var made = form.getAttribute("data-passkey") === "create"
        ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
      form.elements.credential.value = packed(made);
      form.submit();
    } catch (error) {
      problem.hidden = false;
      problem.setAttribute("role", "alert");
    }
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) { return; }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      if (form.elements.credential.value) { return; }
      event.preventDefault();
      ask(form);
    });
  });
})();
