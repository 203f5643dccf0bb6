// A real OpenID Connect provider (npm's `oidc-provider`) gives access tokens for our API, and the application takes
// them; tokens that were bent, or that the provider meant for something else, it does not.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.env.MODULES}/x.js`));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const { default: Provider } = await load("oidc-provider");
const { SignJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } = await load("jose");
const { BASE_URL, ISSUER, PORT } = process.env;

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: "provider-key", alg: "RS256", use: "sig" };
const resource = (audience) => ({ scope: "api", audience, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } });
const provider = new Provider(ISSUER, {
  clients: [{ client_id: "robot", client_secret: "robot-secret", grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
  jwks: { keys: [key] },
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: { enabled: true, getResourceServerInfo: (_, indicator) => resource(indicator) },
  },
  extraTokenClaims: () => ({ email: "robot@idp.example", email_verified: true, preferred_username: "robot", roles: ["staff"] }),
});
const server = provider.listen(Number(PORT), "127.0.0.1");
await new Promise((ready) => server.once("listening", ready));

const tokenFor = async (audience) => {
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: "api", resource: audience });
  const authorization = `Basic ${Buffer.from("robot:robot-secret").toString("base64")}`;
  const answer = await fetch(`${ISSUER}/token`, { method: "POST", headers: { authorization }, body });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).access_token;
};
const ask = (token) => fetch(`${BASE_URL}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}` } });

const token = await tokenFor("urn:our-api");
const header = decodeProtectedHeader(token);
const claims = decodeJwt(token);
// A client's own token has the client for its subject.
const whole = claims.sub ? token : await sign({ ...claims, sub: "robot" });
const me = await ask(whole);
assert.equal(me.status, 200, await me.clone().text());
assert.equal((await me.json()).username, "robot");

function sign(payload, { protectedHeader = header, secret = privateKey } = {}) {
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(secret);
}
const good = { ...claims, sub: claims.sub ?? "robot" };
const stranger = (await generateKeyPair("RS256")).privateKey;
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const bent = [
  await tokenFor("urn:another-api"),
  await sign(good, { secret: stranger }),
  await sign({ ...good, iss: "https://evil.example" }),
  await sign({ ...good, aud: "urn:another-api" }),
  await sign({ ...good, exp: good.iat - 60 }),
  await sign({ ...good, nbf: good.iat + 3600 }),
  await sign(good, { protectedHeader: { ...header, typ: "logout+jwt" } }),
  await sign(good, { protectedHeader: { ...header, kid: "another" } }),
  `${encode({ ...header, alg: "none" })}.${encode(good)}.`,
  await new SignJWT(good).setProtectedHeader({ ...header, alg: "HS256" }).sign(new TextEncoder().encode(key.n)),
  whole.slice(0, -8) + "AAAAAAAA",
];
for (const [index, token] of bent.entries()) {
  assert.equal((await ask(token)).status, 401, `bent token ${index} counted`);
}
server.close();
process.exit(0);
