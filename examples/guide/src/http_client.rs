//! Other servers, called.

use std::time::Duration;

use fastrail::http_client::HttpClientError;
use fastrail::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
struct Rate {
    currency: String,
    cents: u64,
}

/// Where the other server is, from the settings
#[derive(Clone)]
pub struct Rates {
    pub url: String,
}

// ANCHOR: call
#[get("/rates/{currency}")]
async fn read_rate(currency: String, rates: State<Rates>, http: HttpClient) -> Result<Rate, HttpClientError> {
    http.get(format!("{}/rates", rates.url)).query("currency", &currency).json().await
}
// ANCHOR_END: call

// ANCHOR: send
#[put("/rates/{currency}", status = 204)]
async fn write_rate(currency: String, rate: Rate, rates: State<Rates>, http: HttpClient) -> Result<()> {
    let call = http.put(format!("{}/rates", rates.url)).query("currency", &currency).with_json(&rate);
    match call.timeout(Duration::from_secs(3)).send().await?.status() {
        StatusCode::CONFLICT => Err(Error::new(409, "Somebody else has changed it")),
        status if status.is_success() => Ok(()),
        status => Err(Error::internal(format_args!("an unexpected {status}"))),
    }
}
// ANCHOR_END: send

// ANCHOR: app
pub fn app(rates: Rates) -> Result<App> {
    let http = HttpClient::new().timeout(Duration::from_secs(5)).user_agent("shop/1.0");
    // Private addresses are refused, but for those that are named.
    let http = http.allow(["10.1.0.0/16", "localhost"]).map_err(Error::internal)?;
    Ok(App::new("Shop", "1.0.0").http_client(http).state(rates).include(routes![read_rate, write_rate]))
}
// ANCHOR_END: app

#[cfg(test)]
mod tests {
    use super::*;

    /// The other server
    #[get("/rates")]
    async fn rate(currency: String) -> Result<Rate> {
        if currency == "XXX" { Err(Error::new(404, "Unknown")) } else { Ok(Rate { currency, cents: 7 }) }
    }

    #[put("/rates", status = 204)]
    async fn change(currency: String, rate: Rate) -> Result<()> {
        if currency == rate.currency { Ok(()) } else { Err(Error::new(409, "Another currency")) }
    }

    #[fastrail::test]
    async fn another_server_is_called() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://localhost:{}", listener.local_addr().expect("it listens").port());
        let other = App::new("Rates", "1.0.0").include(routes![rate, change]);
        let serving = tokio::spawn(fastrail::serve(other).listener(listener).into_future());
        let client = TestClient::new(app(Rates { url }).expect("an app")).await;
        client.get("/rates/EUR").await.assert_json(json!({ "currency": "EUR", "cents": 7 }));
        client.get("/rates/XXX").await.assert_status(502);
        let rate = json!({ "currency": "EUR", "cents": 8 });
        client.put("/rates/EUR").json(&rate).await.assert_status(204);
        client.unchecked().put("/rates/USD").json(&rate).await.assert_status(409);
        serving.abort();
    }
}
