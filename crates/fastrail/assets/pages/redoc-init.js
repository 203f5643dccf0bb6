"use strict";

// Starts ReDoc with the configuration that the server wrote into the next line.
(() => {
  const { url, options } = JSON.parse("__CONFIGURATION__");
  const whole = new URL(url, document.baseURI).href;
  Redoc.init(whole, options, document.getElementById("redoc"));
})();
