//! Testing: in process, with overrides.

use fastrail::prelude::*;

#[derive(Clone)]
pub struct Mailer {
    pub name: &'static str,
}

/// The real mailer
#[dependency]
async fn mailer() -> Mailer {
    Mailer { name: "smtp" }
}

/// A service on the mailer
#[derive(Clone, Dependency)]
pub struct Invitations {
    mailer: Mailer,
}

#[post("/invite")]
async fn invite(invitations: Invitations) -> String {
    format!("sent by {}", invitations.mailer.name)
}

pub fn app() -> App {
    App::new("Testing", "1.0.0").include(routes![invite])
}

#[cfg(test)]
mod tests {
    use super::*;

    // ANCHOR: test
    #[fastrail::test]
    async fn an_invitation_goes_through_the_mailer() {
        let client = TestClient::new(app()).await;
        client.post("/invite").await.assert_status(200).assert_json("sent by smtp");
    }
    // ANCHOR_END: test

    // ANCHOR: override
    #[fastrail::test]
    async fn in_a_test_nothing_is_sent() {
        let app = app().override_dependency(|| async { Ok(Mailer { name: "nobody" }) });
        let client = TestClient::new(app).await;
        client.post("/invite").await.assert_json("sent by nobody");
    }
    // ANCHOR_END: override
}
