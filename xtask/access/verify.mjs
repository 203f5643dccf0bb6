// Logs in and verifies the tokens by our JWKS, with npm's `jose`, as a service beside ours would.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/x.js`));
const { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } = await import(pathToFileURL(require.resolve("jose")));
const { BASE_URL, ALGORITHM, OWN_USERNAME, OWN_PASSWORD } = process.env;

const form = { grant_type: "password", username: OWN_USERNAME, password: OWN_PASSWORD };
const answer = await fetch(`${BASE_URL}/api/v1/auth/token`, { method: "POST", body: new URLSearchParams(form) });
assert.equal(answer.status, 200);
const { access_token: token } = await answer.json();
const keys = createRemoteJWKSet(new URL(`${BASE_URL}/.well-known/jwks.json`));
const expected = { issuer: "fastrail", audience: "fastrail-api", typ: "at+jwt", algorithms: [ALGORITHM] };
const { payload } = await jwtVerify(token, keys, expected);
assert.equal(payload.client_id, "first-party");
assert.equal(decodeProtectedHeader(token).alg, ALGORITHM);
const bent = token.slice(0, -6) + (token.endsWith("AAAAAA") ? "BBBBBB" : "AAAAAA");
await assert.rejects(jwtVerify(bent, keys, expected));
await assert.rejects(jwtVerify(token, keys, { ...expected, audience: "another" }));
