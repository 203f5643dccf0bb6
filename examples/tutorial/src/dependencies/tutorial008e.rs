//! A teardown runs before the answer is sent.

use fastrail::prelude::*;

#[derive(Clone)]
struct Username(&'static str);

#[dependency(teardown = clean_up)]
fn get_username() -> Username {
    Username("Rick")
}

async fn clean_up(_: Username, _: Outcome) -> Result<()> {
    println!("Cleaned up before the response is sent");
    Ok(())
}

#[get("/users/me")]
fn get_user_me(username: Username) -> Value {
    username.0.into()
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0").include(routes![get_user_me])
}
