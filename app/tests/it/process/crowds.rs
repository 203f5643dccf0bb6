//! Many clients at once, and clients that leave.

use std::io::Write;
use std::net::Shutdown;
use std::thread;

use serde_json::json;

use super::backend::Backend;

const SETTINGS: &[(&str, &str)] =
    &[("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", "correct horse battery")];

fn login(backend: &Backend) -> serde_json::Value {
    backend.login("admin", "correct horse battery").expect(200).json()
}

fn token(pair: &serde_json::Value) -> String {
    pair["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn writers_of_two_processes_wait_for_each_other_and_lose_nothing() {
    const WRITERS: usize = 8;
    const ITEMS: usize = 15;
    let folder = tempfile::tempdir().unwrap();
    let backends = [Backend::start(folder.path(), SETTINGS), Backend::start(folder.path(), SETTINGS)];
    let token = token(&login(&backends[0]));
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (backend, token) = (&backends[writer % 2], &token);
            scope.spawn(move || {
                for _ in 0..ITEMS {
                    let item = json!({ "name": "Fork", "price": "1" });
                    let item = backend.post("/api/v1/items", token, &item).expect(201);
                    let path = format!("/api/v1/items/{}", item.text("id"));
                    let patch = Some(("application/json", r#"{"price": "2"}"#));
                    backend.ask("PATCH", &path, token, patch).expect(200);
                }
            });
        }
    });
    let page = backends[0].get("/api/v1/items?page_size=1", &token).expect(200).json();
    assert_eq!(page["total"], WRITERS * ITEMS);
}

#[test]
fn a_hundred_refreshes_at_once_on_two_instances_give_one_successor() {
    let folder = tempfile::tempdir().unwrap();
    let backends = [Backend::start(folder.path(), SETTINGS), Backend::start(folder.path(), SETTINGS)];
    let pair = login(&backends[0]);
    let form = format!("grant_type=refresh_token&refresh_token={}", pair["refresh_token"].as_str().unwrap());
    let successors: Vec<String> = thread::scope(|scope| {
        let tabs: Vec<_> = (0..100)
            .map(|tab| {
                let (backend, form) = (&backends[tab % 2], &form);
                scope.spawn(move || backend.form(form).expect(200).text("refresh_token"))
            })
            .collect();
        tabs.into_iter().map(|tab| tab.join().unwrap()).collect()
    });
    assert!(successors.iter().all(|successor| *successor == successors[0]), "{successors:?}");
}

#[test]
fn what_clients_asked_for_before_they_left_is_done() {
    const CLIENTS: usize = 10;
    let folder = tempfile::tempdir().unwrap();
    let backend = Backend::start(folder.path(), SETTINGS);
    for n in 0..CLIENTS {
        let body = json!({ "email": format!("u{n}@example.com"), "username": format!("user{n}"), "password": "blue-otters-swim" });
        let body = body.to_string();
        let mut stream = backend.post_slowly("/api/v1/auth/register", "", body.len());
        stream.write_all(body.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Both).unwrap();
    }
    // The drain waits for what outlived its client.
    backend.stop();
    let backend = Backend::start(folder.path(), SETTINGS);
    let page = backend.get("/api/v1/users?q=user", &token(&login(&backend))).expect(200).json();
    assert_eq!(page["total"], CLIENTS);
}
