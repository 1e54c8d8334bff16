//! The stage itself, without the app.

use std::time::Duration;

use crate::limits::until_now;
use crate::process::is_running;
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

#[tokio::test]
async fn two_stages_stand_side_by_side() {
    let (first, second) = (
        Stage::set("side-by-side", Look::ENGLISH_LIGHT),
        Stage::set("side-by-side", Look::CHINESE_DARK),
    );
    assert!(is_running(first.driver().id()) && is_running(second.driver().id()));
}
