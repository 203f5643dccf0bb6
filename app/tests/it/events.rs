//! What happens beside an answer: a new user is welcomed, counted and logged, once, on whichever instance.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrail::testing::TestClient;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApi};

/// The mails in an outbox by their file's name; a file that is no mail yet is none.
fn mails(api: &TestApi) -> BTreeMap<String, String> {
    let folder = api.test.app.settings.data_dir.join("outbox");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let mails = files.filter(|(name, _)| name.ends_with(".eml"));
    mails.map(|(name, path)| (name, std::fs::read_to_string(path).unwrap())).collect()
}

fn account(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "username": name, "password": PASSWORD })
}

async fn register(client: &TestClient, account: &Value) -> String {
    let made = client.post("/api/v1/auth/register").json(account).await;
    made.assert_status(201);
    made.json::<Value>()["id"].as_str().unwrap().to_owned()
}

/// The value of a header, unfolded (RFC 5322 §2.2.3).
fn header<'m>(mail: &'m str, name: &str) -> Option<&'m str> {
    let (head, _) = mail.split_once("\r\n\r\n")?;
    head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[fastrail::test]
async fn who_registers_is_welcomed_by_a_mail_and_counted() {
    let api = TestApi::new().await;
    let mut ada = account("ada");
    ada["full_name"] = json!("Ada Lovelace");
    let id = register(&api.client, &ada).await;
    api.client.background_done().await;
    let mails = mails(&api);
    assert_eq!(mails.keys().collect::<Vec<_>>(), [&format!("welcome-{id}.eml")]);
    let mail = &mails[&format!("welcome-{id}.eml")];
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "lines end with CRLF (RFC 5322 §2.3)");
    assert_eq!(header(mail, "From"), Some("\"Fastrail Backend API\" <no-reply@localhost>"));
    assert_eq!(header(mail, "To"), Some("\"Ada Lovelace\" <ada@example.com>"));
    assert_eq!(header(mail, "Subject"), Some("Welcome to Fastrail Backend API"));
    assert_eq!(header(mail, "Message-ID"), Some(&*format!("<welcome.{id}@localhost>")));
    assert!(header(mail, "Date").is_some_and(|date| date.ends_with(" +0000")), "{mail}");
    assert_eq!(header(mail, "MIME-Version"), Some("1.0"));
    assert!(mail.contains("Hello Ada Lovelace,\r\n"), "{mail}");
    assert!(!mail.contains(PASSWORD));
    assert_eq!(api.test.app.statistics.registrations(), 1);
}

#[fastrail::test]
async fn a_name_of_any_letters_stays_one_header() {
    let api = TestApi::new().await;
    let mut account = account("zoe");
    account["full_name"] = json!("Zoë \"Bcc: eve@example.com\" Đặng");
    let id = register(&api.client, &account).await;
    api.client.background_done().await;
    let mail = mails(&api).remove(&format!("welcome-{id}.eml")).unwrap();
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    assert!(head.is_ascii(), "{head}");
    assert_eq!(header(&mail, "Bcc"), None);
    assert!(head.contains("<zoe@example.com>"), "{head}");
}

#[fastrail::test]
async fn whom_an_administrator_makes_is_welcomed_too() {
    let api = TestApi::new().await;
    let admin = api.as_admin().await;
    admin.post("/api/v1/users").json(account("bob")).await.assert_status(201);
    admin.background_done().await;
    assert_eq!(mails(&api).len(), 1);
    assert_eq!(api.test.app.statistics.registrations(), 1);
}

#[fastrail::test]
async fn who_is_refused_is_not_welcomed() {
    let api = TestApi::new().await;
    register(&api.client, &account("ada")).await;
    api.client.post("/api/v1/auth/register").json(account("ada")).await.assert_status(409);
    api.client.post("/api/v1/auth/register").json(json!({})).await.assert_status(422);
    api.client.background_done().await;
    assert_eq!(mails(&api).len(), 1);
    assert_eq!(api.test.app.statistics.registrations(), 1);
}

#[fastrail::test]
async fn an_outbox_that_cannot_be_written_keeps_nobody_from_registering() {
    let api = TestApi::new().await;
    let outbox = api.test.app.settings.data_dir.join("outbox");
    std::fs::create_dir_all(outbox.parent().unwrap()).unwrap();
    std::fs::write(&outbox, "no folder").unwrap();
    register(&api.client, &account("ada")).await;
    api.client.background_done().await;
    assert_eq!(api.test.app.statistics.registrations(), 1, "the other listeners do their work");
}

/// Two instances on one database and one Redis, where the test command has one.
#[fastrail::test]
#[expect(clippy::disallowed_methods, reason = "the test command hands the server on in the environment")]
async fn over_redis_each_user_is_welcomed_once_by_one_of_the_instances() {
    let Ok(url) = std::env::var("TEST_REDIS_URL") else { return };
    // A database of Redis that no other test uses.
    let redis = url.trim_end_matches("/0").to_owned() + "/9";
    let first = TestApi::with_settings(&[("REDIS_URL", &redis)]).await;
    let database = first.test.app.settings.database.url.expose_secret().to_owned();
    let second = TestApi::with_settings(&[("REDIS_URL", &redis), ("DATABASE_URL", &database)]).await;
    let instances = [&first, &second];
    for number in 0..20 {
        register(&instances[number % 2].client, &account(&format!("user{number}"))).await;
    }
    let counted = || instances.iter().map(|instance| instance.test.app.statistics.registrations()).sum::<u64>();
    let written = || instances.iter().map(|instance| mails(instance).len()).sum::<usize>();
    let waiting = async {
        while counted() < 20 || written() < 20 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
    for instance in &instances {
        instance.client.shutdown().await;
    }
    assert_eq!((counted(), written()), (20, 20));
}
