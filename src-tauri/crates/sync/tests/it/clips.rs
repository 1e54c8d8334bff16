//! Clips of mirrors come when they are asked for, or all of them, and only as they were recorded.

use std::fs;
use std::path::PathBuf;

use rehearse_domain::TranscriptStatus;
use rehearse_fakes::leancloud::Fault;
use rehearse_store::Verification;
use rehearse_sync::{AudioMirror, FetchError, Look};
use sha2::{Digest, Sha256};

use crate::machine::{Machine, generous};
use crate::records::session_id;

/// A machine that recorded, and one that mirrors it.
async fn mirrored(turns: u32) -> (Machine, Machine) {
    let first = Machine::new(generous()).await;
    first.practise(1, turns);
    first.until_quiet().await;
    let second = first.beside(2).await;
    second.pull(Look::New).await;
    (first, second)
}

#[tokio::test(start_paused = true)]
async fn a_clip_comes_when_it_is_asked_for() {
    let (first, second) = mirrored(2).await;
    assert_eq!(second.store.storage().unwrap().audio_bytes, 0);
    let clip = second.store.turns(session_id(1)).unwrap()[1]
        .clip
        .clone()
        .unwrap();
    assert!(!second.store.clip_is_here(clip.id).unwrap());
    let path = second.puller.fetch_clip(clip.id).await.unwrap();
    assert_eq!(path, second.store.audio_folder().join(&clip.file));
    let recorded = first.store.turns(session_id(1)).unwrap()[1].clip.clone().unwrap();
    assert_eq!(
        fs::read(&path).unwrap(),
        fs::read(first.store.audio_folder().join(recorded.file)).unwrap()
    );
    assert!(second.store.clip_is_here(clip.id).unwrap());
    assert_eq!(second.store.storage().unwrap().audio_bytes, 300);
    let before = second.fake.requests().len();
    second.puller.fetch_clip(clip.id).await.unwrap();
    assert_eq!(second.fake.requests().len(), before, "it is here");
    assert_eq!(second.store.verify(Verification::Deep).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn what_was_brought_goes_once_nobody_will_write_it_down_and_comes_again() {
    let (first, second) = mirrored(4).await;
    let id = session_id(1);
    let turns = second.store.turns(id).unwrap();
    let clips: Vec<_> = turns.iter().map(|turn| turn.clip.as_ref().unwrap().id).collect();
    let mut paths = Vec::new();
    for clip in &clips {
        paths.push(second.puller.fetch_clip(*clip).await.unwrap());
    }
    let there = |paths: &[PathBuf]| -> Vec<bool> { paths.iter().map(|path| path.exists()).collect() };
    assert_eq!(second.store.let_go_of_brought(None).unwrap(), 2);
    assert_eq!(
        there(&paths),
        [false, true, false, true],
        "the trainee's words are missing"
    );
    let completed = TranscriptStatus::Completed;
    second
        .store
        .set_transcript(turns[1].id, Some("Hello."), completed, second.now())
        .unwrap();
    assert_eq!(second.store.let_go_of_brought(Some(session_id(2))).unwrap(), 0);
    assert_eq!(second.store.let_go_of_brought(Some(id)).unwrap(), 1);
    assert_eq!(there(&paths), [false, false, false, true]);
    assert_eq!(second.store.storage().unwrap().audio_bytes, 300);
    assert_eq!(second.store.verify(Verification::Deep).unwrap(), []);

    // Somebody took the last one away, which is still needed.
    fs::remove_file(&paths[3]).unwrap();
    assert_eq!(second.store.let_go_of_brought(None).unwrap(), 0);
    for (clip, path) in clips.iter().zip(&paths) {
        assert_eq!(second.puller.fetch_clip(*clip).await.unwrap(), *path);
    }
    assert_eq!(there(&paths), [true; 4]);
    assert_eq!(second.store.verify(Verification::Deep).unwrap(), []);
    assert_eq!(
        first.store.let_go_of_brought(None).unwrap(),
        0,
        "it recorded them"
    );
    assert_eq!(first.store.verify(Verification::Deep).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn what_was_recorded_here_is_here() {
    let (first, _) = mirrored(2).await;
    let clip = first.store.turns(session_id(1)).unwrap()[1].clip.clone().unwrap();
    let path = first.puller.fetch_clip(clip.id).await.unwrap();
    assert_eq!(path, first.store.audio_folder().join(clip.file));
    let unknown = rehearse_domain::ClipId::from(uuid::Uuid::from_u128(7));
    let error = first.puller.fetch_clip(unknown).await.unwrap_err();
    assert!(matches!(error, FetchError::NoClip(id) if id == unknown));
}

/// Lets the file of a mirror's clip be another one than its turn says.
async fn forged(first: &Machine, second: &Machine) {
    second.recorded.lock().others_write = true;
    let turn = &first.store.sendable_turns(session_id(1)).unwrap()[1];
    let other: String = Sha256::digest(b"something else")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let update = rehearse_leancloud::Update::new()
        .set("audioSha256", other)
        .unwrap();
    let id = rehearse_leancloud::ObjectId::new(turn.object_id.clone().unwrap()).unwrap();
    first
        .client
        .class("Turn")
        .unwrap()
        .update(&id, &update)
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clip_with_another_hash_is_refused_and_nothing_of_it_is_kept() {
    let first = Machine::new(generous()).await;
    first.practise(1, 2);
    first.until_quiet().await;
    let second = first.beside(2).await;
    forged(&first, &second).await;
    second.pull(Look::New).await;
    let clip = second.store.turns(session_id(1)).unwrap()[1]
        .clip
        .clone()
        .unwrap();
    let error = second.puller.fetch_clip(clip.id).await.unwrap_err();
    assert!(matches!(error, FetchError::Altered), "{error:?}");
    assert!(!second.store.clip_is_here(clip.id).unwrap());
    assert_eq!(second.store.verify(Verification::Deep).unwrap(), []);
    let left = fs::read_dir(second.store.folder().join("arriving")).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn all_clips_come_where_that_is_wanted_but_for_those_that_cannot() {
    let first = Machine::new(generous()).await;
    first.practise(1, 4);
    first.until_quiet().await;
    let mut second = first.beside(2).await;
    second.mirror = AudioMirror::Complete;
    second.restart();
    forged(&first, &second).await;
    assert_eq!(second.pull(Look::New).await.clips, 3);
    let before = second.fake.requests().len();
    assert_eq!(second.pull(Look::New).await.clips, 0);
    assert_eq!(
        second.fake.requests().len() - before,
        1,
        "what failed is left alone"
    );
    assert_eq!(second.store.storage().unwrap().audio_bytes, 900);
}

#[tokio::test(start_paused = true)]
async fn a_download_that_is_killed_anywhere_leaves_nothing_half() {
    let first = Machine::new(generous()).await;
    first.practise(1, 2);
    first.until_quiet().await;
    for steps in 0..60 {
        let mut second = first.beside(100 + steps).await;
        second.mirror = AudioMirror::Complete;
        second.restart();
        let steps = usize::try_from(steps).unwrap();
        second.pull_killed_after(Look::New, steps).await;
        assert_eq!(second.store.verify(Verification::Deep).unwrap(), [], "{steps}");
        second.pull(Look::New).await;
        assert_eq!(second.store.storage().unwrap().audio_bytes, 600, "{steps}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clip_whose_host_is_down_comes_later() {
    let (_first, second) = mirrored(2).await;
    let clip = second.store.turns(session_id(1)).unwrap()[1]
        .clip
        .clone()
        .unwrap();
    second.fake.faults().always("GET", "/lcfile/*", Fault::html_502());
    let error = second.puller.fetch_clip(clip.id).await.unwrap_err();
    assert!(matches!(error, FetchError::Server(_)), "{error:?}");
    second.fake.faults().clear();
    second.puller.fetch_clip(clip.id).await.unwrap();
}
