//! Files of a directory, a front-end, and pages from templates.

use fastrail::prelude::*;
use fastrail::templates::{TemplateResponse, Templates, context};
use fastrail::{Frontend, StaticFiles};
use std::path::Path;

// ANCHOR: static
pub fn with_static_files(public: &Path) -> App {
    App::new("Shop", "1.0.0")
        .static_files("/static", StaticFiles::new(public).precompressed())
        .include(routes![read_item])
}
// ANCHOR_END: static

// ANCHOR: frontend
pub fn with_frontend(dist: &Path) -> App {
    App::new("Shop", "1.0.0")
        .include(Router::new("/api").include(routes![list_items]))
        .frontend("/", Frontend::new(dist).index_fallback())
}
// ANCHOR_END: frontend

// ANCHOR: guarded
/// Whoever has the word
#[dependency]
async fn member(token: BearerToken) -> Result<Member> {
    if token.expose() == "sesame" { Ok(Member) } else { Err(Error::new(401, "Not you")) }
}

pub fn with_reports(reports: &Path) -> App {
    let members = Router::new("/members").depends(depends![member]).static_files("/reports", reports);
    App::new("Shop", "1.0.0").include(members)
}
// ANCHOR_END: guarded

#[derive(Clone)]
pub struct Member;

#[get("/items")]
async fn list_items() -> Vec<String> {
    vec!["fork".to_owned()]
}

// ANCHOR: templates
#[get("/items/{id}")]
async fn read_item(id: String, templates: State<Templates>) -> TemplateResponse {
    templates.response("item.html", context! { id })
}

pub fn with_templates(directory: &Path) -> App {
    with_static_files(directory).state(Templates::new(directory))
}
// ANCHOR_END: templates

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, content) in files {
            std::fs::write(directory.path().join(name), content).expect("a file");
        }
        directory
    }

    #[fastrail::test]
    async fn pages_and_files_are_served() {
        let page = "<link href=\"{{ path_for('static', path='styles.css') }}\">\
                    <a href=\"{{ url_for('read_item', id=id) }}\">{{ id }}</a>";
        let directory = directory(&[("styles.css", "h1 { color: green; }"), ("item.html", page)]);
        let client = TestClient::new(with_templates(directory.path())).await;
        let item = client.get("/items/foo").header("host", "shop.example").await;
        assert_eq!(item.text(), "<link href=\"/static/styles.css\"><a href=\"http://shop.example/items/foo\">foo</a>");
        client.get("/static/styles.css").await.assert_header("content-type", "text/css; charset=utf-8");
    }

    #[fastrail::test]
    async fn the_front_end_gets_the_rest() {
        let dist = directory(&[("index.html", "<div id=app>")]);
        let client = TestClient::new(with_frontend(dist.path())).await;
        client.get("/api/items").await.assert_json(["fork"]);
        let page = client.get("/cart/checkout").header("accept", "text/html").await;
        assert_eq!(page.assert_status(200).text(), "<div id=app>");
        client.get("/cart/checkout").header("accept", "application/json").await.assert_status(404);
    }

    #[fastrail::test]
    async fn reports_are_for_members() {
        let reports = tempfile::tempdir().expect("a directory");
        std::fs::write(reports.path().join("june.csv"), "a,b").expect("a file");
        let client = TestClient::new(with_reports(reports.path())).await;
        client.get("/members/reports/june.csv").await.assert_status(401);
        let ask = client.get("/members/reports/june.csv").header("authorization", "Bearer sesame");
        assert_eq!(ask.await.assert_status(200).text(), "a,b");
    }
}
