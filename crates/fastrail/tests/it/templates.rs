//! Pages from templates: escaped, with the app's URLs.

use fastrail::prelude::*;
use fastrail::templates::{Serde, TemplateResponse, Templates, context};

/// An item
#[derive(Serialize)]
struct Item {
    name: &'static str,
}

#[get("/items/{id}")]
async fn read_item(id: String, templates: State<Templates>) -> (StatusCode, TemplateResponse) {
    (StatusCode::ACCEPTED, templates.response("item.html", context! { id, item => Serde(Item { name: "<b>" }) }))
}

#[get("/page/{name}")]
async fn page(name: String, templates: State<Templates>) -> TemplateResponse {
    templates.response(name, Item { name: "x" })
}

fn app(files: &[(&str, &str)]) -> (App, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, content) in files {
        std::fs::write(directory.path().join(name), content).expect("a file");
    }
    let templates = Templates::new(directory.path());
    let app = App::new("T", "1").state(templates).static_files("/static", directory.path());
    (app.include(routes![read_item, page]), directory)
}

const ITEM: &str = "<link href=\"{{ path_for('static', path='/a b.css') }}\">\
    <h1><a href=\"{{ url_for('read_item', id=id) }}\">Item ID: {{ id }}</a></h1>{{ item.name }} {{ request.path }}";

#[fastrail::test]
async fn a_page_is_escaped_and_knows_the_urls_of_the_app() {
    let (app, _directory) = app(&[("item.html", ITEM), ("name.html.j2", "{{ name }}")]);
    let client = TestClient::new(app).await;
    let page = client.get("/items/foo").header("host", "testserver").await;
    page.assert_status(202).assert_header("content-type", "text/html; charset=utf-8");
    assert_eq!(
        page.text(),
        "<link href=\"/static/a%20b.css\"><h1><a href=\"http://testserver/items/foo\">\
         Item ID: foo</a></h1>&lt;b&gt; &#x2f;items&#x2f;foo"
    );
    let forged = client.get("/items/foo").header("host", "x\"><script>").await;
    assert!(forged.assert_status(202).text().contains("<a href=\"/items/foo\">"), "{forged:?}");
    let odd = client.get("/items/%3Cscript%3E").header("host", "t").await;
    assert!(odd.text().contains("Item ID: &lt;script&gt;") && odd.text().contains("%3Cscript%3E"), "{odd:?}");
    assert_eq!(client.get("/page/name.html.j2").await.text(), "x");
    let documented = &client.openapi()["paths"]["/items/{id}"]["get"]["responses"]["200"]["content"];
    assert_eq!(documented["text/html"]["schema"]["type"], "string");
}

#[fastrail::test]
async fn what_cannot_be_rendered_is_500_and_tells_nothing() {
    let (app, directory) = app(&[
        ("undefined.html", "{{ nobody }}"),
        ("nowhere.html", "{{ url_for('nobody') }}"),
        ("missing.html", "{{ url_for('read_item') }}"),
        ("syntax.html", "{% if %}"),
    ]);
    std::fs::write(directory.path().parent().expect("a parent").join("outside.html"), "outside").expect("a file");
    let client = TestClient::new(app).await;
    for name in ["undefined.html", "nowhere.html", "missing.html", "syntax.html", "absent.html", "..%2foutside.html"] {
        let response = client.get(&format!("/page/{name}")).await;
        assert_eq!(response.assert_status(500).text(), "{\"detail\":\"Internal Server Error\"}", "{name}");
    }
}
