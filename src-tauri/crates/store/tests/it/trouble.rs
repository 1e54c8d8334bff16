//! Damaged, newer, unreachable, read-only, full: each is said by its own error, and nothing is lost.

use std::fs;
use std::path::Path;

use rehearse_domain::Speaker;
use rehearse_store::{Access, InterruptedKind, Store, StoreError, Verification};
use rehearse_testkit::SmallDisk;
use tempfile::TempDir;

use crate::support::{at, recorded, session, session_id, turn};
use crate::{end, owner, practised};

fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(folder, Access::Owner, at(0))
}

#[cfg(unix)]
#[test]
fn nobody_but_the_user_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let above = TempDir::new().unwrap();
    let folder = above.path().join("a").join("data");
    let store = owner(&folder);
    practised(&store, 1, &["Come in."]);
    let place = store
        .place_for_clip(session_id(1), crate::support::clip_id(1), Speaker::Trainee)
        .unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for private in [folder.as_path(), &folder.join("audio"), place.parent().unwrap()] {
        assert_eq!(mode(private), 0o700, "{private:?}");
    }
    for name in [
        "rehearse.db",
        "rehearse.db-wal",
        "rehearse.db-shm",
        "rehearse.lock",
        "rehearse.holder",
    ] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    drop(store);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    owner(&folder);
    assert_eq!(
        mode(&folder),
        0o700,
        "rights that others were given are taken back"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let above = TempDir::new().unwrap();
    let file = above.path().join("file");
    fs::write(&file, b"in the way").unwrap();
    let folder = file.join("data");
    assert!(matches!(open(&folder), Err(StoreError::FolderUnavailable { path, .. }) if path == folder));
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    drop(owner(folder.path()));
    let database = folder.path().join("rehearse.db");
    rusqlite::Connection::open(&database)
        .unwrap()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    let before = fs::read(&database).unwrap();
    for access in [Access::Owner, Access::Reader] {
        match Store::open(folder.path(), access, at(0)) {
            Err(StoreError::NewerDatabase { found: 999, known }) => assert!(known < 999),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn a_newer_database_is_refused_too_when_the_news_is_still_in_its_log() {
    let folder = TempDir::new().unwrap();
    drop(owner(folder.path()));
    let other = rusqlite::Connection::open(folder.path().join("rehearse.db")).unwrap();
    other.pragma_update(None, "user_version", 999).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(StoreError::NewerDatabase { found: 999, .. })
    ));
}

#[test]
fn an_older_database_waits_for_its_owner() {
    let folder = TempDir::new().unwrap();
    let database = rusqlite::Connection::open(folder.path().join("rehearse.db")).unwrap();
    database.execute_batch("CREATE TABLE something (x)").unwrap();
    let reader = Store::open(folder.path(), Access::Reader, at(0));
    assert!(
        matches!(reader, Err(StoreError::NoDatabase(_))),
        "version 0 is no database of ours"
    );
}

#[test]
fn a_damaged_database_is_set_aside_and_its_clips_are_offered() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let long = "words and more words ".repeat(5_000);
    practised(&store, 1, &[&long]);
    store.create_session(&session(2)).unwrap();
    let kept = recorded(folder.path(), 2, 0);
    store.record_turn(&kept).unwrap();
    drop(store);
    let database = folder.path().join("rehearse.db");
    let whole = fs::read(&database).unwrap();
    let page = |number: usize| number * 4_096;

    let mut header_gone = whole.clone();
    header_gone[..100].fill(0x5a);
    let mut pages_gone = whole.clone();
    pages_gone[page(3)..page(30)].fill(0x5a);
    let cut_off = whole[..page(5) + 17].to_vec();
    for (name, damaged) in [
        ("header", header_gone),
        ("pages", pages_gone),
        ("cut off", cut_off),
    ] {
        fs::write(&database, &damaged).unwrap();
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("rehearse.db{suffix}")));
        }
        match open(folder.path()) {
            Err(StoreError::Damaged { detail }) => assert!(!detail.is_empty()),
            other => panic!("{name}: {other:?}"),
        }
        assert!(database.exists(), "{name}: a damaged file is not deleted");
    }

    let aside = Store::set_aside_damaged(folder.path(), at(0)).unwrap();
    assert_eq!(
        aside,
        folder.path().join("rehearse.damaged-2026-01-31T09-30-00.000Z.db")
    );
    assert_eq!(fs::read(&aside).unwrap().len(), page(5) + 17);
    let store = owner(folder.path());
    let found = store.interrupted().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].session, found[0].kind),
        (None, InterruptedKind::Unclaimed)
    );
    assert_eq!(found[0].clip, kept.clip.unwrap().id);
    drop(store);
    fs::remove_file(&database).unwrap();
    assert!(matches!(
        Store::set_aside_damaged(folder.path(), at(1)),
        Err(StoreError::NoDatabase(_))
    ));
}

#[test]
fn settings_are_read_out_of_a_damaged_database_where_their_page_is_whole() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.put_setting("settings", &["dark"]).unwrap();
    practised(&store, 1, &["Come in."]);
    drop(store);
    let database = folder.path().join("rehearse.db");
    let root = |table: &str| -> u32 {
        rusqlite::Connection::open(&database)
            .unwrap()
            .query_row(
                "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
                [table],
                |row| row.get(0),
            )
            .unwrap()
    };
    let (turns, settings) = (root("turn"), root("setting"));
    let salvaged = |path: &Path| Store::salvage_setting::<Vec<String>>(path, "settings");
    let whole = fs::read(&database).unwrap();
    let torn = |page: u32| {
        let at_page = |number: u32| number as usize * 4_096;
        let mut bytes = whole.clone();
        bytes[at_page(page - 1)..at_page(page)].fill(0x5a);
        fs::write(&database, bytes).unwrap();
        assert!(matches!(open(folder.path()), Err(StoreError::Damaged { .. })));
        Store::set_aside_damaged(folder.path(), at(page.into())).unwrap()
    };

    let aside = torn(turns);
    assert_eq!(salvaged(&aside).unwrap().unwrap(), ["dark"]);
    assert!(
        Store::salvage_setting::<bool>(&aside, "settings").is_err(),
        "another shape"
    );
    assert_eq!(Store::salvage_setting::<bool>(&aside, "other").unwrap(), None);
    assert!(salvaged(&torn(settings)).is_err());
    assert!(salvaged(&torn(1)).is_err());
    assert!(salvaged(&folder.path().join("not-there.db")).is_err());
}

/// `None`, with the reason printed, where there can be none.
pub(crate) fn small_disk(kilobytes: u32) -> Option<SmallDisk> {
    SmallDisk::mounted(kilobytes)
        .inspect_err(|why| println!("left out: {why}"))
        .ok()
}

#[test]
fn a_read_only_folder_is_said_to_its_owner_and_read_by_a_reader() {
    let Some(disk) = small_disk(4_096) else {
        return;
    };
    let empty = disk.path().join("never-used");
    fs::create_dir(&empty).unwrap();
    let data = disk.path().join("data");
    let store = owner(&data);
    practised(&store, 1, &["Come in.", "Thank you."]);
    drop(store);
    disk.make_read_only().unwrap();
    for folder in [&data, &empty, &disk.path().join("not-there")] {
        assert!(
            matches!(open(folder), Err(StoreError::ReadOnlyFolder)),
            "{folder:?}: {:?}",
            open(folder)
        );
    }
    let reader = Store::open(&data, Access::Reader, at(0)).unwrap();
    assert_eq!(reader.turns(session_id(1)).unwrap().len(), 2);
}

#[test]
fn a_full_disk_is_said_and_takes_nothing_that_was_acknowledged() {
    let Some(disk) = small_disk(3_072) else {
        return;
    };
    let ballast = disk.path().join("ballast");
    let data = disk.path().join("data");
    let store = owner(&data);
    store.create_session(&session(1)).unwrap();
    fs::write(&ballast, vec![1; 1_000_000]).unwrap();
    let words = "words and more words ".repeat(800);
    let mut kept = 0;
    let error = loop {
        match store.record_turn(&turn(1, kept, &format!("{words}{kept}"))) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1_000, "the disk never got full");
    };
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    assert!(kept > 0);
    assert_eq!(store.turns(session_id(1)).unwrap().len(), kept as usize);

    fs::remove_file(&ballast).unwrap();
    store.record_turn(&turn(1, kept, "room again")).unwrap();
    store.end_session(&end(1)).unwrap();
    assert_eq!(store.turns(session_id(1)).unwrap().len(), kept as usize + 1);
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn a_disk_without_any_room_is_said_at_the_first_start() {
    let Some(disk) = small_disk(64) else {
        return;
    };
    disk.fill_up_to(0).unwrap();
    let opened = open(&disk.path().join("data"));
    assert!(matches!(opened, Err(StoreError::DiskFull)), "{opened:?}");
}
