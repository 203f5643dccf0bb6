//! Operations that another team has written; the app says where they are and who may use them.

use fastrail::prelude::*;

#[post("/")]
async fn update_admin() -> Value {
    json!({ "message": "Admin getting schwifty" })
}

pub(crate) fn router() -> Router {
    Router::new("/admin").include(routes![update_admin])
}
