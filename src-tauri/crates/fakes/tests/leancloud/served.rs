//! The same over a socket: bytes as a stranger's client sees them.

use rehearse_fakes::leancloud::{Fault, Served};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::App;

/// Sends a request and reads until the server closes.
async fn raw(served: &Served, app: &App, headers: &str) -> Vec<u8> {
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let options = app.fake.options();
    let request = format!(
        "GET /1.1/classes/Turn HTTP/1.1\r\nhost: {address}\r\nx-lc-id: {}\r\nx-lc-key: {}\r\n{headers}connection: close\r\n\r\n",
        options.app_id, options.app_key
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

async fn app() -> App {
    let app = App::new();
    app.row("Turn", json!({"text": "a".repeat(1000)})).await;
    app
}

#[tokio::test]
async fn a_lost_connection_is_closed_without_a_byte() {
    let app = app().await;
    let served = app.fake.serve().await.unwrap();
    app.fake.faults().once("GET", "*", Fault::After);
    assert_eq!(raw(&served, &app, "").await, b"");
    assert!(raw(&served, &app, "").await.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn an_answer_cut_short_is_shorter_than_it_says() {
    let app = app().await;
    let served = app.fake.serve().await.unwrap();
    let whole = raw(&served, &app, "").await.len();
    app.fake.faults().once("GET", "*", Fault::CutShort);
    let answer = raw(&served, &app, "").await;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.len() < whole);
}

#[tokio::test]
async fn json_is_compressed_for_who_accepts_it() {
    let app = app().await;
    let served = app.fake.serve().await.unwrap();
    for encoding in ["gzip", "br"] {
        let answer = raw(&served, &app, &format!("accept-encoding: {encoding}\r\n")).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            text.contains(&format!("content-encoding: {encoding}\r\n")) && answer.len() < 900,
            "{text}"
        );
    }
    assert!(!String::from_utf8_lossy(&raw(&served, &app, "").await).contains("content-encoding"));
}

#[tokio::test]
async fn it_stops_listening_when_it_is_dropped() {
    let app = app().await;
    let served = app.fake.serve().await.unwrap();
    let address = served.url.strip_prefix("http://").unwrap().to_owned();
    drop(served);
    tokio::task::yield_now().await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err());
}
