//! Tokens of an external identity provider, over HTTP, with a provider that may be hostile.

use chrono::TimeDelta;
use fastrail::security::jwt::{Algorithm, KeyPair};
use serde_json::{Value, json};

use crate::support::{
    Answer, TestApi,
    forgeries::{forgeries, part, signature_of, signed, with, without},
    provider::{DISCOVERY, KEYS, Page, TestProvider},
    start,
};

const ME: &str = "/api/v1/users/me";

async fn api(provider: &TestProvider, own: &[(&str, &str)]) -> TestApi {
    let mut settings = vec![
        ("AUTH__EXTERNAL__ISSUER", provider.issuer.as_str()),
        ("AUTH__EXTERNAL__AUDIENCE", "our-api"),
        ("AUTH__EXTERNAL__ROLES_CLAIM", "realm_access.roles"),
        ("AUTH__EXTERNAL__ROLES", "staff=user, admins=admin"),
        ("AUTH__EXTERNAL__CREATE_USERS", "true"),
        ("AUTH__EXTERNAL__TIMEOUT", "500ms"),
    ];
    for pair in own {
        settings.retain(|(name, _)| name != &pair.0);
        settings.push(*pair);
    }
    TestApi::with_settings(&settings).await
}

async fn ask(api: &TestApi, token: &str) -> fastrail::testing::TestResponse {
    api.client.with_bearer(token).get(ME).await
}

#[fastrail::test]
async fn a_person_gets_an_account_at_first_sight_and_keeps_it() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa] {
        let provider = TestProvider::new(algorithm).await;
        let api = api(&provider, &[]).await;
        let token = provider.token(&provider.claims("grace"));
        let me: Value = ask(&api, &token).await.assert_status(200).json();
        assert_eq!((&me["username"], &me["email"]), (&json!("grace"), &json!("grace@idp.example")));
        assert_eq!(me["full_name"], "Somebody There");
        ask(&api, &token).await.assert_status(200).assert_json(&me);
        assert_eq!(api.count("users").await, 2);
        assert_eq!(provider.asked(), 2, "the discovery document and the keys, once");
        // No password of hers is right, and our own tokens count beside hers.
        crate::support::password_grant(&api.client, "grace", "!").await.assert_oauth(400, "invalid_grant");
        api.as_admin().await.get(ME).await.assert_status(200);
    }
}

#[fastrail::test]
async fn roles_are_those_of_the_claims_while_the_token_counts() {
    let provider = TestProvider::new(Algorithm::Es256).await;
    let api = api(&provider, &[]).await;
    let client = |roles: Value| {
        let claims = with(provider.claims("grace"), "realm_access", json!({ "roles": roles }));
        api.client.with_bearer(&provider.token(&claims))
    };
    client(json!(["admins"])).get("/api/v1/users").await.assert_status(200);
    for roles in [json!(["staff"]), json!(["admin"]), json!("admins-not"), json!([7]), json!({}), Value::Null] {
        client(roles).get("/api/v1/users").await.assert_problem(403, "forbidden");
    }
    client(json!("staff admins")).get("/api/v1/users").await.assert_status(200);
    // A login of ours there is none, so there is none to end; keys can be made.
    client(json!([])).post("/api/v1/auth/logout").await.assert_problem(409, "no_session");
    let key = json!({ "name": "robot", "scopes": ["items:read"] });
    client(json!([])).post("/api/v1/api-keys").json(key).await.assert_status(201);
}

#[fastrail::test]
async fn who_is_not_wanted_is_refused() {
    let provider = TestProvider::new(Algorithm::Es256).await;
    let closed = api(&provider, &[("AUTH__EXTERNAL__CREATE_USERS", "false")]).await;
    ask(&closed, &provider.token(&provider.claims("grace"))).await.assert_problem(401, "token_invalid");
    assert_eq!(closed.count("users").await, 1);

    let api = api(&provider, &[]).await;
    for claims in [
        with(provider.claims("grace"), "email_verified", json!(false)),
        with(provider.claims("grace"), "email_verified", json!("true")),
        without(provider.claims("grace"), "email"),
        with(provider.claims("grace"), "email", json!("no address")),
        // An account that is there is never taken over by its address.
        with(provider.claims("grace"), "email", json!("root@example.com")),
    ] {
        ask(&api, &provider.token(&claims)).await.assert_problem(401, "token_invalid");
    }
    assert_eq!(api.count("users").await, 1);
    let taken = with(provider.claims("grace"), "preferred_username", json!("admin"));
    let me: Value = ask(&api, &provider.token(&taken)).await.assert_status(200).json();
    assert!(me["username"].as_str().unwrap().starts_with("user-"), "{me}");
    let path = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    api.as_admin().await.patch(&path).json(json!({ "is_active": false })).await.assert_status(200);
    ask(&api, &provider.token(&taken)).await.assert_problem(401, "token_invalid");
}

#[fastrail::test]
async fn no_forged_token_counts() {
    for algorithm in [Algorithm::Rs256, Algorithm::EdDsa] {
        let provider = TestProvider::new(algorithm).await;
        let api = api(&provider, &[]).await;
        let genuine = provider.token(&provider.claims("grace"));
        ask(&api, &genuine).await.assert_status(200);
        let sign = |message: &str| signature_of(&provider.key, message);
        let (header, claims) = (part(&genuine, 0), part(&genuine, 1));
        let mut all = forgeries(&genuine, &provider.key.public(), &sign);
        // The provider has one key, so a token need not name it, and where keys lie is not believed but borne.
        let borne = ["no kid", "kid: null", "kid: 7", "kid: [\"one\"]", "kid: {\"kid\":\"one\"}"];
        all.retain(|(name, _)| !borne.contains(&name.as_str()));
        let now = start().timestamp();
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("iss", json!(format!("{}/", provider.issuer))),
            ("iss", json!([provider.issuer])),
            ("aud", json!("another-api")),
            ("aud", json!(["another-api"])),
            ("aud", json!([])),
            ("aud", json!(["our-api", 7])),
            ("aud", json!({ "our-api": true })),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("sub", json!("x".repeat(256))),
            ("exp", json!(now - 6)),
            ("exp", json!("soon")),
            ("exp", json!((now + 300).to_string())),
            ("exp", Value::Null),
            ("nbf", json!(now + 6)),
            ("nbf", json!("x")),
            ("iat", json!(now + 3_600)),
        ] {
            let wrong = with(claims.clone(), name, value.clone()).to_string();
            all.push((format!("{name}: {value}"), signed(header.to_string(), wrong, &sign)));
        }
        for name in ["iss", "aud", "sub", "exp"] {
            all.push((
                format!("no {name}"),
                signed(header.to_string(), without(claims.clone(), name).to_string(), &sign),
            ));
        }
        for typ in ["logout+jwt", "dpop+jwt", "secevent+jwt", "application/json"] {
            let header = with(header.clone(), "typ", json!(typ)).to_string();
            all.push((format!("typ {typ}"), signed(header, claims.to_string(), &sign)));
        }
        assert!(all.len() >= 90, "{}", all.len());
        for (name, token) in all {
            let outcome = api.test.app.authentication.authenticate(&token).await;
            assert!(outcome.is_err(), "{name} counted: {token:.200}");
        }
        assert_eq!(provider.asked(), 2, "nobody makes us ask");
    }
}

#[fastrail::test]
async fn a_hostile_or_broken_provider_lets_nobody_in_and_breaks_nothing() {
    let stranger = KeyPair::generate(Algorithm::Es256).unwrap();
    let provider = TestProvider::new(Algorithm::Es256).await;
    let raw = |head: &str| Page::Raw(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"));
    let keys = |key: Value| Page::Json(json!({ "keys": [key] }).to_string());
    let elsewhere = TestProvider::new(Algorithm::Es256).await;
    elsewhere.put(KEYS, keys(provider.jwk("one")));
    let redirect = format!("302 Found\r\nLocation: {}{KEYS}\r\nContent-Length: 0", elsewhere.issuer);
    let discovery = |name: &str, value: Value| Page::Json(with(provider.discovery(), name, value).to_string());
    let other = fastrail::security::jwt::Jwk::new("one", Algorithm::Es256, &stranger.public()).unwrap();
    let cases = [
        (DISCOVERY, "another issuer", discovery("issuer", json!("https://evil.example"))),
        (DISCOVERY, "the issuer with a slash", discovery("issuer", json!(format!("{}/", provider.issuer)))),
        (DISCOVERY, "keys elsewhere without TLS", discovery("jwks_uri", json!(format!("{}{KEYS}", elsewhere.issuer)))),
        (DISCOVERY, "keys in a file", discovery("jwks_uri", json!("file:///etc/passwd"))),
        (DISCOVERY, "keys nowhere", discovery("jwks_uri", Value::Null)),
        (DISCOVERY, "no JSON", Page::Json("<html>".to_owned())),
        (DISCOVERY, "a list", Page::Json("[]".to_owned())),
        (DISCOVERY, "nothing", raw("204 No Content")),
        (DISCOVERY, "an error", raw("500 Oops\r\nContent-Length: 0")),
        (DISCOVERY, "a redirect", raw(&redirect)),
        (DISCOVERY, "no HTTP", Page::Raw("SSH-2.0\r\n".to_owned())),
        (DISCOVERY, "broken off", raw("200 OK\r\nContent-Length: 1000")),
        (DISCOVERY, "far too long", Page::Json(format!("{{\"x\":\"{}\"}}", "x".repeat(1 << 20)))),
        (DISCOVERY, "silence", Page::Silence),
        (KEYS, "no keys", Page::Json(json!({ "keys": [] }).to_string())),
        (KEYS, "no list", Page::Json(json!({ "keys": {} }).to_string())),
        (KEYS, "another key", keys(serde_json::to_value(other).unwrap())),
        (KEYS, "a key for encryption", keys(with(provider.jwk("one"), "use", json!("enc")))),
        (KEYS, "a key of another algorithm", keys(with(provider.jwk("one"), "alg", json!("RS256")))),
        (KEYS, "a shared secret", keys(json!({ "kty": "oct", "k": "AAAA", "kid": "one", "alg": "HS256" }))),
        (KEYS, "a redirect", raw(&redirect)),
        (
            KEYS,
            "too many keys before it",
            Page::Json(json!({ "keys": vec![json!({ "kty": "oct" }); 5_000] }).to_string()),
        ),
        (KEYS, "silence", Page::Silence),
    ];
    for (place, what, page) in cases {
        let api = api(&provider, &[]).await;
        provider.put(DISCOVERY, Page::Json(provider.discovery().to_string()));
        provider.put(KEYS, keys(provider.jwk("one")));
        provider.put(place, page);
        let answer = ask(&api, &provider.token(&provider.claims("grace"))).await;
        assert_eq!(answer.status(), 401, "{what}: {answer:?}");
        api.as_admin().await.get(ME).await.assert_status(200);
        assert_eq!(api.count("users").await, 1, "{what}");
    }
}

#[fastrail::test]
async fn new_keys_are_fetched_when_a_token_names_them_and_not_too_often() {
    let provider = TestProvider::new(Algorithm::Es256).await;
    let api = api(&provider, &[]).await;
    let token = provider.token(&provider.claims("grace"));
    ask(&api, &token).await.assert_status(200);
    let named =
        |kid: &str| fastrail::security::jwt::sign(&provider.key, "JWT", kid, &provider.claims("grace")).unwrap();
    for n in 0..100 {
        ask(&api, &named(&format!("guess{n}"))).await.assert_problem(401, "token_invalid");
    }
    assert_eq!(provider.asked(), 2);
    provider.put(KEYS, Page::Json(json!({ "keys": [provider.jwk("one"), provider.jwk("two")] }).to_string()));
    api.test.clock.advance(TimeDelta::seconds(30));
    ask(&api, &named("two")).await.assert_status(200);
    assert_eq!(provider.asked(), 4);
    // Away for a while: what is known counts on.
    provider.put(DISCOVERY, Page::Silence);
    api.test.clock.advance(TimeDelta::seconds(200));
    ask(&api, &named("two")).await.assert_status(200);
    assert_eq!(provider.asked(), 4, "keys are kept ten minutes");
}
