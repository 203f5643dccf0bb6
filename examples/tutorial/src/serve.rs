//! Serving one app of the tutorial, or all of them.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use fastrail::openapi::DocumentStyle;
use fastrail::{App, TrustedProxies};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// An app by its name, such as `query_params.tutorial001`
pub(crate) type Entry = (&'static str, fn() -> App);

type BoxError = Box<dyn Error + Send + Sync>;

/// What FastAPI and its server do by default, and Fastrail where it is told to: a proxy on this machine is believed
fn styled(app: App) -> Result<App, BoxError> {
    Ok(app.document_style(DocumentStyle::FastApi).trusted_proxies(TrustedProxies::parse(["127.0.0.1"])?))
}

/// Serves the app that is called `name` on a port of loopback
pub(crate) async fn one(apps: &[Entry], name: &str, port: &str) -> Result<(), BoxError> {
    let port: u16 = port.parse().map_err(|_| format!("`{port}` is no port"))?;
    let (_, app) = apps.iter().find(|(known, _)| *known == name).ok_or_else(|| format!("there is no app `{name}`"))?;
    Ok(fastrail::serve(styled(app())?).bind(format!("127.0.0.1:{port}")).await?)
}

/// Serves every app on a port of its own, and writes `{"chapter.name": "http://127.0.0.1:PORT"}` once all listen
pub(crate) async fn all(apps: &[Entry], map: &str) -> Result<(), BoxError> {
    let mut servers = JoinSet::new();
    let addresses = Arc::new(Mutex::new(BTreeMap::new()));
    let mut ready = Vec::new();
    for &(name, app) in apps {
        let (tell, told) = oneshot::channel();
        let addresses = Arc::clone(&addresses);
        let server = fastrail::serve(styled(app())?).bind("127.0.0.1:0").on_ready(move |address| {
            addresses.lock().unwrap_or_else(PoisonError::into_inner).insert(name, format!("http://{address}"));
            let _ = tell.send(());
        });
        servers.spawn(async move { server.await.map_err(|error| format!("{name}: {error}")) });
        ready.push(told);
    }
    for told in ready {
        // A server that did not start says why below.
        let _ = told.await;
    }
    let text = serde_json::to_string_pretty(&*addresses.lock().unwrap_or_else(PoisonError::into_inner))?;
    std::fs::write(map, text)?;
    while let Some(server) = servers.join_next().await {
        server??;
    }
    Ok(())
}
