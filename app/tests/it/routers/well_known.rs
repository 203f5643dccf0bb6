//! What standards look for at fixed places.

use serde_json::Value;

use crate::support::TestApi;

mod read_jwks {
    use super::*;

    #[fastrail::test]
    async fn anybody_gets_the_public_keys_and_may_keep_them_for_five_minutes() {
        for (algorithm, names) in
            [("EdDSA", "alg crv kid kty use x"), ("ES256", "alg crv kid kty use x y"), ("RS256", "alg e kid kty n use")]
        {
            let api = TestApi::with_settings(&[("AUTH__ALGORITHM", algorithm)]).await;
            let answer = api.client.get("/.well-known/jwks.json").await;
            answer.assert_status(200).assert_header("cache-control", "public, max-age=300");
            let document: Value = answer.json();
            assert_eq!(document["keys"].as_array().map(Vec::len), Some(1));
            let key = document["keys"][0].as_object().unwrap();
            let mut found: Vec<&str> = key.keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found.join(" "), names, "public parts only");
            assert_eq!(key["alg"], algorithm);
        }
    }
}
