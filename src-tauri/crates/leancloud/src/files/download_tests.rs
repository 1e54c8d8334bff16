//! Downloads: checked, and told apart into what may pass and what does not.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::scripted::{Step, broken, client, text};
use crate::{Dialect, Next, Reason};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const URL: &str = "https://files.example/k.mp3";

async fn run(step: Step, url: &str, expected: Expected) -> (Result<Received, Error>, Vec<u8>) {
    let (client, seen) = client(Dialect::LeanCloud, [step]);
    let mut into = Vec::new();
    let received = client.files().download(url, &mut into, &expected, None).await;
    for request in seen.seen() {
        assert!(
            request.headers.is_empty(),
            "a host of files is told nothing: {request:?}"
        );
        assert_eq!(request.errand, Errand::Download);
    }
    (received, into)
}

fn hash(sha256: &str) -> Expected {
    Expected {
        size: None,
        sha256: Some(sha256.to_owned()),
    }
}

fn size(size: u64) -> Expected {
    Expected {
        size: Some(size),
        sha256: None,
    }
}

#[tokio::test]
async fn a_file_comes_with_its_size_and_hash() {
    let (received, into) = run(text(200, "abc"), URL, hash(&ABC.to_uppercase())).await;
    assert_eq!(
        received.unwrap(),
        Received {
            size: 3,
            sha256: ABC.to_owned()
        }
    );
    assert_eq!(into, b"abc");
    assert!(run(text(200, "abc"), URL, size(3)).await.0.is_ok());
}

#[tokio::test]
async fn other_bytes_than_expected_are_refused() {
    let (received, _) = run(text(200, "abd"), URL, hash(ABC)).await;
    assert!(matches!(received, Err(Error::Altered { .. })));
    let (received, _) = run(text(200, "abcd"), URL, size(3)).await;
    assert!(matches!(received, Err(Error::Altered { .. })));
    let (received, _) = run(text(200, "ab"), URL, size(3)).await;
    assert!(matches!(received.unwrap_err().next(), Next::Later { .. }));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_from_a_host_in_trouble() {
    let next = |result: Result<Received, Error>| result.unwrap_err().next();
    let missing = Next::Stuck {
        reason: Reason::Missing,
    };
    assert_eq!(
        next(run(text(404, ""), URL, Expected::default()).await.0),
        missing
    );
    for step in [text(503, ""), broken()] {
        let next = next(run(step, URL, Expected::default()).await.0);
        assert!(matches!(next, Next::Later { .. }), "{next:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_says_nothing_is_given_up() {
    let (received, _) = run(Step::Hang, URL, Expected::default()).await;
    assert!(matches!(received, Err(Error::Transport(TransportError::Silent))));
}

#[tokio::test]
async fn without_encryption_only_with_a_hash_or_from_here() {
    for (url, expected, fine) in [
        ("http://lc-1.lcfile.example/k", Expected::default(), false),
        ("http://lc-1.lcfile.example/k", hash(ABC), true),
        ("http://127.0.0.1:7101/k", Expected::default(), true),
        ("http://[::1]:7101/k", Expected::default(), true),
        ("http://localhost/k", Expected::default(), true),
        ("ftp://files.example/k", hash(ABC), false),
        ("k.mp3", hash(ABC), false),
        ("data:,x", hash(ABC), false),
    ] {
        let (received, _) = run(text(200, "abc"), url, expected).await;
        assert_eq!(received.is_ok(), fine, "{url}");
    }
}

#[tokio::test]
async fn progress_is_told_and_a_full_disk_is_said() {
    let (client, _) = client(Dialect::LeanCloud, [text(200, "abc"), text(200, "abc")]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let progress: Progress = Arc::new(move |bytes| ear.lock().push(bytes));
    let mut into = Vec::new();
    client
        .files()
        .download(URL, &mut into, &Expected::default(), Some(progress))
        .await
        .unwrap();
    assert_eq!(*told.lock(), [3]);

    let full: &mut [u8] = &mut [0; 2];
    let mut full = std::io::Cursor::new(full);
    let error = client
        .files()
        .download(URL, &mut full, &Expected::default(), None)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Local(_)), "{error:?}");
}
