/* Wires the passkey buttons of the account pages to allauth's script (mfa/js/webauthn.js), which asks the browser. */
(() => {
  const has = (id) => document.getElementById(id) !== null;
  const forms = window.allauth && window.allauth.webauthn.forms;
  if (!forms || !window.PublicKeyCredential) return;
  if (has("passkey_login")) forms.loginForm({ ids: { login: "passkey_login", credential: "passkey_credential" } });
  if (has("passkey_authenticate")) forms.authenticateForm({ ids: { authenticate: "passkey_authenticate", credential: "passkey_credential", data: "passkey_data" } });
  if (has("passkey_add")) forms.addForm({ ids: { add: "passkey_add", passwordless: "id_passwordless", credential: "id_credential", data: "passkey_data" } });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const shown = document.getElementById("passkey_error");
    if (shown) shown.hidden = false;
  });
})();
