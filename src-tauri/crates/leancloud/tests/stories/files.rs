//! Files: there and back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rehearse_leancloud::{
    Content, Dialect, Error, Expected, New, Next, Progress, Reason, StoredFile, Upload,
};
use serde_json::json;

use crate::bench::{AnyClient, Bench};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn abc(name: &str) -> Upload {
    Upload {
        sha256: Some(ABC.to_owned()),
        ..Upload::new(name, "audio/mpeg", Content::Bytes(Bytes::from_static(b"abc")))
    }
}

async fn download(client: &AnyClient, file: &StoredFile, expected: &Expected) -> Result<Vec<u8>, Error> {
    let mut into = Vec::new();
    client
        .files()
        .download(&file.url, &mut into, expected, None)
        .await?;
    Ok(into)
}

pub(crate) async fn a_file_goes_and_comes_back(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    for name in ["turn-1.mp3", "第一轮 (1).mp3"] {
        let file = client.files().upload(&abc(name), None).await.unwrap();
        assert_eq!((file.name.as_str(), &file.unconfirmed), (name, &None));
        let expected = Expected {
            size: Some(3),
            sha256: Some(ABC.to_owned()),
        };
        assert_eq!(download(&client, &file, &expected).await.unwrap(), b"abc");
        let other = Expected {
            size: None,
            sha256: Some("00".repeat(32)),
        };
        assert!(matches!(
            download(&client, &file, &other).await,
            Err(Error::Altered { .. })
        ));
        if bench.dialect() == Dialect::LeanCloud {
            let row = client.files().get(&file.id).await.unwrap().unwrap();
            assert_eq!(
                (row.size(), row.sha256(), &row.key),
                (Some(3), Some(ABC), &file.key)
            );
        }
    }
}

pub(crate) async fn a_large_file_comes_from_a_disk(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.mp3");
    let bytes: Vec<u8> = (0..3_000_000u32)
        .flat_map(u32::to_le_bytes)
        .take(3_000_000)
        .collect();
    std::fs::write(&path, &bytes).unwrap();
    let told = Arc::new(AtomicU64::new(0));
    let ear = Arc::clone(&told);
    let progress: Progress = Arc::new(move |sent| ear.store(sent, Ordering::SeqCst));
    let upload = Upload::new("long.mp3", "audio/mpeg", Content::File(path.clone()));
    let file = client.files().upload(&upload, Some(progress)).await.unwrap();
    assert_eq!(told.load(Ordering::SeqCst), 3_000_000);
    let back = folder.path().join("back.mp3");
    let mut into = tokio::fs::File::create(&back).await.unwrap();
    let expected = Expected {
        size: Some(3_000_000),
        sha256: None,
    };
    let ear = Arc::clone(&told);
    let progress: Progress = Arc::new(move |came| ear.store(came, Ordering::SeqCst));
    let received = client
        .files()
        .download(&file.url, &mut into, &expected, Some(progress))
        .await
        .unwrap();
    assert_eq!(
        (received.size, told.load(Ordering::SeqCst)),
        (3_000_000, 3_000_000)
    );
    assert!(std::fs::read(&back).unwrap() == bytes);
}

pub(crate) async fn a_file_is_deleted_by_the_owner_of_the_app(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let file = client.files().upload(&abc("turn-2.mp3"), None).await.unwrap();
    let error = client.files().delete(&file.id).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::NeedsMasterKey
        },
        "{error:?}"
    );
    assert!(download(&client, &file, &Expected::default()).await.is_ok());
    bench.owner.files().delete(&file.id).await.unwrap();
    let error = download(&client, &file, &Expected::default()).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::Missing
        },
        "{error:?}"
    );
    bench.owner.files().delete(&file.id).await.unwrap();
}

pub(crate) async fn a_file_that_changed_is_not_kept(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let upload = Upload {
        sha256: Some("00".repeat(32)),
        ..abc("turn-3.mp3")
    };
    let error = client.files().upload(&upload, None).await.unwrap_err();
    match bench.dialect() {
        Dialect::LeanCloud => assert!(matches!(error, Error::Altered { .. }), "{error:?}"),
        // Only the owner may delete it again.
        Dialect::Parse => assert!(matches!(error, Error::LeftBehind { .. }), "{error:?}"),
    }
    if let Some(fake) = &bench.fake {
        assert!(fake.rows("_File").is_empty() && fake.files().is_empty());
    }
}

pub(crate) async fn a_row_refers_to_a_file(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let file = client.files().upload(&abc("turn-4.mp3"), None).await.unwrap();
    let class = bench.class(&client, "Turn");
    let fields = json!({"audio": file.reference(bench.dialect()), "audioFileId": file.id});
    let row = class.create(&New::of(fields).unwrap()).await.unwrap();
    let row = class.get(&row.id).await.unwrap().unwrap();
    assert_eq!(row.fields["audio"]["__type"], "File");
    assert_eq!(row.fields["audio"]["url"], file.url.as_str());
    assert_eq!(row.get("audioFileId").unwrap(), Some(file.id));
}
