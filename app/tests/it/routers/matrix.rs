//! Every operation of the document, asked by seven callers: what each may is what the document says, and nothing leaks.
//!
//! The operations and their policies are read from the document; a path parameter or a body that this file does not know
//! fails, so a new operation is asked here or the suite is red. What counts is requests that were made.

use std::collections::{BTreeMap, BTreeSet};

use fastrail::testing::{TestClient, TestRequest};
use http::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApi};

/// Operations that anybody may ask for. One that declares no policy and is not here fails.
const PUBLIC: &[&str] = &[
    "register",
    "create_token",
    "login",
    "read_root",
    "read_health",
    "read_liveness",
    "read_readiness",
    "read_startup",
    "read_jwks",
];

/// Operations on an object that is hidden from others, not refused.
const HIDDEN: &[&str] = &["{item_id}", "{session_id}", "{api_key_id}", "/profile"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Anonymous,
    Deactivated,
    KeyWithoutScope,
    OtherUser,
    Owner,
    KeyWithScope,
    Admin,
}

use Caller::{Admin, Anonymous, Deactivated, KeyWithScope, KeyWithoutScope, OtherUser, Owner};

const CALLERS: [Caller; 7] = [Anonymous, Deactivated, KeyWithoutScope, OtherUser, Owner, KeyWithScope, Admin];

#[derive(Debug)]
struct Operation {
    name: String,
    method: Method,
    path: String,
    policy: Policy,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Policy {
    Public,
    Person,
    Caller(Vec<String>),
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let schemes: BTreeMap<&str, Vec<String>> = operation["security"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|alternative| alternative.as_object().unwrap())
                .map(|(scheme, scopes)| (scheme.as_str(), serde_json::from_value(scopes.clone()).unwrap()))
                .collect();
            let names: Vec<&str> = schemes.keys().copied().collect();
            let policy = match names.as_slice() {
                [] => {
                    assert!(PUBLIC.contains(&name.as_str()), "{name} declares no policy");
                    Policy::Public
                }
                ["AccessToken", "ApiKeyHeader", "SessionCookie"] => Policy::Caller(schemes["AccessToken"].clone()),
                ["AccessToken", "SessionCookie"] => Policy::Person,
                other => panic!("{name} has a policy that nobody has thought of: {other:?}"),
            };
            all.push(Operation { name, method: method.to_uppercase().parse().unwrap(), path: path.clone(), policy });
        }
    }
    all
}

/// What an attempt is about: an owner with one object of each kind, made for it.
struct Scene<'a> {
    api: &'a TestApi,
    root: &'a TestClient,
    number: usize,
    owner: String,
    owner_client: TestClient,
    objects: BTreeMap<&'static str, String>,
}

impl<'a> Scene<'a> {
    async fn new(api: &'a TestApi, root: &'a TestClient, number: usize) -> Self {
        let owner = format!("owner{number}");
        let owner_client = api.as_user(&owner).await;
        let id = |value: Value| value["id"].as_str().unwrap().to_owned();
        let item: Value = crate::support::make_item(&owner_client, "Fork").await;
        let role = json!({ "name": format!("role{number}"), "description": "Of a test", "permissions": [] });
        let role: Value = root.post("/api/v1/roles").json(role).await.assert_status(201).json();
        let key = json!({ "name": "robot", "scopes": [] });
        let key: Value = owner_client.post("/api/v1/api-keys").json(key).await.assert_status(201).json();
        let sessions: Value = owner_client.get("/api/v1/auth/sessions").await.json();
        let objects = BTreeMap::from([
            ("{item_id}", id(item)),
            ("{role_id}", id(role)),
            ("{api_key_id}", id(key["api_key"].clone())),
            ("{session_id}", id(sessions["items"][0].clone())),
            ("{user_id}", api.id_of(&owner).await),
        ]);
        Self { api, root, number, owner, owner_client, objects }
    }

    async fn client(&self, caller: Caller, scopes: &[String]) -> TestClient {
        let name = |what: &str| format!("{what}{}", self.number);
        match caller {
            Anonymous => self.api.client.clone(),
            Owner => self.owner_client.clone(),
            OtherUser => self.api.as_user(&name("other")).await,
            Admin => self.boss(&name("boss")).await,
            Deactivated => {
                let boss = self.boss(&name("former")).await;
                let (no, name) = (crate::support::Backend::pick("0", "false"), name("former"));
                self.api.execute(&format!("UPDATE users SET is_active = {no} WHERE username = '{name}'")).await;
                boss
            }
            KeyWithoutScope => self.with_key(&self.boss(&name("boss")).await, &[]).await,
            KeyWithScope => self.with_key(&self.boss(&name("boss")).await, scopes).await,
        }
    }

    /// An administrator beside the first one.
    async fn boss(&self, name: &str) -> TestClient {
        let client = self.api.as_user(name).await;
        let path = format!("/api/v1/users/{}/roles", self.api.id_of(name).await);
        self.root.put(&path).json(json!({ "roles": ["admin"] })).await.assert_status(200);
        client
    }

    async fn with_key(&self, client: &TestClient, scopes: &[String]) -> TestClient {
        let key = json!({ "name": "robot", "scopes": scopes });
        let key: Value = client.post("/api/v1/api-keys").json(key).await.assert_status(201).json();
        self.api.client.with_header("x-api-key", key["key"].as_str().unwrap())
    }

    fn path(&self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        for (name, id) in &self.objects {
            path = path.replace(name, id);
        }
        assert!(!path.contains('{'), "say what stands for the parameter of {}", operation.path);
        path
    }

    fn request(&self, client: &TestClient, operation: &Operation) -> TestRequest {
        // The test client keeps the cookie of `login`, and all of these share it.
        let request = client.request(operation.method.clone(), &self.path(operation)).header("cookie", "theme=dark");
        let name = format!("new{}", self.number);
        let account = json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD });
        match operation.name.as_str() {
            "create_token" => {
                let form = [("grant_type", "password"), ("username", "root@example.com"), ("password", PASSWORD)];
                request.form(form)
            }
            "login" => request.json(json!({ "username": "root@example.com", "password": PASSWORD })),
            "register" | "create_user" => request.json(account),
            "change_password" => {
                request.json(json!({ "current_password": PASSWORD, "new_password": "blue otters swim" }))
            }
            "create_api_key" => request.json(json!({ "name": "robot", "scopes": [] })),
            "rotate_api_key" => request.json(json!({})),
            "update_me" | "update_user" => request.json(json!({ "full_name": "Somebody Else" })),
            "set_user_roles" => request.json(json!({ "roles": ["user"] })),
            "create_role" => {
                request.json(json!({ "name": format!("new{}", self.number), "description": "New", "permissions": [] }))
            }
            "update_role" => request.json(json!({ "description": "Other" })),
            "create_item" => request.json(json!({ "name": "Spoon", "price": "1" })),
            "update_item" => request.json(json!({ "price": "3" })),
            name => {
                let writes = matches!(operation.method, Method::POST | Method::PUT | Method::PATCH);
                let has_no_body = ["logout", "logout_all", "restore_user"].contains(&name);
                assert!(!writes || has_no_body, "say what {name} is asked with");
                request
            }
        }
    }
}

/// The statuses that this caller may get.
fn expected(operation: &Operation, caller: Caller) -> BTreeSet<u16> {
    const DONE: [u16; 3] = [200, 201, 204];
    let held_by_users = ["items:read", "items:write"];
    let is_hidden = HIDDEN.iter().any(|part| operation.path.contains(part));
    let allowed = match (&operation.policy, caller) {
        (Policy::Public, _) => DONE.to_vec(),
        (_, Anonymous | Deactivated) | (Policy::Person, KeyWithoutScope | KeyWithScope) => vec![401],
        (Policy::Caller(scopes), KeyWithoutScope) if !scopes.is_empty() => vec![403],
        (Policy::Caller(scopes), OtherUser | Owner)
            if scopes.iter().any(|scope| !held_by_users.contains(&scope.as_str())) =>
        {
            vec![403]
        }
        (Policy::Caller(_) | Policy::Person, Owner) => DONE.to_vec(),
        // What is the owner's alone: an administrator's own key, token or cookie is not the owner's.
        (Policy::Person, OtherUser | Admin) if is_hidden => vec![404],
        (Policy::Caller(_), OtherUser | KeyWithoutScope) if is_hidden => vec![404],
        // A key with the operation's scope and no other does not see everybody's.
        (Policy::Caller(_), KeyWithScope) if is_hidden => vec![404],
        // It may give and take roles, but not the permissions that its scope lacks.
        (Policy::Caller(_), KeyWithScope) if operation.path.contains("{user_id}") && !operation.method.is_safe() => {
            vec![200, 204, 403]
        }
        _ => DONE.to_vec(),
    };
    allowed.into_iter().collect()
}

#[fastrail::test]
async fn every_operation_lets_in_whom_its_document_says_and_nobody_else() {
    let api = TestApi::with_settings(&[("AUTH__PASSWORD_HASH_QUEUE", "100")]).await;
    let root = api.as_admin().await;
    let hash = api.test.app.passwords.hash(&PASSWORD.into()).await.unwrap();
    let (mut number, mut served, mut complaints) = (0, BTreeSet::new(), Vec::new());
    let operations = operations(api.client.openapi());
    for operation in &operations {
        let scopes = match &operation.policy {
            Policy::Caller(scopes) => scopes.clone(),
            Policy::Public | Policy::Person => Vec::new(),
        };
        for caller in CALLERS {
            number += 1;
            let scene = Scene::new(&api, &root, number).await;
            let client = scene.client(caller, &scopes).await;
            // Everybody has the same password, hashed once.
            let hash = hash.as_str();
            api.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE password_hash = '$none'")).await;
            let answer = scene.request(&client, operation).await;
            let status = answer.status().as_u16();
            if !expected(operation, caller).contains(&status) {
                complaints.push(format!("{} by {caller:?}: {status} {}", operation.name, answer.text()));
            }
            if status < 300 {
                served.insert(operation.name.clone());
            }
            // Nobody but the owner and those who may read all sees what is the owner's.
            let sees_all = matches!(caller, Owner | Admin | KeyWithScope) && status < 300;
            let own = [scene.owner.as_str(), &scene.objects["{item_id}"], &scene.objects["{session_id}"]];
            let leak = own.iter().find(|text| answer.text().contains(*text) && !scene.path(operation).contains(*text));
            if let Some(leak) = leak.filter(|_| !sees_all) {
                complaints.push(format!("{} by {caller:?} shows {leak}: {}", operation.name, answer.text()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let unserved: Vec<&str> =
        operations.iter().map(|operation| operation.name.as_str()).filter(|name| !served.contains(*name)).collect();
    assert!(unserved.is_empty(), "nobody was served: {unserved:?}");
    assert_eq!(number, operations.len() * CALLERS.len());
}
