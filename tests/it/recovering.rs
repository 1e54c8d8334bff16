//! A database that is damaged and set aside: what was said is still there, and so is whatever can be read.

use std::path::Path;

use rehearse_core::settings::{Settings, Theme};
use rehearse_core::view::{Action, AppView, PracticePhase};
use rehearse_domain::Speaker;

use crate::app::{App, saved};

/// Words that are found in one page of the database.
const MARKER: &str = "quarrelsome supplier";
/// Bytes of a page.
const PAGE: usize = 4_096;

/// One practice with a spoken turn, and one in which all was typed; the voice of the partner is on in both.
async fn practised(folder: &Path) {
    let app = App::open(folder).await;
    let dark = Settings {
        theme: Theme::Dark,
        ..Settings::default()
    };
    app.core.change_settings(dark).await.unwrap();
    app.start(|_| ()).await;
    app.speak_turn(1.0).await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: format!("It is about the {MARKER}."),
    })
    .await;
    app.until("the answer", |view| {
        saved(view) == 3 && view.phase == PracticePhase::YourTurn
    })
    .await;
    app.end().await;
    app.core.shut_down().await;
}

/// Damages the pages that `hit` chooses, opens the folder, and sets the database aside.
async fn set_aside(folder: &Path, hit: impl Fn(&[u8]) -> bool) -> (App, AppView) {
    let database = folder.join("rehearse.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let mut pages = 0;
    for page in bytes.chunks_mut(PAGE).filter(|page| hit(page)) {
        page.fill(0x5a);
        pages += 1;
    }
    assert!(pages > 0, "nothing was damaged");
    std::fs::write(&database, bytes).unwrap();
    let app = App::open(folder).await;
    assert_eq!(
        app.core.app().await.unwrap().problem.unwrap().code,
        "store_damaged"
    );
    let view = app.core.set_aside_damaged().await.unwrap();
    assert_eq!(view.problem, None);
    (app, view)
}

fn holds(page: &[u8]) -> bool {
    page.windows(MARKER.len()).any(|words| words == MARKER.as_bytes())
}

fn sounds(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: &Path| match path.is_dir() {
        true => sounds(path),
        false => usize::from(path.extension().is_some_and(|end| end == "mp3")),
    };
    entries.flatten().map(|entry| count(&entry.path())).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recording_is_kept_at_once_and_the_settings_are_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    practised(folder.path()).await;
    let before = sounds(folder.path());
    let (app, view) = set_aside(folder.path(), holds).await;
    let aside = view.set_aside.unwrap();
    assert!(Path::new(&aside.file).is_file() && !aside.settings_lost);
    assert_eq!(view.settings.theme, Theme::Dark);

    let takes = app.core.recovery().await.unwrap().takes;
    let speakers = |speaker| takes.iter().filter(|take| take.speaker == speaker).count();
    assert_eq!(speakers(Speaker::Trainee), 1);
    // The lines of the spoken practice go with its take; those of the typed one are all that is left of it.
    assert_eq!(speakers(Speaker::Partner), 2);
    let line = takes
        .iter()
        .find(|take| take.speaker == Speaker::Partner)
        .unwrap()
        .clip;
    app.core.discard_take(line).await.unwrap();
    assert_eq!(
        app.core.discard_take(line).await.unwrap_err().code,
        "recovery_gone"
    );
    assert_eq!(app.core.keep_take(line).await.unwrap_err().code, "recovery_gone");

    let done = app.core.keep_all_takes().await.unwrap();
    assert_eq!(
        (done.kept.len(), done.files.len(), done.unplayable.len()),
        (2, 2, 0)
    );
    assert!(done.files.iter().all(|file| Path::new(file).is_file()));
    assert_eq!(
        done.folder.as_deref().map(Path::new),
        Some(folder.path().join("recovered").as_path())
    );
    assert_eq!(sounds(&folder.path().join("recovered")), before - 1);
    assert_eq!(sounds(&folder.path().join("audio")), 0);
    assert!(app.core.recovery().await.unwrap().takes.is_empty());
    assert_eq!(app.core.verify().await.unwrap().len(), 0);
    assert!(app.core.keep_all_takes().await.unwrap().kept.is_empty());
    app.core.shut_down().await;
    drop(app);

    let after = App::open(folder.path()).await.core.app().await.unwrap();
    assert_eq!((after.settings.theme, after.set_aside), (Theme::Dark, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_read_are_said_to_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.shut_down().await;
    drop(app);
    let (_app, view) = set_aside(folder.path(), |_| true).await;
    assert!(view.set_aside.unwrap().settings_lost);
    assert_eq!(view.settings, Settings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_cannot_be_moved_waits_on_and_is_told_in_words_of_recovery() {
    let folder = tempfile::tempdir().unwrap();
    practised(folder.path()).await;
    let (app, _) = set_aside(folder.path(), |_| true).await;
    let waiting = app.core.recovery().await.unwrap().takes.len();
    std::fs::write(folder.path().join("recovered"), "in the way").unwrap();
    let done = app.core.keep_all_takes().await.unwrap();
    assert_eq!((done.kept.len(), done.folder), (0, None));
    let error = done.failed.unwrap();
    assert_eq!(error.code, "recovery_failed");
    assert!(!error.params["detail"].contains("recording"), "{error:?}");
    assert_eq!(app.core.recovery().await.unwrap().takes.len(), waiting);
    std::fs::remove_file(folder.path().join("recovered")).unwrap();
    assert_eq!(app.core.keep_all_takes().await.unwrap().kept.len(), waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_recording_that_cannot_be_moved_keeps_no_other_from_being_kept() {
    let folder = tempfile::tempdir().unwrap();
    practised(folder.path()).await;
    let (app, _) = set_aside(folder.path(), |_| true).await;
    let takes = app.core.recovery().await.unwrap().takes;
    let oldest = takes.last().unwrap().clip;
    let in_the_way = folder.path().join("recovered").join(format!("{oldest}.mp3"));
    std::fs::create_dir_all(in_the_way.join("something")).unwrap();
    let done = app.core.keep_all_takes().await.unwrap();
    assert_eq!(done.failed.unwrap().code, "recovery_failed");
    assert_eq!(
        (done.kept.len(), done.files.len()),
        (2, 2),
        "where they lie is said"
    );
    let left = app.core.recovery().await.unwrap().takes;
    assert_eq!((takes.len(), left.len(), left[0].clip), (3, 1, oldest));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_is_kept_also_when_a_line_of_the_partner_cannot_follow_it() {
    let folder = tempfile::tempdir().unwrap();
    practised(folder.path()).await;
    let (app, _) = set_aside(folder.path(), |_| true).await;
    let takes = app.core.recovery().await.unwrap().takes;
    let spoken = takes
        .iter()
        .find(|take| take.speaker == Speaker::Trainee)
        .unwrap()
        .clip;
    let line = line_beside(folder.path(), &format!("{spoken}.mp3"));
    let in_the_way = folder.path().join("recovered").join(&line);
    std::fs::create_dir_all(in_the_way.join("something")).unwrap();
    let kept = app.core.keep_take(spoken).await.unwrap().unwrap();
    assert!(Path::new(&kept).is_file());
    let left = app.core.recovery().await.unwrap().takes;
    let waits = left.iter().any(|take| line.starts_with(&take.clip.to_string()));
    assert!(waits, "the line is offered: {left:?}");
    assert!(left.iter().all(|take| take.clip != spoken));
}

/// The name of a line of the partner that lies in the same folder as a take.
fn line_beside(folder: &Path, take: &str) -> String {
    let folders = std::fs::read_dir(folder.join("audio")).unwrap().flatten();
    let beside = folders.map(|one| one.path()).find(|one| one.join(take).is_file());
    let files = std::fs::read_dir(beside.unwrap()).unwrap().flatten();
    let mut names = files.map(|file| file.file_name().into_string().unwrap());
    names.find(|name| name.ends_with(".partner.mp3")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_holds_nothing_waits_on_when_all_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    practised(folder.path()).await;
    let (app, _) = set_aside(folder.path(), |_| true).await;
    let lost = folder.path().join("audio/0192d6a0-7c1e-7000-8000-000000000001");
    std::fs::create_dir(&lost).unwrap();
    std::fs::write(lost.join("0192d6a0-7c1e-7000-8000-000000000002.mp3.part"), b"").unwrap();
    let done = app.core.keep_all_takes().await.unwrap();
    assert_eq!((done.kept.len(), done.unplayable.len()), (3, 1));
    let left = app.core.recovery().await.unwrap().takes;
    assert!(left.len() == 1 && left[0].unplayable, "{left:?}");
    app.core.discard_take(left[0].clip).await.unwrap();
    assert_eq!(app.core.verify().await.unwrap().len(), 0);
}
