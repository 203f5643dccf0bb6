// Walks the API with an unmodified client: types by openapi-typescript, requests by openapi-fetch.
// `cargo xtask clients` generates schema.d.ts beside it, compiles it with `tsc`, and runs it with
// BASE_URL, USERNAME and PASSWORD (of someone to register). A type that is too wide fails as
// surely as one that is wrong: each @ts-expect-error is an error when the line below it compiles.
import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

type Problem = components["schemas"]["Problem"];
type Item = components["schemas"]["ItemOut"];

declare const process: { env: Record<string, string | undefined> };

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function equal<T>(actual: T, expected: T, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`);
}

/** The data of an answer that has to be a success; a problem is told by its code. */
function success<T>(answer: { data?: T; error?: { code: string }; response: Response }, status: number): T {
  if (answer.error !== undefined) throw new Error(`${answer.response.url}: ${answer.error.code}`);
  equal(answer.response.status, status, answer.response.url);
  if (answer.data === undefined) throw new Error(`${answer.response.url}: no data`);
  return answer.data;
}

const baseUrl = setting("BASE_URL");
const username = setting("USERNAME");
const password = setting("PASSWORD");
const email = `${username}@example.com`;

const anonymous = createClient<paths>({ baseUrl });

const user = success(await anonymous.POST("/api/v1/auth/register", { body: { email, username, password } }), 201);
equal(user.username, username, "the new user's name");
console.log(`registered ${user.username}`);

// The same once more: the error is typed as a problem, whose code is a string.
const again = await anonymous.POST("/api/v1/auth/register", { body: { email, username, password } });
if (again.error === undefined) throw new Error("a taken name was accepted");
const problem: Problem = again.error;
const code: string = again.error.code;
equal(problem.status, 409, "a taken name");
console.log(`registered again: ${code}`);
// @ts-expect-error a problem has no such field
void again.error.no_such_field;
// @ts-expect-error the password is required
void ((): unknown => anonymous.POST("/api/v1/auth/register", { body: { email, username } }));

const granted = await anonymous.POST("/api/v1/auth/token", {
  body: { grant_type: "password", username, password },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
if (granted.data === undefined) throw new Error(`no token: ${granted.response.status}`);
console.log(`signed in for ${granted.data.expires_in} s`);

const refused = await anonymous.GET("/api/v1/users/me");
equal(refused.response.status, 401, "without a token");
equal(typeof refused.error?.code, "string", "the problem's code");
console.log(`without a token: ${refused.error?.code}`);

const client = createClient<paths>({
  baseUrl,
  headers: { Authorization: `Bearer ${granted.data.access_token}` },
});

const me = success(await client.GET("/api/v1/users/me"), 200);
equal(me.id, user.id, "who I am");

const made: Item = success(
  await client.POST("/api/v1/items", { body: { name: "Fork", price: "2.50", tags: ["cutlery"] } }),
  201,
);
equal(made.owner_id, me.id, "the item's owner");
equal(made.price, "2.50", "the item's price");

const page = success(await client.GET("/api/v1/items", { params: { query: { q: "Fork", page: 1, page_size: 10 } } }), 200);
equal(page.total, 1, "items in the list");
equal(page.items[0]?.id, made.id, "the item in the list");

const path = { item_id: made.id };
const changed = success(
  await client.PATCH("/api/v1/items/{item_id}", { params: { path }, body: { price: "3.00" } }),
  200,
);
equal(changed.price, "3.00", "the new price");
equal(changed.name, "Fork", "the name, which stays");

const wrong = await client.PATCH("/api/v1/items/{item_id}", { params: { path }, body: { price: "free" } });
equal(wrong.response.status, 422, "a price that is no number");
equal(wrong.error?.errors?.[0]?.pointer, "/price", "where the error is");
console.log(`a price that is no number: ${wrong.error?.errors?.[0]?.code}`);

const deleted = await client.DELETE("/api/v1/items/{item_id}", { params: { path } });
equal(deleted.response.status, 204, "deleting");
const gone = await client.GET("/api/v1/items/{item_id}", { params: { path } });
equal(gone.response.status, 404, "reading what is deleted");
console.log(`reading what is deleted: ${gone.error?.code}`);
console.log("TypeScript client: register, token, users/me, create, list, patch, delete: ok");
