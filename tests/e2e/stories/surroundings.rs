//! The stage itself, without the app.

use std::time::Duration;

use crate::limits::until_now;
use crate::process::is_running;
use crate::speech::{Sentences, speak};
use crate::stage::{Look, Stage};

#[tokio::test]
async fn a_stage_leaves_no_process_and_no_folder_behind() {
    let stage = Stage::set("surroundings", Look::ENGLISH_LIGHT);
    let driver = stage.driver().id();
    let folder = stage.folders().scratch().to_owned();
    assert!(is_running(driver) && folder.is_dir());

    drop(stage);

    until_now(Duration::from_secs(5), "the driver ending", || {
        (!is_running(driver)).then_some(())
    });
    assert!(!folder.exists(), "{} is still there", folder.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stages_stand_side_by_side_and_each_has_its_own_microphone() {
    let first = Stage::set("side-by-side-first", Look::ENGLISH_LIGHT);
    let second = Stage::set("side-by-side-second", Look::CHINESE_DARK);
    let sentences = Sentences::some(1);

    assert_ne!(first.sound().socket(), second.sound().socket());
    speak(&first, sentences.file(0)).await;
    speak(&second, sentences.file(0)).await;
}
