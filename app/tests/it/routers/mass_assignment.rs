//! Every column of the database, sent along with every write: nothing of it is kept unless the document names it.

use std::collections::BTreeSet;

use http::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{Backend, PASSWORD, TestApi};

/// Values that nothing else in the database has, of every kind.
const MARKS: [&str; 4] =
    [r#""marked-by-the-caller""#, r#""2001-02-03T04:05:06Z""#, "424242", r#""0dead000-0000-7000-8000-00000000beef""#];

/// How the marks look in a dump.
const TRACES: [&str; 5] = [
    "marked-by-the-caller",
    "2001-02-03",
    "424242",
    "0dead000-0000-7000-8000-00000000beef",
    "0DEAD0000000700080000000",
];

async fn rows(api: &TestApi, sql: &str, column: &str) -> Vec<String> {
    let read = api.test.app.database.read_session();
    let statement = Statement::from_string(read.get_database_backend(), sql);
    let rows = read.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get::<Option<String>>("", column).unwrap().unwrap_or_default()).collect()
}

/// Each table with its columns.
async fn tables(api: &TestApi) -> Vec<(String, Vec<String>)> {
    let sql = Backend::pick(
        "SELECT name AS found FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        "SELECT tablename::text AS found FROM pg_tables WHERE schemaname = 'public'",
    );
    let mut all = Vec::new();
    for table in rows(api, sql, "found").await {
        let sql = Backend::pick(
            format!("SELECT name AS found FROM pragma_table_info('{table}')"),
            format!("SELECT column_name::text AS found FROM information_schema.columns WHERE table_name = '{table}'"),
        );
        let columns = rows(api, &sql, "found").await;
        all.push((table, columns));
    }
    all
}

async fn dump(api: &TestApi, tables: &[(String, Vec<String>)]) -> String {
    let mut text = String::new();
    for (table, columns) in tables {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| {
                Backend::pick(format!("coalesce(quote({column}), '')"), format!("coalesce(CAST({column} AS text), '')"))
            })
            .collect();
        text += &rows(api, &format!("SELECT {} AS cells FROM {table}", cells.join(" || ' ' || ")), "cells")
            .await
            .join("\n");
        text.push('\n');
    }
    text
}

#[fastrail::test]
async fn nothing_is_kept_that_the_document_does_not_name() {
    let api = TestApi::new().await;
    let admin = api.as_admin().await;
    let tables = tables(&api).await;
    let columns: BTreeSet<&String> = tables.iter().flat_map(|(_, columns)| columns).collect();
    assert!(columns.len() > 30, "{columns:?}");
    let document = api.client.openapi().clone();
    let (mut writes, mut number) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let Some(name) = schema.as_str().and_then(|reference| reference.rsplit('/').next()) else { continue };
            let known = document["components"]["schemas"][name]["properties"].as_object().unwrap();
            writes += 1;
            for mark in MARKS {
                number += 1;
                let victim = format!("victim{number}");
                let client = api.as_user(&victim).await;
                let mut target = path.replace("{user_id}", &api.id_of(&victim).await);
                if target.contains("{item_id}") {
                    let item = crate::support::make_item(&client, "Fork").await;
                    target = target.replace("{item_id}", item["id"].as_str().unwrap());
                }
                for (parameter, list, field) in
                    [("{role_id}", "/api/v1/roles", "/items/1/id"), ("{api_key_id}", "/api/v1/api-keys", "/items/0/id")]
                {
                    if target.contains(parameter) {
                        let key = json!({ "name": "robot", "scopes": [] });
                        admin.post("/api/v1/api-keys").json(key).await.assert_status(201);
                        let id = admin.get(list).await.at(field);
                        target = target.replace(parameter, id.as_str().unwrap());
                    }
                }
                let mut body = valid(operation["operationId"].as_str().unwrap(), number);
                for column in columns.iter().filter(|column| !known.contains_key(column.as_str())) {
                    body[column.as_str()] = serde_json::from_str(mark).unwrap();
                }
                let before = dump(&api, &tables).await;
                let is_own = path.contains("/items") || path.contains("/me");
                let caller = if is_own { &client } else { &admin };
                let request = caller.request(method.to_uppercase().parse::<Method>().unwrap(), &target);
                let answer = request.json(&body).await;
                assert!(answer.status().as_u16() < 500, "{answer:?}");
                let after = dump(&api, &tables).await;
                if !answer.status().is_success() {
                    assert_eq!(answer.status(), 422, "{answer:?}");
                    assert_eq!(before, after, "{method} {path}");
                }
                let kept = TRACES.iter().find(|trace| after.contains(*trace));
                assert_eq!(kept, None, "{method} {path} keeps what it was sent");
            }
        }
    }
    assert!(writes >= 12, "{writes}");
    let (users, active) = (api.count("users").await, api.count("users WHERE is_active AND deleted_at IS NULL").await);
    assert_eq!(users, active);
}

/// A body that is taken without anything else in it.
fn valid(operation: &str, number: usize) -> Value {
    let name = format!("new{number}");
    match operation {
        "register" | "create_user" => {
            json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD })
        }
        "login" => json!({ "username": "root@example.com", "password": PASSWORD }),
        "change_password" => json!({ "current_password": PASSWORD, "new_password": PASSWORD }),
        "create_api_key" => json!({ "name": "robot", "scopes": [] }),
        "rotate_api_key" => json!({ "overlap_seconds": 0 }),
        "update_me" | "update_user" => json!({ "full_name": "Ada" }),
        "set_user_roles" => json!({ "roles": ["user"] }),
        "create_role" => json!({ "name": name, "description": "New", "permissions": [] }),
        "update_role" => json!({ "description": "Other" }),
        "create_item" => json!({ "name": "Spoon", "price": "1" }),
        "update_item" => json!({ "price": "3" }),
        other => panic!("say what {other} takes"),
    }
}
