"use strict";

// Starts Swagger UI with the configuration that the server wrote into the next line.
(() => {
  const { parameters, oauth } = JSON.parse("__CONFIGURATION__");
  // Addresses are written relative to the page, so that they hold behind a proxy's prefix;
  // Swagger UI resolves servers and token endpoints against them and needs them whole.
  const whole = (address) => new URL(address, document.baseURI).href;
  parameters.url = whole(parameters.url);
  parameters.oauth2RedirectUrl = whole(parameters.oauth2RedirectUrl);
  parameters.presets = [SwaggerUIBundle.presets.apis];
  window.ui = SwaggerUIBundle(parameters);
  if (oauth !== null) {
    window.ui.initOAuth(oauth);
  }
})();
