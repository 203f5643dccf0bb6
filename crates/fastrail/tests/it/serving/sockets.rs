//! Unix sockets, proxies before them, and a socket that goes from one server to the next.

use std::path::PathBuf;

use fastrail::prelude::*;
use fastrail::serve::{Address, Listen, Listening};
use fastrail::{OwnedRequestInfo, Shutdown, TrustedProxies};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Who asks, and for what
#[get("/who")]
async fn who(request: OwnedRequestInfo) -> String {
    let address = request.client_addr().map_or_else(|| "nobody".to_owned(), |address| address.to_string());
    format!("{address} {} {} {}", request.scheme(), request.host().unwrap_or("-"), request.root_path())
}

/// Whether it has been told to stop, and whether another has taken over
#[get("/end")]
async fn end(shutdown: Shutdown) -> [bool; 2] {
    [shutdown.has_begun(), shutdown.is_handed_over()]
}

fn app(proxies: &[&str]) -> App {
    let proxies = TrustedProxies::parse(proxies.iter().copied()).expect("they are networks");
    App::new("T", "1").include(routes![who, end]).trusted_proxies(proxies).root_path("/shop")
}

/// A folder of this test alone, removed at its end
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fastrail-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path of text").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn start(app: App, listen: Listen) -> (Address, oneshot::Sender<()>, JoinHandle<fastrail::Result<()>>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, is_ready) = oneshot::channel();
    let listening = Listening::open(&listen).await.expect("it listens");
    let serve =
        fastrail::serve(app).listener(listening).on_ready(|address| ready.send(address).expect("the test waits"));
    let serve = serve.until(async move { stopped.await.unwrap_or_default() });
    let ended = tokio::spawn(async move { serve.await });
    (is_ready.await.expect("it starts"), stop, ended)
}

#[fastrail::test]
async fn a_unix_socket_serves_and_its_proxy_is_believed_when_trusted() {
    let folder = Folder::new("unix");
    let listen = || Listen { address: format!("unix:{}", folder.path("s")), ..Listen::default() };
    for (proxies, expected) in [(&["unix"][..], "1.2.3.4 https shop.example /api"), (&[], "nobody http t /shop")] {
        let (address, stop, ended) = start(app(proxies), listen()).await;
        assert_eq!(address, Address::Unix(Some(folder.0.join("s"))));
        let mut stream = UnixStream::connect(folder.path("s")).await.expect("it listens");
        let request = "GET /who HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\
                       X-Forwarded-Host: shop.example\r\nX-Forwarded-Prefix: /api\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("text");
        assert!(answer.ends_with(&format!("\"{expected}\"")), "{answer}");
        stop.send(()).expect("it runs");
        ended.await.expect("no panic").expect("no error");
        // The socket is left; the next server takes its place.
    }
}

#[fastrail::test]
async fn two_servers_do_not_share_a_unix_socket() {
    let folder = Folder::new("taken");
    let listen = Listen { address: format!("unix:{}", folder.path("s")), ..Listen::default() };
    let (_, stop, ended) = start(app(&[]), listen.clone()).await;
    let error = Listening::open(&listen).await.expect_err("it is taken");
    assert!(error.to_string().contains("in use"), "{error}");
    stop.send(()).expect("it runs");
    ended.await.expect("no panic").expect("no error");
}

#[fastrail::test]
async fn ports_can_be_shared_where_both_want_it() {
    let listen = Listen { address: "127.0.0.1:0".to_owned(), reuse_port: true, handover: None };
    let (address, stop, ended) = start(app(&[]), listen).await;
    let shared = Listen { address: address.tcp().expect("a port").to_string(), reuse_port: true, handover: None };
    assert!(Listening::open(&shared).await.is_ok());
    assert!(Listening::open(&Listen { reuse_port: false, ..shared }).await.is_err());
    stop.send(()).expect("it runs");
    ended.await.expect("no panic").expect("no error");
}

#[fastrail::test]
async fn the_next_server_takes_the_socket_over_and_the_old_one_ends() {
    let folder = Folder::new("handover");
    let listen =
        Listen { address: "127.0.0.1:0".to_owned(), reuse_port: false, handover: Some(folder.path("next").into()) };
    let (first, _never_sent, first_ended) = start(app(&[]), listen.clone()).await;
    let port = first.tcp().expect("a port");
    // One that fails at its start changes nothing.
    let failed = Listening::open(&listen).await.expect("it gets the socket");
    drop(failed);
    let mut early = TcpStream::connect(port).await.expect("it listens");
    let (second, stop, second_ended) = start(app(&[]), listen).await;
    assert_eq!(first, second, "the very same socket");
    first_ended.await.expect("no panic").expect("no error");
    early.write_all(b"GET /who HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await.expect("it reads or closed");
    let mut stream = TcpStream::connect(port).await.expect("it listens");
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    stop.send(()).expect("it runs");
    second_ended.await.expect("no panic").expect("no error");
}

#[fastrail::test]
async fn who_is_connected_to_the_old_one_is_told_that_another_has_taken_over() {
    let folder = Folder::new("handed-over");
    let listen =
        Listen { address: "127.0.0.1:0".to_owned(), reuse_port: false, handover: Some(folder.path("next").into()) };
    let (first, _never_sent, first_ended) = start(app(&[]), listen.clone()).await;
    let mut stream = TcpStream::connect(first.tcp().expect("a port")).await.expect("it listens");
    let mut ask = async || {
        stream.write_all(b"GET /end HTTP/1.1\r\nHost: t\r\n\r\n").await.expect("it reads");
        let mut answer = String::new();
        while !answer.ends_with(']') {
            let mut bytes = [0; 1024];
            let count = stream.read(&mut bytes).await.expect("bytes");
            assert!(count > 0, "closed without an answer, after {answer}");
            answer.push_str(std::str::from_utf8(&bytes[..count]).expect("text"));
        }
        answer
    };
    assert!(ask().await.ends_with("[false,false]"));
    let (_, stop, second_ended) = start(app(&[]), listen).await;
    // The old one is told a moment after the new one answers.
    let last = loop {
        let answer = ask().await;
        if answer.contains("connection: close") {
            break answer;
        }
    };
    assert!(last.ends_with("[true,true]"), "{last}");
    first_ended.await.expect("no panic").expect("no error");
    stop.send(()).expect("it runs");
    second_ended.await.expect("no panic").expect("no error");
}

#[fastrail::test]
async fn a_proxy_that_is_not_trusted_says_nothing() {
    let client = TestClient::new(app(&["10.0.0.0/8"])).await.with_header("x-forwarded-for", "1.2.3.4");
    let from = |address: &str| client.with_peer(address.parse().expect("an address"));
    assert_eq!(client.openapi()["servers"][0]["url"], "/shop");
    from("9.9.9.9:1").get("/who").await.assert_json("9.9.9.9 http - /shop");
    from("10.0.0.1:1").get("/who").await.assert_json("1.2.3.4 http - /shop");
    from("10.0.0.1:1")
        .with_header("forwarded", "for=4.4.4.4;proto=https;host=\"shop.example:8443\"")
        .get("/who")
        .await
        .assert_json("4.4.4.4 https shop.example:8443 /shop");
}
