//! What a browser meets when it asks for a documentation page.

use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LOCATION, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{DocsFile, Redoc, Scalar, SwaggerUi};

fn find<'a>(files: &'a [DocsFile], path: &str) -> &'a DocsFile {
    files.iter().find(|file| file.path() == path).unwrap_or_else(|| panic!("no file {path}"))
}

fn headers<const N: usize>(pairs: [(&'static str, &str); N]) -> HeaderMap {
    let pairs = pairs.into_iter().map(|(name, value)| (name.parse().expect("name"), value.parse().expect("value")));
    pairs.collect()
}

fn text(file: &DocsFile) -> String {
    let response = file.respond(&HeaderMap::new());
    String::from_utf8(response.into_body().to_vec()).expect("text")
}

/// The configuration that a start script parses.
fn configuration(init: &str) -> Value {
    let start = init.find("JSON.parse(").expect("the start") + "JSON.parse(".len();
    let end = start + init[start..].find(");\n").expect("the end");
    let json: String = serde_json::from_str(&init[start..end]).expect("a string literal");
    serde_json::from_str(&json).expect("JSON")
}

#[test]
fn every_link_of_a_page_is_one_of_its_files() {
    for page in ["/docs", "/api/docs", "/"] {
        let documents = "/openapi.json";
        for files in [
            SwaggerUi::new(documents).files(page),
            Redoc::new(documents).files(page),
            Scalar::new(documents).files(page),
        ] {
            let html = text(find(&files, page));
            let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
            let links: Vec<&str> = html
                .split(['"'])
                .zip(html.split(['"']).skip(1))
                .filter(|(before, _)| before.ends_with("src=") || before.ends_with("href="))
                .map(|(_, link)| link.split('?').next().unwrap_or(link))
                .collect();
            assert!(links.len() >= 4, "{html}");
            for link in links {
                find(&files, &format!("{folder}/{link}"));
            }
        }
    }
}

#[test]
fn the_path_with_a_slash_leads_back_to_the_page() {
    let files = SwaggerUi::new("/openapi.json").files("/api/docs/");
    let response = find(&files, "/api/docs/").respond(&HeaderMap::new());
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(response.headers()[LOCATION], "../docs");
    assert!(!SwaggerUi::new("/openapi.json").files("/").iter().any(|f| f.path() == "//"));
}

#[test]
fn no_page_holds_an_inline_script_or_another_host() {
    for files in [SwaggerUi::new("/openapi.json").files("/docs"), Redoc::new("/openapi.json").files("/docs")] {
        for file in files.iter().filter(|file| file.content_type() == Some(super::assets::HTML)) {
            let html = text(file);
            assert!(!html.contains("//"), "{html}");
            assert_eq!(html.matches("<script").count(), html.matches("<script src=").count());
            assert_eq!(html.matches("<script").count(), html.matches("\"></script>").count());
        }
    }
}

#[test]
fn assets_come_compressed_to_who_takes_it_and_plain_to_others() {
    let files = Redoc::new("/openapi.json").files("/redoc");
    let bundle = find(&files, "/redoc/redoc.standalone.js");
    let plain = bundle.respond(&HeaderMap::new());
    assert!(plain.headers().get(CONTENT_ENCODING).is_none());
    assert_eq!(plain.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert!(plain.body().len() > 1_000_000);

    for (accept, compressed) in [
        ("gzip, deflate, br", true),
        ("br;q=1.0, GZIP;q=0.2", true),
        ("*", true),
        ("gzip;q=0, *", false),
        ("br", false),
        ("identity", false),
    ] {
        let response = bundle.respond(&headers([("accept-encoding", accept)]));
        let coding = response.headers().get(CONTENT_ENCODING);
        assert_eq!(coding.is_some(), compressed, "{accept}");
        assert_eq!(response.headers()[VARY], "accept-encoding");
        assert_eq!(response.body().len() < 400_000, compressed, "{accept}");
        assert_eq!(response.headers()[ETAG] == plain.headers()[ETAG], !compressed, "{accept}");
    }
}

#[test]
fn a_file_that_the_client_has_is_not_sent_again() {
    let files = SwaggerUi::new("/openapi.json").files("/docs");
    for (path, cache) in
        [("/docs", "no-cache"), ("/docs/init.js", "no-cache"), ("/docs/swagger-ui-bundle.js", "public, max-age=86400")]
    {
        let file = find(&files, path);
        let first = file.respond(&headers([("accept-encoding", "gzip")]));
        let tag = first.headers()[ETAG].to_str().expect("text").to_owned();
        assert!(tag.starts_with('"'), "a strong tag: {tag}");
        assert_eq!(first.headers()[CACHE_CONTROL], cache);
        for given in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
            let again = file.respond(&headers([("accept-encoding", "gzip"), ("if-none-match", &given)]));
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path} {given}");
            assert!(again.body().is_empty());
            assert_eq!(again.headers()[ETAG], tag.as_str());
            assert_eq!(again.headers()[CACHE_CONTROL], cache);
        }
        let stale = file.respond(&headers([("if-none-match", "\"other\"")]));
        assert_eq!(stale.status(), StatusCode::OK);
    }
}

#[test]
fn a_tag_changes_with_the_configuration() {
    let tag = |title: &str| {
        let files = SwaggerUi::new("/openapi.json").title(title).files("/docs");
        find(&files, "/docs").respond(&HeaderMap::new()).headers()[ETAG].clone()
    };
    assert_ne!(tag("Shop"), tag("Shed"));
}

#[test]
fn parameters_are_laid_over_the_defaults() {
    let page = SwaggerUi::new("/api/openapi.json")
        .parameter("displayRequestDuration", false)
        .parameter("syntaxHighlight", json!({"theme": "monokai"}))
        .parameter("url", "https://elsewhere.example/openapi.json")
        .init_oauth(json!({"clientId": "docs"}));
    let given = configuration(&text(find(&page.files("/api/docs"), "/api/docs/init.js")));
    assert_eq!(
        given,
        json!({
            "parameters": {
                "layout": "BaseLayout",
                "deepLinking": true,
                "displayRequestDuration": false,
                "filter": false,
                "persistAuthorization": true,
                "showExtensions": true,
                "showCommonExtensions": true,
                "validatorUrl": null,
                "syntaxHighlight": {"theme": "monokai"},
                "dom_id": "#swagger-ui",
                "url": "openapi.json",
                "oauth2RedirectUrl": "docs/oauth2-redirect.html",
            },
            "oauth": {"clientId": "docs"},
        })
    );
}

#[test]
fn a_moved_oauth2_redirect_is_linked_and_not_served() {
    let files = SwaggerUi::new("/openapi.json").oauth2_redirect_url("/login/back").files("/api/docs");
    let given = configuration(&text(find(&files, "/api/docs/init.js")));
    assert_eq!(given["parameters"]["oauth2RedirectUrl"], "../login/back");
    assert!(!files.iter().any(|file| file.path().contains("oauth2-redirect")));
}

#[test]
fn one_more_origin_opens_the_policy_for_requests_only() {
    let files = SwaggerUi::new("/o.json").connect_to("https://login.example").files("/docs");
    let response = find(&files, "/docs").respond(&HeaderMap::new());
    let policy: &HeaderValue = &response.headers()[CONTENT_SECURITY_POLICY];
    let policy = policy.to_str().expect("text");
    assert!(policy.contains("connect-src 'self' https://login.example;"));
    assert!(policy.contains("script-src 'self';"));
    assert_eq!(policy.matches("login.example").count(), 1);
}

#[test]
#[should_panic(expected = "is not an origin")]
fn an_origin_cannot_carry_a_directive() {
    let _ = SwaggerUi::new("/o.json").connect_to("https://x; script-src *").files("/docs");
}

#[test]
fn no_bundle_asks_a_content_delivery_network() {
    for (files, bundle) in [
        (SwaggerUi::new("/o.json").files("/d"), "/d/swagger-ui-bundle.js"),
        (Redoc::new("/o.json").files("/d"), "/d/redoc.standalone.js"),
    ] {
        let script = text(find(&files, bundle));
        assert!(!script.contains("//cdn."), "{bundle}");
        assert!(!script.contains("fonts.googleapis"), "{bundle}");
    }
}
