//! A [`Net`] against small servers on this computer: its terms, its switch, its counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use rehearse_net::{Body, Net, NetError, NetOptions, Purpose, Redirects, Terms, WhileOffline, empty, full};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

const TESTING: Purpose = Purpose::named("testing");

/// Answers each connection with the next text, and remembers what it was sent. A text without its end keeps the
/// connection open.
struct Server {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn server(answers: Vec<String>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    let task = tokio::spawn(async move {
        let mut open = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = hear(&mut stream).await;
            ears.lock().await.push(request);
            stream.write_all(answer.as_bytes()).await.unwrap();
            if answer.contains("keeps") {
                open.push(stream);
            }
        }
        std::future::pending::<()>().await;
    });
    Server { url, heard, task }
}

/// Reads a request with a body of a known length.
async fn hear(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => heard.extend_from_slice(&piece[..count]),
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

fn net() -> Net {
    Net::new(NetOptions::default())
}

fn get(url: &str) -> Request<Body> {
    Request::get(url).header("x-key", "secret").body(empty()).unwrap()
}

async fn text(answer: http::Response<Body>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn an_answer_of_any_status_is_an_answer_and_both_ways_are_counted() {
    let server = server(vec![answer("418 teapot", "", "short and stout")]).await;
    let net = net();
    let request = Request::post(&server.url).body(full("tea")).unwrap();
    let answer = net.send(request, Terms::of(TESTING)).await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(text(answer).await, "short and stout");
    let heard = server.heard.lock().await;
    assert!(
        heard[0].ends_with("tea") && heard[0].contains("user-agent: Rehearse/"),
        "{}",
        heard[0]
    );
    let traffic = net.traffic();
    assert_eq!(traffic.len(), 1);
    assert!(server.url.ends_with(&traffic[0].host));
    assert_eq!((traffic[0].purpose, traffic[0].requests), (TESTING, 1));
    assert_eq!((traffic[0].sent, traffic[0].received), (3, 15));
}

#[tokio::test]
async fn who_is_counted_apart_sees_nothing_of_others_and_counts_with_them() {
    let server = server(vec![answer("200 OK", "", "four"); 3]).await;
    let net = net();
    let apart = net.counted_apart();
    let inner = apart.counted_apart();
    for one in [&net, &apart, &inner] {
        let answer = one.send(get(&server.url), Terms::of(TESTING)).await.unwrap();
        assert_eq!(text(answer).await, "four");
    }
    let counted = |net: &Net| {
        let all = net.traffic();
        assert_eq!(all.len(), 1);
        (all[0].requests, all[0].received)
    };
    assert_eq!(counted(&net), (3, 12));
    assert_eq!(counted(&apart.clone()), (2, 8));
    assert_eq!(counted(&inner), (1, 4));
    net.set_offline(true);
    assert!(inner.is_offline(), "there is one switch");
}

#[tokio::test]
async fn offline_nothing_is_sent() {
    let server = server(vec![answer("200 OK", "", "")]).await;
    let net = net();
    net.set_offline(true);
    let error = net.send(get(&server.url), Terms::of(TESTING)).await.unwrap_err();
    assert!(matches!(error, NetError::Offline) && !error.may_have_arrived());
    assert!(server.heard.lock().await.is_empty() && net.traffic().is_empty());
    net.set_offline(false);
    net.online().await;
    assert!(net.send(get(&server.url), Terms::of(TESTING)).await.is_ok());
}

#[tokio::test]
async fn the_switch_cuts_off_a_request_that_waits_and_an_answer_that_flows() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nkeeps".to_owned();
    let server = server(vec![String::new(), half]).await;
    let net = net();
    // The first connection is closed without a word.
    let error = net.send(get(&server.url), Terms::of(TESTING)).await.unwrap_err();
    assert!(
        matches!(error, NetError::Interrupted { .. }) && error.may_have_arrived(),
        "{error:?}"
    );

    let mut body = net
        .send(get(&server.url), Terms::of(TESTING))
        .await
        .unwrap()
        .into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "keeps");
    let switch = net.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        switch.set_offline(true);
    });
    let error = body.frame().await.unwrap().unwrap_err();
    let error = error.get_ref().unwrap().downcast_ref::<NetError>().unwrap();
    assert!(matches!(error, NetError::CutOff { .. }), "{error:?}");
}

#[tokio::test]
async fn silence_is_noticed_before_the_answer_and_inside_it() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nkeeps".to_owned();
    let mute = "HTTP/1.1 200 OK\r\nx: keeps\r\n".to_owned();
    let server = server(vec![half, mute]).await;
    let net = net();
    let terms = Terms {
        silence: Duration::from_millis(80),
        ..Terms::of(TESTING)
    };
    let answer = net.send(get(&server.url), terms).await.unwrap();
    let error = answer.into_body().collect().await.unwrap_err();
    let error = error.get_ref().unwrap().downcast_ref::<NetError>().unwrap();
    assert!(matches!(error, NetError::Silent { .. }), "{error:?}");
    let error = net.send(get(&server.url), terms).await.unwrap_err();
    assert!(
        matches!(error, NetError::Silent { .. }) && error.may_have_arrived(),
        "{error:?}"
    );
}

#[tokio::test]
async fn nobody_there_is_told_from_a_broken_connection_and_tls_sends_nothing_before_trust() {
    let url = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let net = net();
    let error = net.send(get(&url), Terms::of(TESTING)).await.unwrap_err();
    assert!(
        matches!(error, NetError::Unreachable { .. }) && !error.may_have_arrived(),
        "{error:?}"
    );
    assert!(!error.to_string().contains("http:"), "{error}");

    // Nothing that the server understands as a request ever comes, so it is mute.
    let net = Net::new(NetOptions {
        connecting: Duration::from_millis(300),
        ..NetOptions::default()
    });
    let server = server(vec!["I speak no TLS".to_owned()]).await;
    let secure = server.url.replace("http:", "https:");
    let error = net.send(get(&secure), Terms::of(TESTING)).await.unwrap_err();
    assert!(!error.may_have_arrived(), "{error:?}");
    assert!(
        !server
            .heard
            .lock()
            .await
            .iter()
            .any(|heard| heard.contains("secret"))
    );
}

#[tokio::test]
async fn other_computers_are_not_spoken_to_without_encryption() {
    let net = net();
    let error = net
        .send(get("http://192.0.2.1/"), Terms::of(TESTING))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, NetError::PlainHttp { host } if host == "192.0.2.1"),
        "{error:?}"
    );
    assert!(net.traffic().is_empty());
}

#[tokio::test]
async fn to_agree_to_one_thing_is_not_to_agree_to_another_at_the_same_host() {
    let server = server(vec![answer("200 OK", "", "here"); 2]).await;
    // The same computer under a name that is not loopback's.
    let url = server.url.replace("127.0.0.1", "0.0.0.0");
    let files = net();
    let voice = files.agreed_apart();
    files.set_plain_http_hosts(["0.0.0.0".to_owned()]);
    files.send(get(&url), Terms::of(TESTING)).await.unwrap();
    let error = voice.send(get(&url), Terms::of(TESTING)).await.unwrap_err();
    assert!(matches!(error, NetError::PlainHttp { .. }), "{error:?}");

    // Who is counted apart is under the same agreements, also under those that are made later.
    let counted = voice.counted_apart();
    voice.set_plain_http_hosts(["0.0.0.0".to_owned()]);
    files.set_plain_http_hosts([]);
    counted.send(get(&url), Terms::of(TESTING)).await.unwrap();
    let error = files.send(get(&url), Terms::of(TESTING)).await.unwrap_err();
    assert!(matches!(error, NetError::PlainHttp { .. }), "{error:?}");
    assert_eq!(server.heard.lock().await.len(), 2);
}

#[tokio::test]
async fn a_redirect_is_the_answer_unless_it_is_to_be_followed() {
    let there = server(vec![answer("200 OK", "", "here")]).await;
    let moved = answer("302 Found", &format!("location: {}/file\r\n", there.url), "");
    let here = server(vec![moved.clone(), moved]).await;
    let net = net();
    let plain = net.send(get(&here.url), Terms::of(TESTING)).await.unwrap();
    assert_eq!(plain.status(), 302);
    let follow = Terms {
        redirects: Redirects::Follow,
        ..Terms::of(TESTING)
    };
    assert_eq!(
        text(net.send(get(&here.url), follow).await.unwrap()).await,
        "here"
    );
    // Another server learns nothing about who asks.
    assert!(!there.heard.lock().await[0].contains("secret"));
    assert!(
        here.heard
            .lock()
            .await
            .iter()
            .all(|heard| heard.contains("secret"))
    );
}

#[tokio::test]
async fn a_redirect_may_not_lead_to_where_a_request_may_not_go_nor_round_and_round() {
    let away = server(vec![answer("302 Found", "location: http://192.0.2.1/\r\n", "")]).await;
    let follow = Terms {
        redirects: Redirects::Follow,
        ..Terms::of(TESTING)
    };
    let net = net();
    let error = net.send(get(&away.url), follow).await.unwrap_err();
    assert!(matches!(error, NetError::PlainHttp { .. }), "{error:?}");
    let round = server(vec![answer("302 Found", "location: /\r\n", ""); 9]).await;
    let error = net.send(get(&round.url), follow).await.unwrap_err();
    assert!(matches!(error, NetError::Redirected { .. }), "{error:?}");
    assert_eq!(round.heard.lock().await.len(), 6);
}

const TO_THIS_COMPUTER: Terms = Terms {
    redirects: Redirects::Follow,
    while_offline: WhileOffline::ThisComputer,
    ..Terms::of(TESTING)
};

#[tokio::test]
async fn whoever_runs_a_server_here_keeps_it_offline_and_is_led_nowhere_else() {
    let away = answer("302 Found", "location: https://192.0.2.1/\r\n", "");
    let server = server(vec![answer("200 OK", "", "here"), away]).await;
    let net = net();
    net.set_offline(true);
    let here = net.send(get(&server.url), TO_THIS_COMPUTER).await.unwrap();
    assert_eq!(text(here).await, "here");
    for error in [
        net.send(get(&server.url), TO_THIS_COMPUTER).await.unwrap_err(),
        net.send(get("https://192.0.2.1/"), TO_THIS_COMPUTER)
            .await
            .unwrap_err(),
        net.send(get(&server.url), Terms::of(TESTING)).await.unwrap_err(),
    ] {
        assert!(matches!(error, NetError::Offline), "{error:?}");
    }
    assert_eq!(net.traffic().len(), 1);
}

#[tokio::test]
async fn the_switch_does_not_cut_off_what_may_go_on() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nkeeps".to_owned();
    let server = server(vec![half]).await;
    let net = net();
    let terms = Terms {
        silence: Duration::from_millis(150),
        ..TO_THIS_COMPUTER
    };
    let mut body = net.send(get(&server.url), terms).await.unwrap().into_body();
    net.set_offline(true);
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "keeps");
    let error = body.frame().await.unwrap().unwrap_err();
    let error = error.get_ref().unwrap().downcast_ref::<NetError>().unwrap();
    assert!(matches!(error, NetError::Silent { .. }), "{error:?}");
}

#[tokio::test]
async fn the_names_of_this_computer_are_known_here() {
    let server = server(vec![answer("200 OK", "", "here")]).await;
    let url = server.url.replace("127.0.0.1", "models.localhost");
    assert_eq!(
        text(net().send(get(&url), Terms::of(TESTING)).await.unwrap()).await,
        "here"
    );
}
