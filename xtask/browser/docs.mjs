// Drives a real Chromium over the documentation pages of a running API, as a reader would:
// signs in with Swagger UI's Authorize, tries an operation out, opens ReDoc and Scalar. Fails when a
// request leaves the machine, or when the browser reports an error or a policy violation.
//
// Everything it needs comes from the environment, set by `cargo xtask browser`:
//   BASE_URL      where the API listens, with a proxy's prefix if there is one
//   MODULES       a folder whose node_modules has playwright-core
//   CHROMIUM      the browser's path
//   PICTURES      a folder for the pictures
//   USERNAME, PASSWORD   of a user who may read /api/v1/users/me
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const setting = (name) => {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
};
const base = setting("BASE_URL").replace(/\/$/, "");
const pictures = setting("PICTURES");
const require = createRequire(path.join(setting("MODULES"), "package.json"));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({
  executablePath: setting("CHROMIUM"),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // No name resolves: a page that asks another host gets an error, network or not.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});

/** Opens a page of its own context and keeps a list of everything that went wrong in it. */
async function open(address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && hostname !== "127.0.0.1") {
      faults.push(`asked another host: ${request.url()}`);
    }
  });
  page.on("requestfailed", (request) => {
    faults.push(`request failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("console", (message) => {
    // Swagger UI warns through `console.error` about the deep links that it makes itself.
    const notice = message.text().startsWith("Deprecated: escaping deep link whitespace");
    if (message.type() === "error" && !notice) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  // A blocked resource does not always reach the console.
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
  const response = await page.goto(address);
  assert.equal(response.status(), 200, `${address} answers 200`);
  assert.match(response.headers()["content-security-policy"] ?? "", /script-src 'self';/);
  return { page, context, faults };
}

async function close({ context, faults }, where) {
  assert.deepEqual(faults, [], `${where} has no fault`);
  await context.close();
}

async function swaggerUi() {
  const tab = await open(`${base}/api/docs`);
  const { page } = tab;

  await page.locator(".auth-wrapper .btn.authorize").click();
  const dialog = page.locator(".modal-ux");
  await dialog.locator("#oauth_username").fill(setting("USERNAME"));
  await dialog.locator("#oauth_password").fill(setting("PASSWORD"));
  await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
  await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
  // Every security scheme has a part of its own, with the same button.
  await dialog.locator(".btn-done").first().click();

  const operation = page.locator(".opblock-get", {
    has: page.locator('.opblock-summary-path[data-path="/api/v1/users/me"]'),
  });
  await page.screenshot({ path: path.join(pictures, "swagger-ui.png") });
  await operation.locator(".opblock-summary-control").click();
  await operation.locator(".try-out__btn").click();
  await operation.locator(".btn.execute").click();
  const status = operation.locator(".live-responses-table .response-col_status").last();
  await status.waitFor();
  const text = (await status.innerText()).trim();
  await operation.scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(pictures, "swagger-ui-try-it-out.png") });
  assert.match(text, /^200\b/, `Try it out on GET /api/v1/users/me answers 200, not ${text}`);

  // `persistAuthorization`: a reload does not sign the reader out.
  await page.reload();
  await page.locator(".auth-wrapper .btn.authorize.locked").waitFor();
  await close(tab, "Swagger UI");
  console.log("Swagger UI: authorized, GET /api/v1/users/me answered 200");
}

/** The way back from an authorization server, with a stand-in for the flow that opened it. */
async function oauth2Redirect() {
  const tab = await open(`${base}/api/docs`);
  await tab.page.locator(".opblock").first().waitFor();
  const answers = await tab.page.evaluate(async (address) => {
    const back = (query, code) =>
      new Promise((resolve) => {
        const auth = { name: "OAuth2", schema: new Map([["flow", "authorizationCode"]]) };
        window.swaggerUIRedirectOauth2 = {
          auth,
          state: "sent",
          redirectUrl: address,
          callback: (answer) => resolve(`code ${answer.auth.code}`),
          errCb: (error) => resolve(error.message),
        };
        window.open(`${address}?${query}`, "_blank");
      });
    return [
      await back("code=a%2Fb&state=sent"),
      await back("code=stolen&state=other"),
      await back("error=access_denied&error_description=No%20thanks&state=sent"),
    ];
  }, `${base}/api/docs/oauth2-redirect.html`);
  assert.deepEqual(answers, [
    "code a/b",
    "Authorization refused: the server's `state` is not the one that was sent.",
    "[access_denied]: No thanks",
  ]);
  await close(tab, "the OAuth2 redirect");
  console.log("OAuth2 redirect: hands a code over, refuses a foreign state");
}

async function slash() {
  const tab = await open(`${base}/api/docs/`);
  assert.equal(tab.page.url(), `${base}/api/docs`, "the path with a slash leads to the page");
  await tab.page.locator(".opblock").first().waitFor();
  await close(tab, "Swagger UI by /api/docs/");
}

async function redoc() {
  const tab = await open(`${base}/api/redoc`);
  const { page } = tab;
  await page.locator(".api-info h1").waitFor();
  await page.locator('[role="search"] input').fill("user");
  await page.locator('[data-role="search:results"] li').first().waitFor();
  await page.screenshot({ path: path.join(pictures, "redoc.png") });
  await close(tab, "ReDoc");
  console.log("ReDoc: rendered, and its search found something");
}

async function scalar() {
  const tab = await open(`${base}/api/scalar`);
  const { page } = tab;
  await page.getByRole("heading", { name: "Get tokens" }).first().waitFor();
  await page.screenshot({ path: path.join(pictures, "scalar.png") });
  // A validator in its bundle asks once, in a `try`, whether it may make functions from text. It may not.
  const probe = tab.faults.indexOf("console: policy: script-src blocked eval");
  if (probe >= 0) tab.faults.splice(probe, 1);
  await close(tab, "Scalar");
  console.log("Scalar: rendered, and asked nobody else");
}

let failed = false;
for (const check of [swaggerUi, oauth2Redirect, slash, redoc, scalar]) {
  try {
    await check();
  } catch (error) {
    failed = true;
    console.error(`${check.name}: ${error.message}`);
    for (const context of browser.contexts()) {
      for (const page of context.pages()) {
        await page.screenshot({ path: path.join(pictures, `failed-${check.name}.png`) });
      }
      await context.close();
    }
  }
}
await browser.close();
process.exitCode = failed ? 1 : 0;
