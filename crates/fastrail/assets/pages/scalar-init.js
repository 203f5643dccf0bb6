"use strict";

// Starts Scalar with the configuration that the server wrote into the next line.
(() => {
  const { url, options } = JSON.parse("__CONFIGURATION__");
  const whole = new URL(url, document.baseURI).href;
  Scalar.createApiReference("#scalar", { ...options, url: whole });
})();
