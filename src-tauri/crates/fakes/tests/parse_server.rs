//! The real Parse Server comes up, answers, and is gone without a trace.
//!
//! Without Node, its packages or PostgreSQL it is left out and says so; on a Linux of continuous integration that is a
//! failure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::io::{Read, Write};
use std::net::TcpStream;

use rehearse_fakes::ParseServer;

/// One request to the server, answered as text.
fn asked(server: &ParseServer, method: &str, path: &str, body: &str) -> String {
    let host = server.url().strip_prefix("http://").unwrap();
    let (host, mount) = host.split_once('/').unwrap();
    let keys = server.keys();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{mount}{path} HTTP/1.1\r\nhost: {host}\r\nx-parse-application-id: {}\r\nx-parse-rest-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        keys.app_id,
        keys.rest_key,
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_real_parse_server_answers_and_keeps_unique_columns() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(missing) => {
            let guarded = cfg!(target_os = "linux") && std::env::var_os("CI").is_some();
            assert!(!guarded, "{missing}");
            eprintln!("left out: {missing}");
            return;
        }
    };
    assert!(asked(&server, "GET", "/health", "").contains(r#"{"status":"ok"}"#));
    server.make_unique("Turn", "clientId").unwrap();
    let create = || asked(&server, "POST", "/classes/Turn", r#"{"clientId":"a"}"#);
    assert!(create().starts_with("HTTP/1.1 201"));
    let twin = create();
    assert!(
        twin.starts_with("HTTP/1.1 400") && twin.contains(r#""code":137"#),
        "{twin}"
    );
    let batch = r#"{"requests":[{"method":"POST","path":"/parse/classes/Turn","body":{"clientId":"b"}}]}"#;
    assert!(asked(&server, "POST", "/batch", batch).contains("success"));
    let host = server
        .url()
        .trim_start_matches("http://")
        .trim_end_matches("/parse")
        .to_owned();
    drop(server);
    assert!(TcpStream::connect(host).is_err());
}
