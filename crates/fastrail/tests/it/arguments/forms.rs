//! Forms, field by field and as a model; secrets from every source.

use fastrail::prelude::*;
use serde_json::{Value, json};

#[derive(Debug, Serialize, Deserialize, Schema)]
struct Login {
    user: String,
    #[schema(min_length = 8)]
    password: String,
    #[serde(default)]
    roles: Vec<String>,
}

#[post("/form")]
async fn form(
    #[form] user: String,
    #[form(min_length = 3)] password: SecretString,
    #[form(default = 1)] age: u8,
    #[form] note: Option<String>,
    #[form(default)] tags: Vec<String>,
) -> Value {
    json!([user, password.expose_secret().len(), age, note, tags])
}

#[post("/form-model")]
async fn form_model(#[form] login: Login) -> Login {
    login
}

#[fastrail::test]
async fn forms_come_field_by_field_or_as_a_model_and_empty_is_missing() {
    let client = TestClient::new(App::new("T", "1").include(routes![form, form_model])).await;
    let full = [("user", "ä b"), ("password", "secret"), ("age", "3"), ("note", "n"), ("tags", "x"), ("tags", "y")];
    client.post("/form").form(full).await.assert_status(200).assert_json(json!(["ä b", 6, 3, "n", ["x", "y"]]));
    let few = [("user", "a"), ("password", "abc"), ("age", ""), ("note", "")];
    client.post("/form").form(few).await.assert_status(200).assert_json(json!(["a", 3, 1, null, []]));
    let empty = client.post("/form").form([("user", ""), ("password", "")]).await;
    empty.assert_status(422).assert_json(json!({ "detail": [
        { "type": "missing", "loc": ["body", "user"], "msg": "Field required", "input": null },
        { "type": "missing", "loc": ["body", "password"], "msg": "Field required", "input": null },
    ] }));
    let no_form = client.post("/form").json(json!({ "user": "a", "password": "abc" })).await;
    no_form.assert_status(422);
    assert_eq!(no_form.at("/detail/0/type"), "missing");

    let login = [("user", "a"), ("password", "long enough"), ("roles", "x"), ("roles", "y")];
    let model = client.post("/form-model").form(login).await;
    model.assert_status(200).assert_json(json!({ "user": "a", "password": "long enough", "roles": ["x", "y"] }));
    let wrong = client.post("/form-model").form([("user", ""), ("password", "short")]).await;
    wrong.assert_status(422);
    assert_eq!((wrong.at("/detail/0/loc"), wrong.at("/detail/0/type")), (json!(["body", "user"]), json!("missing")));
    assert_eq!(wrong.at("/detail/1/type"), "string_too_short");

    let body = &client.openapi()["paths"]["/form"]["post"]["requestBody"];
    assert_eq!(body["required"], true);
    let schema = &body["content"]["application/x-www-form-urlencoded"]["schema"]["$ref"];
    assert_eq!(*schema, "#/components/schemas/Body_form");
    let fields = &client.openapi()["components"]["schemas"]["Body_form"];
    assert_eq!(fields["required"], json!(["user", "password"]));
    assert_eq!(fields["properties"]["password"]["format"], "password");
}

#[get("/keys")]
async fn keys(#[header] x_key: SecretString, #[query] q: Option<SecretString>) -> usize {
    x_key.expose_secret().len() + q.map_or(0, |q| q.expose_secret().len())
}

/// What makes an account
#[derive(Deserialize, Schema)]
struct Account {
    name: String,
    #[schema(min_length = 12)]
    password: SecretString,
}

#[post("/accounts")]
async fn make_account(body: Account) -> usize {
    body.password.expose_secret().len() + body.name.len()
}

#[post("/accounts/form")]
async fn make_account_by_form(#[form] account: Account) -> usize {
    account.password.expose_secret().len() + account.name.len()
}

#[post("/short")]
async fn short_secret(#[form(max_length = 3)] pin: SecretString) -> usize {
    pin.expose_secret().len()
}

#[fastrail::test]
async fn secrets_are_read_everywhere_and_echoed_nowhere() {
    let app = || App::new("T", "1").include(routes![keys, make_account, make_account_by_form, short_secret]);
    for app in [app(), app().errors(ProblemDetails::new())] {
        let client = TestClient::new(app).await;
        client.get("/keys?q=12").header("x-key", "123").await.assert_status(200).assert_json(5);
        let refused = [
            client.post("/accounts").json(json!({ "name": "a", "password": "hunter2" })).await,
            client.post("/accounts").json(json!({ "password": "hunter2" })).await,
            client.post("/accounts").json(json!({ "name": "a", "password": ["hunter2"] })).await,
            client.post("/accounts").json(json!(["hunter2"])).await,
            client.post("/accounts").json(json!("hunter2")).await,
            client.post("/accounts").body("application/json", "{\"name\": \"a\", \"password\": \"hunter2\"").await,
            client.post("/accounts/form").form([("password", "hunter2")]).await,
            client.post("/short").form([("pin", "hunter2")]).await,
        ];
        for response in &refused {
            response.assert_status(422);
            assert!(!response.text().contains("hunter2"), "{response:?}");
        }
    }
}
