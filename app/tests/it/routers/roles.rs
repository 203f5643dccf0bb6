//! Roles and permissions, over HTTP.

use fastrail::testing::TestClient;
use serde_json::{Value, json};

use super::{NOBODY, ask, assert_needs_a_token};
use crate::support::{Answer, TestApi};

const ROLES: &str = "/api/v1/roles";

/// Makes a role and returns it.
async fn make(client: &TestClient, name: &str, permissions: Value) -> Value {
    let role = json!({ "name": name, "description": "Of a test", "permissions": permissions });
    client.post(ROLES).json(role).await.assert_status(201).json()
}

fn path(role: &Value) -> String {
    format!("{ROLES}/{}", role["id"].as_str().unwrap())
}

async fn path_of(client: &TestClient, name: &str) -> String {
    let page: Value = client.get(ROLES).await.assert_status(200).json();
    let roles = page["items"].as_array().unwrap();
    path(roles.iter().find(|role| role["name"] == name).unwrap())
}

/// Gives a user roles beside `user`.
async fn give(api: &TestApi, name: &str, role: &str) -> TestClient {
    let client = api.as_user(name).await;
    let path = format!("/api/v1/users/{}/roles", api.id_of(name).await);
    let roles = json!({ "roles": ["user", role] });
    api.as_admin().await.put(&path).json(roles).await.assert_status(200);
    client
}

/// A caller who may manage roles and nothing else.
async fn role_keeper(api: &TestApi) -> TestClient {
    make(&api.as_admin().await, "keeper", json!(["roles:read", "roles:write", "users:read"])).await;
    give(api, "keeper", "keeper").await
}

async fn assert_needs_the_permission(api: &TestApi, method: &str, path: &str) {
    assert_needs_a_token(&api.client, method, path).await;
    ask(&api.as_user("bob").await, method, path).await.assert_problem(403, "forbidden");
}

mod list_roles {
    use super::*;

    #[fastrail::test]
    async fn they_are_shown_by_name_with_what_they_may() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        make(&admin, "editor", json!(["items:write_all"])).await;
        let page: Value = admin.get(ROLES).await.assert_status(200).json();
        let shown: Vec<(&str, bool)> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| (role["name"].as_str().unwrap(), role["is_built_in"].as_bool().unwrap()))
            .collect();
        assert_eq!(shown, [("admin", true), ("editor", false), ("user", true)]);
        assert_eq!(page["items"][2]["permissions"], json!(["items:read", "items:write"]));
        assert_needs_the_permission(&api, "GET", ROLES).await;
    }
}

mod create_role {
    use super::*;

    #[fastrail::test]
    async fn it_is_found_where_the_answer_says_and_its_holders_may() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let role = json!({ "name": "support", "description": " Helps ", "permissions": ["users:read"] });
        let made = admin.post(ROLES).json(role).await;
        let location = made.assert_status(201).header("location").unwrap().to_owned();
        let role: Value = made.json();
        assert_eq!((&role["name"], &role["description"]), (&json!("support"), &json!("Helps")));
        admin.get(&location).await.assert_status(200).assert_json(&role);
        let ada = api.as_user("ada").await;
        ada.get("/api/v1/users").await.assert_problem(403, "forbidden");
        give(&api, "ada", "support").await;
        ada.get("/api/v1/users").await.assert_status(200);
    }

    #[fastrail::test]
    async fn nobody_gives_what_they_lack() {
        let api = TestApi::new().await;
        let keeper = role_keeper(&api).await;
        make(&keeper, "reader", json!(["users:read"])).await;
        for permission in ["users:write", "items:write_all", "unknown:permission"] {
            let role = json!({ "name": "more", "description": "More", "permissions": ["users:read", permission] });
            keeper.post(ROLES).json(role).await.assert_problem(403, "permission_not_held");
        }
    }

    #[fastrail::test]
    async fn a_taken_name_is_409_and_what_is_wrong_422() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let role = json!({ "name": "admin", "description": "Again", "permissions": [] });
        admin.post(ROLES).json(role).await.assert_problem(409, "role_name_taken");
        let wrong = json!({ "name": "Not Lower", "description": "", "permissions": ["x"], "is_built_in": true });
        admin.post(ROLES).json(wrong).await.assert_invalid(&[
            ("/name", "string_pattern_mismatch"),
            ("/description", "string_too_short"),
            ("/permissions/0", "string_pattern_mismatch"),
            ("/is_built_in", "extra_forbidden"),
        ]);
        assert_needs_the_permission(&api, "POST", ROLES).await;
    }
}

mod read_role {
    use super::*;

    #[fastrail::test]
    async fn it_needs_the_permission_and_an_id() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let path = path_of(&admin, "user").await;
        assert_eq!(admin.get(&path).await.assert_status(200).at("/name"), "user");
        assert_needs_the_permission(&api, "GET", &path).await;
        admin.get(&format!("{ROLES}/{NOBODY}")).await.assert_problem(404, "role_not_found");
        admin.get(&format!("{ROLES}/x")).await.assert_invalid(&[("path.role_id", "uuid_parsing")]);
    }
}

mod update_role {
    use super::*;

    #[fastrail::test]
    async fn holders_may_from_their_next_request_on_and_may_not_either() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let role = make(&admin, "support", json!([])).await;
        let ada = give(&api, "ada", "support").await;
        for (permissions, status) in [(json!(["users:read"]), 200), (json!([]), 403), (json!(["users:read"]), 200)] {
            admin.patch(&path(&role)).json(json!({ "permissions": permissions })).await.assert_status(200);
            ada.get("/api/v1/users").await.assert_status(status);
        }
        let renamed = admin.patch(&path(&role)).json(json!({ "name": "helpers", "description": "New" })).await;
        let renamed: Value = renamed.assert_status(200).json();
        assert_eq!(renamed["permissions"], json!(["users:read"]));
        admin.get(&path(&role)).await.assert_json(&renamed);
    }

    #[fastrail::test]
    async fn nobody_gives_or_takes_what_they_lack() {
        let api = TestApi::new().await;
        let (keeper, admin) = (role_keeper(&api).await, api.as_admin().await);
        let strong = make(&admin, "strong", json!(["users:write"])).await;
        for permissions in [json!([]), json!(["users:write", "items:write_all"])] {
            let change = keeper.patch(&path(&strong)).json(json!({ "permissions": permissions })).await;
            change.assert_problem(403, "permission_not_held");
        }
        let added = json!({ "permissions": ["users:write", "users:read"] });
        keeper.patch(&path(&strong)).json(added).await.assert_status(200);
        // Themselves neither.
        let own = path_of(&admin, "keeper").await;
        let more = json!({ "permissions": ["roles:read", "roles:write", "users:read", "users:write"] });
        keeper.patch(&own).json(more).await.assert_problem(403, "permission_not_held");
    }

    #[fastrail::test]
    async fn what_the_service_needs_stays() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let (users, admins) = (path_of(&admin, "user").await, path_of(&admin, "admin").await);
        for (path, change) in [
            (&users, json!({ "name": "people" })),
            (&admins, json!({ "name": "root" })),
            (&admins, json!({ "permissions": [] })),
        ] {
            admin.patch(path).json(change).await.assert_problem(409, "role_built_in");
        }
        admin.patch(&admins).json(json!({ "description": "Rules" })).await.assert_status(200);
        admin.patch(&users).json(json!({ "permissions": ["items:read"] })).await.assert_status(200);
        let ada = api.as_user("ada").await;
        ada.post("/api/v1/items").json(json!({ "name": "Fork", "price": "1" })).await.assert_problem(403, "forbidden");
    }

    #[fastrail::test]
    async fn nothing_null_taken_and_unknown_are_told() {
        let api = TestApi::new().await;
        let admin = api.as_admin().await;
        let role = make(&admin, "support", json!([])).await;
        admin.patch(&path(&role)).json(json!({})).await.assert_problem(400, "nothing_to_change");
        admin.patch(&path(&role)).json(json!({ "name": "user" })).await.assert_problem(409, "role_name_taken");
        let answer = admin.patch(&path(&role)).json(json!({ "name": null, "id": NOBODY })).await;
        answer.assert_invalid(&[("/name", "string_type"), ("/id", "extra_forbidden")]);
        let nobody = admin.patch(&format!("{ROLES}/{NOBODY}")).json(json!({ "name": "other" })).await;
        nobody.assert_problem(404, "role_not_found");
        assert_needs_the_permission(&api, "PATCH", &path(&role)).await;
    }
}

mod delete_role {
    use super::*;

    #[fastrail::test]
    async fn one_that_nobody_has_is_gone_and_the_others_stay() {
        let api = TestApi::new().await;
        let (keeper, admin) = (role_keeper(&api).await, api.as_admin().await);
        let (used, weak) = (make(&admin, "used", json!([])).await, make(&admin, "weak", json!([])).await);
        let strong = make(&admin, "strong", json!(["users:write"])).await;
        give(&api, "ada", "used").await;
        admin.delete(&path(&used)).await.assert_problem(409, "role_in_use");
        keeper.delete(&path(&strong)).await.assert_problem(403, "permission_not_held");
        for name in ["admin", "user"] {
            admin.delete(&path_of(&admin, name).await).await.assert_problem(409, "role_built_in");
        }
        keeper.delete(&path(&weak)).await.assert_status(204);
        admin.delete(&path(&weak)).await.assert_problem(404, "role_not_found");
        assert_needs_the_permission(&api, "DELETE", &path(&strong)).await;
    }
}

mod list_permissions {
    use super::*;

    #[fastrail::test]
    async fn everything_that_an_operation_asks_for_can_be_given() {
        let api = TestApi::new().await;
        let permissions: Value = api.as_admin().await.get("/api/v1/permissions").await.assert_status(200).json();
        let known = permissions["permissions"].as_array().unwrap();
        let document = api.client.openapi();
        let scopes = &document["components"]["securitySchemes"]["AccessToken"]["flows"]["password"]["scopes"];
        let mut documented: Vec<&String> = scopes.as_object().unwrap().keys().collect();
        documented.sort_unstable();
        let known: Vec<&str> = known.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(known, documented);
        assert_needs_the_permission(&api, "GET", "/api/v1/permissions").await;
    }
}
