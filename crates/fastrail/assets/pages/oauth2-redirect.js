"use strict";

// The page to which an authorization server sends the browser back. It hands the answer
// to the Swagger UI window that opened it, by the contract of Swagger UI's `oauth2` object
// (`window.swaggerUIRedirectOauth2`), and closes itself.
(() => {
  const flow = window.opener && window.opener.swaggerUIRedirectOauth2;
  if (!flow) {
    document.body.textContent = "This page is opened by the documentation's Authorize button.";
    return;
  }

  // The implicit flow answers in the fragment, the authorization code flow in the query.
  const fragment = window.location.hash.slice(1).replace("?", "&");
  const inFragment = /(^|&)(code|access_token|error)=/.test(fragment);
  const answer = Object.fromEntries(
    new URLSearchParams(inFragment ? fragment : window.location.search),
  );

  const { auth, redirectUrl } = flow;
  const stateMatches = answer.state === flow.state;
  const report = (level, message) =>
    flow.errCb({ authId: auth.name, source: "auth", level, message });

  const kind = auth.schema.get("flow");
  const takesCode = ["accessCode", "authorizationCode", "authorization_code"].includes(kind);
  if (!takesCode || auth.code) {
    flow.callback({ auth, token: answer, isValid: stateMatches, redirectUrl });
  } else if (!stateMatches) {
    // RFC 6749 §10.12: an answer to a question that was not asked is not used.
    report("error", "Authorization refused: the server's `state` is not the one that was sent.");
  } else if (answer.code) {
    delete flow.state;
    auth.code = answer.code;
    flow.callback({ auth, redirectUrl });
  } else {
    const reason = answer.error_description || "no code was received from the server";
    report("error", `[${answer.error || "Authorization failed"}]: ${reason}`);
  }
  window.close();
})();
