//! What several operations ask for.

use fastrail::prelude::*;

#[dependency(explicit, guard)]
pub(crate) async fn get_token_header(#[header] x_token: String) -> Result<()> {
    if x_token != "fake-super-secret-token" {
        return Err(Error::new(400, "X-Token header invalid"));
    }
    Ok(())
}

#[dependency(explicit, guard)]
pub(crate) async fn get_query_token(token: String) -> Result<()> {
    if token != "jessica" {
        return Err(Error::new(400, "No Jessica token provided"));
    }
    Ok(())
}
