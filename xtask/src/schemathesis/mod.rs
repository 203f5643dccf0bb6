//! `cargo xtask schemathesis`: generated requests against the running application, held against
//! its document by a tool that is not ours.
//!
//! Every role has an application of its own with the same fixtures, all checks, and all phases
//! (examples, coverage, fuzzing, stateful). `xtask/schemathesis/hooks.py` counts and keeps the
//! login alive; `table` judges the counts.

mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use self::table::{Role, Row};
use crate::tools::{self, Package};
use crate::{backend, openapi, project};

const SCHEMATHESIS: Package = Package { name: "schemathesis", version: "4.32.5" };

/// What is never sent, by operation id, and why.
const LEFT_OUT: [(&str, &str); 4] = [
    ("delete_me", "it deletes the account that the role logs in with: every later answer would be 401"),
    ("logout", "it ends the login of the role's token: every later answer would be 401"),
    ("logout_all", "it ends the login of the role's token as well"),
    ("change_password", "wrong guesses at the role's password lock the account that it logs in with"),
];

const ADMIN_EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "a-phrase-for-the-proofs";

/// Users and items that are there before the first case, of each: some are deleted on the way.
const FIXTURES: usize = 24;
/// Other logins of the role's account, to be ended one by one.
const SESSIONS: usize = 12;
/// How many of the fixture users are deleted already, for what restores.
const DELETED: usize = 6;

#[derive(Args)]
pub(crate) struct Options {
    /// Send at least so many cases, all roles together
    #[arg(long, value_name = "N", default_value_t = 1_500)]
    pub(crate) cases: usize,
    /// The seed of the generators
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) backend: backend::Binary,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let program = tools::python(SCHEMATHESIS)?.join("schemathesis");
    let folder = project::scratch("schemathesis")?;
    let mut document: Value = serde_json::from_str(&openapi::document(&options.backend)?)?;
    let operations = table::operations(&document, &LEFT_OUT.map(|(id, _)| id))?;
    name_bearer_tokens(&mut document);
    fs::write(folder.join("openapi.json"), document.to_string())?;
    // Fuzzing sends this many of each operation; coverage and stateful testing come on top.
    let examples = options.cases.div_ceil((operations.varied * Role::ALL.len()).max(1)).max(5);

    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for role in Role::ALL {
        let start = Instant::now();
        let run = RoleRun { program: &program, folder: &folder, role, examples, seed: options.seed };
        let outcome = run.run(&options.backend).with_context(|| format!("as {role}"))?;
        println!("as {role}: {} s; the whole output is in {}", start.elapsed().as_secs(), outcome.log.display());
        if !outcome.success {
            print!("{}", table::details(&fs::read_to_string(&outcome.log)?));
            problems.push(format!("as {role}: schemathesis failed"));
        }
        rows.extend(outcome.rows);
    }

    println!("{}", table::render(&rows));
    for (id, reason) in LEFT_OUT {
        println!("left out: {id}: {reason}");
    }
    problems.extend(table::problems(&rows, &operations.names, options.cases));
    if !problems.is_empty() {
        bail!("{}", problems.join("\n       "));
    }
    println!(
        "schemathesis passed: {} {}, {} cases, seed {}",
        SCHEMATHESIS.name,
        SCHEMATHESIS.version,
        table::cases(&rows),
        options.seed
    );
    Ok(())
}

/// Asks every operation for what an OAuth 2 login is on the wire, a bearer token (RFC 6750).
///
/// The tool knows the credentials of `apiKey` and `http` schemes alone. Asked for `oauth2`, it would
/// not see that its own login is one, and would not try what happens without it. The OAuth 2 scheme
/// itself stays: by its `tokenUrl` the tool knows which operation gives tokens.
fn name_bearer_tokens(document: &mut Value) {
    let Some(schemes) = document.pointer_mut("/components/securitySchemes").and_then(Value::as_object_mut) else {
        return;
    };
    let is_oauth = |(_, scheme): &(&String, &Value)| scheme["type"] == "oauth2";
    let names: Vec<String> = schemes.iter().filter(is_oauth).map(|(name, _)| name.clone()).collect();
    schemes.extend(names.iter().map(|name| (bearer(name), json!({"type": "http", "scheme": "bearer"}))));
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut);
    for operation in operations.flat_map(|path| path.values_mut()) {
        let alternatives = operation.get_mut("security").and_then(Value::as_array_mut);
        for alternative in alternatives.into_iter().flatten().filter_map(Value::as_object_mut) {
            for name in &names {
                if let Some(scopes) = alternative.remove(name) {
                    alternative.insert(bearer(name), scopes);
                }
            }
        }
    }
}

fn bearer(scheme: &str) -> String {
    format!("{scheme}AsBearer")
}

/// One run of the tool, as one role.
struct RoleRun<'a> {
    program: &'a Path,
    folder: &'a Path,
    role: Role,
    examples: usize,
    seed: u64,
}

struct Outcome {
    success: bool,
    rows: Vec<Row>,
    log: PathBuf,
}

impl RoleRun<'_> {
    fn run(&self, binary: &backend::Binary) -> Result<Outcome> {
        let folder = self.folder.join(self.role.name());
        // What an earlier run has left must not count as this one's.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let settings = [
            ("FIRST_ADMIN_EMAIL", ADMIN_EMAIL),
            ("FIRST_ADMIN_PASSWORD", PASSWORD),
            // Thousands of generated logins come from the one address of the tool.
            ("AUTH__FREE_ADDRESS_FAILURES", "1000000"),
        ];
        let running = backend::Running::start_with(binary, &settings)?;
        let fixtures = Fixtures::make(&running, self.role)?;
        fs::write(folder.join("schemathesis.toml"), fixtures.configuration(self.role))?;
        fs::write(folder.join("accounts.json"), fixtures.accounts().to_string())?;

        let log = self.folder.join(format!("{}.log", self.role));
        let counts = folder.join("counts.json");
        let output = fs::File::create(&log)?;
        let status = Command::new(self.program)
            .args(["--config-file", "schemathesis.toml", "run", "../openapi.json"])
            .args(["--url", &running.address()])
            .args(["--checks", "all", "--continue-on-failure", "--no-color"])
            .args(["--max-examples", &self.examples.to_string()])
            .args(["--seed", &self.seed.to_string()])
            // What an earlier run has found would be sent first.
            .args(["--generation-database", "none"])
            .current_dir(&folder)
            .env("COLUMNS", "120")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("SCHEMATHESIS_HOOKS", project::root().join("xtask/schemathesis/hooks.py"))
            .env("BASE_URL", running.address())
            .env("COUNTS", &counts)
            .env("OWN_ID", &fixtures.own.id)
            .env("OWN_EMAIL", &fixtures.own.email)
            .env("OWN_USERNAME", &fixtures.own.username)
            .env("OWN_PASSWORD", PASSWORD)
            .env("OTHER_ID", &fixtures.users[FIXTURES - 1])
            .stdout(output.try_clone()?)
            .stderr(output)
            .status()
            .context("starting schemathesis")?;
        let counts =
            fs::read_to_string(&counts).with_context(|| format!("schemathesis ended early, see {}", log.display()))?;
        Ok(Outcome { success: status.success(), rows: table::parse(self.role, &counts)?, log })
    }
}

/// An account that a role logs in with.
struct Account {
    id: String,
    email: String,
    username: String,
}

/// What is there before the first case.
struct Fixtures {
    own: Account,
    peer: Option<Account>,
    users: Vec<String>,
    items: Vec<String>,
    roles: Vec<String>,
    keys: Vec<String>,
    sessions: Vec<String>,
}

impl Fixtures {
    fn make(running: &backend::Running, role: Role) -> Result<Self> {
        let admin = token(running, ADMIN_EMAIL)?;
        let me = call(running, "GET", "/api/v1/users/me", &admin, None, 200)?;
        let mut own = account(&me)?;
        let mut owner = admin.clone();
        let mut peer = None;
        if role != Role::Admin {
            own = register(running, &admin, "caller")?;
            peer = Some(register(running, &admin, "peer")?);
            owner = token(running, &own.email)?;
        }
        let users = (0..FIXTURES)
            .map(|number| Ok(register(running, &admin, &format!("fixture{number}"))?.id))
            .collect::<Result<Vec<_>>>()?;
        for user in users.iter().take(DELETED) {
            call(running, "DELETE", &format!("/api/v1/users/{user}"), &admin, None, 204)?;
        }
        let items = (0..FIXTURES)
            .map(|number| {
                let body = json!({"name": format!("Fork {number}"), "price": "2.50", "tags": ["fixture"]});
                text(&call(running, "POST", "/api/v1/items", &owner, Some(&body), 201)?, "id")
            })
            .collect::<Result<Vec<_>>>()?;
        let roles = (0..FIXTURES)
            .map(|number| {
                let body = json!({"name": format!("role{number}"), "description": "Of a proof", "permissions": []});
                text(&call(running, "POST", "/api/v1/roles", &admin, Some(&body), 201)?, "id")
            })
            .collect::<Result<Vec<_>>>()?;
        let keys = (0..FIXTURES)
            .map(|_| {
                let body = json!({"name": "of a proof", "scopes": []});
                let made = call(running, "POST", "/api/v1/api-keys", &owner, Some(&body), 201)?;
                text(&made["api_key"], "id")
            })
            .collect::<Result<Vec<_>>>()?;
        for _ in 0..SESSIONS {
            token(running, &own.email)?;
        }
        let logins = call(running, "GET", "/api/v1/auth/sessions?page_size=100", &owner, None, 200)?;
        let others = logins["items"].as_array().into_iter().flatten().filter(|login| login["is_current"] == false);
        let sessions = others.map(|login| text(login, "id")).collect::<Result<Vec<_>>>()?;
        Ok(Self { own, peer, users, items, roles, keys, sessions })
    }

    /// The tool's settings for a role.
    fn configuration(&self, role: Role) -> String {
        let list = |ids: &[String]| json!(ids).to_string();
        let left_out = LEFT_OUT.map(|(id, _)| id);
        let mut settings = format!(
            "dictionaries.users.values = {users}\n\
             dictionaries.items.values = {items}\n\
             dictionaries.roles.values = {roles}\n\
             dictionaries.keys.values = {keys}\n\
             dictionaries.sessions.values = {sessions}\n\
             parameters.\"path.user_id\" = {{ dictionary = \"users\", probability = 0.6 }}\n\
             parameters.\"path.item_id\" = {{ dictionary = \"items\", probability = 0.6 }}\n\
             parameters.\"path.role_id\" = {{ dictionary = \"roles\", probability = 0.6 }}\n\
             parameters.\"path.api_key_id\" = {{ dictionary = \"keys\", probability = 0.6 }}\n\
             parameters.\"path.session_id\" = {{ dictionary = \"sessions\", probability = 0.6 }}\n\
             cache.enabled = false\n",
            users = list(&self.users),
            items = list(&self.items),
            roles = list(&self.roles),
            keys = list(&self.keys),
            sessions = list(&self.sessions),
        );
        match role {
            Role::Admin => settings.push_str("auth.wfc.path = \"accounts.json\"\n"),
            // With peers, the check `object_level_authorization` runs: what one made, the other must not see.
            Role::User => settings.push_str(
                "auth.wfc.path = \"accounts.json\"\n\
                 auth.wfc.user = \"own\"\n\
                 auth.wfc.peers = [\"own\", \"peer\"]\n",
            ),
            Role::Anonymous => {}
        }
        settings.push_str(&format!("[[operations]]\ninclude-operation-id = {}\nenabled = false\n", json!(left_out)));
        settings
    }

    /// The accounts in the form of Web Fuzzing Commons: the tool logs in, and again every five
    /// minutes and after a 401, long before a token's end.
    fn accounts(&self) -> Value {
        let accounts = [("own", Some(&self.own)), ("peer", self.peer.as_ref())];
        let entries: Vec<Value> = accounts
            .into_iter()
            .filter_map(|(name, account)| Some((name, account?)))
            .map(|(name, account)| {
                json!({"name": name, "loginEndpointAuth": {
                    "endpoint": "/api/v1/auth/token",
                    "verb": "POST",
                    "contentType": "application/x-www-form-urlencoded",
                    "payloadRaw": login_form(&account.email),
                    "token": {
                        "extractFrom": "body",
                        "extractSelector": "/access_token",
                        "sendIn": "header",
                        "sendName": "Authorization",
                        "sendTemplate": "Bearer {token}",
                    },
                }})
            })
            .collect();
        json!({ "auth": entries })
    }
}

/// Makes a user through the API, as the administrator.
fn register(running: &backend::Running, admin: &str, username: &str) -> Result<Account> {
    let body = json!({"email": format!("{username}@example.com"), "username": username, "password": PASSWORD});
    account(&call(running, "POST", "/api/v1/users", admin, Some(&body), 201)?)
}

fn account(user: &Value) -> Result<Account> {
    Ok(Account { id: text(user, "id")?, email: text(user, "email")?, username: text(user, "username")? })
}

fn token(running: &backend::Running, email: &str) -> Result<String> {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let (status, body) = running.send("POST", "/api/v1/auth/token", &form, &login_form(email))?;
    if status != 200 {
        bail!("POST /api/v1/auth/token answered {status}: {body}");
    }
    text(&serde_json::from_str(&body)?, "access_token")
}

fn login_form(email: &str) -> String {
    format!("grant_type=password&username={}&password={PASSWORD}", email.replace('@', "%40"))
}

fn call(
    running: &backend::Running,
    method: &str,
    path: &str,
    token: &str,
    body: Option<&Value>,
    wanted: u16,
) -> Result<Value> {
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    // Without a body there is nothing whose type could be told.
    let headers = if body.is_some() { &headers[..] } else { &headers[..1] };
    let sent = body.map(Value::to_string).unwrap_or_default();
    let (status, answer) = running.send(method, path, headers, &sent)?;
    if status != wanted {
        bail!("{method} {path} answered {status}, not {wanted}: {answer}");
    }
    if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&answer)?) }
}

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no `{name}` in {value}"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Account, Fixtures, Role, login_form, name_bearer_tokens};

    fn fixtures() -> Fixtures {
        let account = |name: &str| Account {
            id: format!("id-of-{name}"),
            email: format!("{name}@example.com"),
            username: name.to_owned(),
        };
        Fixtures {
            own: account("caller"),
            peer: Some(account("peer")),
            users: vec!["u1".to_owned()],
            items: vec!["i1".to_owned(), "i2".to_owned()],
            roles: vec!["r1".to_owned()],
            keys: vec!["k1".to_owned()],
            sessions: vec!["s1".to_owned()],
        }
    }

    #[test]
    fn what_is_left_out_and_known_is_in_the_settings_of_every_role() {
        for role in Role::ALL {
            let settings = fixtures().configuration(role);
            assert!(settings.contains("include-operation-id = [\"delete_me\",\"logout\","), "{settings}");
            assert!(settings.contains("dictionaries.items.values = [\"i1\",\"i2\"]"), "{settings}");
        }
    }

    #[test]
    fn only_a_role_with_an_account_logs_in_and_only_users_have_a_peer() {
        let settings = |role| fixtures().configuration(role);
        assert!(settings(Role::Admin).contains("auth.wfc.path"));
        assert!(!settings(Role::Admin).contains("peers"));
        assert!(settings(Role::User).contains("auth.wfc.peers = [\"own\", \"peer\"]"));
        assert!(!settings(Role::Anonymous).contains("auth"));
    }

    #[test]
    fn operations_ask_for_a_bearer_token_where_they_asked_for_oauth() {
        let document = |security: Value| {
            json!({
                "components": {"securitySchemes": {
                    "Token": {"type": "oauth2", "flows": {}},
                    "Key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                }},
                "paths": {"/items": {"parameters": [], "get": {"security": security}, "post": {}}},
            })
        };
        let mut changed = document(json!([{"Token": ["read"], "Key": []}, {"Key": []}]));
        name_bearer_tokens(&mut changed);
        let mut wanted = document(json!([{"TokenAsBearer": ["read"], "Key": []}, {"Key": []}]));
        wanted["components"]["securitySchemes"]["TokenAsBearer"] = json!({"type": "http", "scheme": "bearer"});
        assert_eq!(changed, wanted);
        name_bearer_tokens(&mut json!({}));
    }

    #[test]
    fn a_login_form_is_encoded() {
        assert!(login_form("a@b.cd").contains("username=a%40b.cd&"));
        let accounts = fixtures().accounts();
        assert_eq!(accounts["auth"].as_array().map(Vec::len), Some(2));
    }
}
