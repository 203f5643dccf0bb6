//! Where a login comes from.

use fastrail::OwnedRequestInfo;
use fastrail::prelude::*;
use http::header::USER_AGENT;

use crate::services::client::Client;

/// The client's address, as far as trusted proxies tell it, and its name for itself
#[dependency]
pub async fn client(request: OwnedRequestInfo) -> Client {
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Client { address: request.client_addr(), user_agent }
}
