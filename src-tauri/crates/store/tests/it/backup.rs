//! An older database is copied before it is changed, and what is deleted later leaves the copy too.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::Language;
use rehearse_store::{Access, Store, StoreError, Verification};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::deleting::holding;
use crate::frozen::{dump, thaw, thawed};
use crate::support::{at, delivery, session_id, turn_id};
use crate::trouble::small_disk;
use crate::{owner, practised};

/// Takes away what later versions have added.
const BACK_TO_VERSION_1: &str = "
    DROP TABLE exchange;
    DROP TABLE delivery;
    DROP TABLE authored_past;
    DROP TABLE authored;
    DROP TABLE authored_remote;
    DROP TABLE stray_file;
    DROP TABLE twin_watch;
    DROP TABLE remote_row;
    DROP INDEX audit_log_entity;
    DROP INDEX clip_kept;
    CREATE INDEX clip_bytes ON clip (bytes);
    DROP INDEX outbox_due;
    ALTER TABLE session DROP COLUMN is_mirror;
    ALTER TABLE clip DROP COLUMN is_here;
    DROP TABLE evaluation_sample;
    DROP INDEX evaluation_pending;
    DROP INDEX evaluation_running;
    DROP INDEX evaluation_asked;
    DROP INDEX evaluation_completed;
    DROP TABLE own_rating;
    ALTER TABLE evaluation DROP COLUMN assessment;
    ALTER TABLE evaluation DROP COLUMN evaluator_model;
    ALTER TABLE evaluation DROP COLUMN rubric;
    ALTER TABLE evaluation DROP COLUMN epoch;
    ALTER TABLE evaluation DROP COLUMN lease_holder;
    ALTER TABLE evaluation DROP COLUMN lease_until;
    ALTER TABLE evaluation DROP COLUMN told_epoch;
    ALTER TABLE evaluation DROP COLUMN asked_at;
    ALTER TABLE evaluation DROP COLUMN is_elsewhere;
    ALTER TABLE evaluation DROP COLUMN checked;
    ALTER TABLE evaluation DROP COLUMN checked_revision;
    ALTER TABLE evaluation DROP COLUMN result;
    ALTER TABLE outbox DROP COLUMN unsure_since;
    ALTER TABLE outbox DROP COLUMN begun;
    ALTER TABLE outbox DROP COLUMN look_first;
    ALTER TABLE turn DROP COLUMN object_id;
    ALTER TABLE clip DROP COLUMN file_id;
    ALTER TABLE clip DROP COLUMN file_url;
    ALTER TABLE evaluation DROP COLUMN object_id;
    PRAGMA user_version = 1;
";

fn database(folder: &Path) -> PathBuf {
    folder.join("rehearse.db")
}

fn backup(folder: &Path) -> PathBuf {
    folder.join("backup").join("rehearse-v1.db")
}

fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(folder, Access::Owner, at(86_400))
}

/// Version, tables and all rows of a database.
fn contents(database: &Path) -> String {
    let database = Connection::open(database).unwrap();
    let version: u32 = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    format!("version {version}\n{}", dump(&database))
}

/// A folder with nothing in it but a backup, in the database's place.
fn restored(backup: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::copy(backup, database(folder.path())).unwrap();
    folder
}

#[test]
fn a_migration_leaves_a_copy_of_what_was_there_that_opens_with_every_row() {
    let folder = thawed("v1.db");
    let before = contents(&database(folder.path()));
    drop(owner(folder.path()));
    assert!(contents(&database(folder.path())).starts_with("version 8"));

    let copy = backup(folder.path());
    let contents_of_copy = contents(&copy);
    assert!(contents_of_copy.starts_with("version 1"));
    assert_ne!(contents_of_copy, before, "what was deleted before is in no copy");
    let kept = |rows: &str| {
        rows.lines()
            .filter(|row| row.contains("66aa1") || row.contains("my salary"))
            .count()
    };
    assert_eq!((kept(&contents_of_copy), kept(&before)), (2, 2));
    let restored = restored(&copy);
    let store = owner(restored.path());
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 3);
    for number in [1, 2, 3, 4, 7] {
        assert!(store.session(session_id(number)).unwrap().is_some());
    }
}

#[test]
fn a_copy_is_the_very_contents_when_nothing_was_deleted() {
    let folder = thawed("v1.db");
    spare_all(&database(folder.path()));
    let before = contents(&database(folder.path()));
    drop(owner(folder.path()));
    assert_eq!(contents(&backup(folder.path())), before);
    let modified = fs::metadata(backup(folder.path())).unwrap().modified().unwrap();
    drop(owner(folder.path()));
    assert_eq!(
        fs::metadata(backup(folder.path())).unwrap().modified().unwrap(),
        modified,
        "a database that is up to date is not copied"
    );
    assert_eq!(fs::read_dir(folder.path().join("backup")).unwrap().count(), 1);
}

/// Takes back the deletions of a frozen file.
fn spare_all(database: &Path) {
    Connection::open(database)
        .unwrap()
        .execute_batch("UPDATE session SET doomed_at = NULL; DELETE FROM purging;")
        .unwrap();
}

#[test]
fn a_new_database_needs_no_copy() {
    let folder = TempDir::new().unwrap();
    drop(owner(folder.path()));
    assert!(!folder.path().join("backup").exists());
}

#[cfg(unix)]
#[test]
fn nobody_but_the_user_can_look_into_a_copy() {
    use std::os::unix::fs::PermissionsExt;
    let folder = thawed("v1.db");
    // Its deletion is what has the copy written a second time.
    drop(owner(folder.path()));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("backup")), 0o700);
    assert_eq!(mode(&backup(folder.path())), 0o600);
}

#[test]
fn without_a_copy_nothing_is_migrated() {
    let folder = thawed("v1.db");
    let before = contents(&database(folder.path()));
    let in_the_way = folder.path().join("backup");
    fs::write(&in_the_way, b"a file").unwrap();
    match open(folder.path()) {
        Err(StoreError::File { path, .. }) => assert_eq!(path, in_the_way),
        other => panic!("{other:?}"),
    }
    assert_eq!(contents(&database(folder.path())), before);
    assert_eq!(fs::read(&in_the_way).unwrap(), b"a file");

    fs::remove_file(in_the_way).unwrap();
    let store = owner(folder.path());
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 3);
    assert!(backup(folder.path()).exists());
}

#[test]
fn a_migration_that_fails_leaves_the_database_as_it_was_beside_its_copy() {
    let folder = thawed("v1.db");
    let other = Connection::open(database(folder.path())).unwrap();
    other
        .execute_batch("CREATE TABLE delivery (somebody_elses TEXT); INSERT INTO delivery VALUES ('kept')")
        .unwrap();
    drop(other);
    let before = contents(&database(folder.path()));
    let refused = open(folder.path());
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    assert_eq!(contents(&database(folder.path())), before);
    assert_eq!(contents(&backup(folder.path())), before);
}

#[test]
fn a_copy_for_which_there_is_no_room_leaves_the_database_as_it_was_and_no_half_of_itself() {
    let Some(disk) = small_disk(1_024) else {
        return;
    };
    let data = disk.path().join("data");
    thaw("v1.db", &data);
    let before = contents(&database(&data));
    disk.fill_up_to(100_000).unwrap();
    let refused = open(&data);
    assert!(matches!(refused, Err(StoreError::DiskFull)), "{refused:?}");
    assert_eq!(contents(&database(&data)), before);
    assert_eq!(fs::read_dir(data.join("backup")).unwrap().count(), 0);

    disk.empty().unwrap();
    let store = owner(&data);
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 3);
    assert!(backup(&data).exists());
}

#[test]
fn what_is_deleted_after_a_migration_leaves_the_copy_too() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let markers = ["my salary", "salary", "Fine: 10%"];
    for marker in markers {
        assert_eq!(
            holding(&folder.path().join("backup"), marker.as_bytes()).len(),
            1,
            "{marker} is there before"
        );
    }
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    for marker in markers {
        assert_eq!(
            holding(folder.path(), marker.as_bytes()),
            [] as [PathBuf; 0],
            "{marker}"
        );
    }

    let restored = restored(&backup(folder.path()));
    let again = owner(restored.path());
    assert_eq!(again.session(session_id(1)).unwrap(), None);
    assert_eq!(again.session(session_id(2)).unwrap().unwrap().parent, None);
    assert_eq!(again.turns(session_id(3)).unwrap().len(), 2);
    assert_eq!(again.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn not_even_the_beginning_of_a_word_is_left_in_the_index_of_a_copy() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for (number, word) in [(1, "ordinary"), (2, "marzipan")] {
        let many: String = (0..6_000).map(|place| format!("{word}{place} ")).collect();
        practised(&store, number, &["Come in.", &many]);
    }
    // A purge of something else leaves an index in one piece, whose pages hold words of both.
    practised(&store, 3, &["Come in.", "Hello."]);
    store.doom_sessions(&[session_id(3)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    drop(store);
    Connection::open(database(folder.path()))
        .unwrap()
        .execute_batch(BACK_TO_VERSION_1)
        .unwrap();
    let store = owner(folder.path());
    let copies = folder.path().join("backup");
    assert_eq!(holding(&copies, b"marzip").len(), 1);
    store.doom_sessions(&[session_id(2)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert_eq!(holding(folder.path(), b"marzip"), [] as [PathBuf; 0]);
    assert_eq!(holding(&copies, b"ordinary").len(), 1);
}

#[test]
fn a_copy_that_holds_nothing_of_a_deleted_session_is_not_touched() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let before = fs::read(backup(folder.path())).unwrap();
    practised(&store, 9, &["Come in.", "Hello."]);
    store.doom_sessions(&[session_id(9)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert_eq!(fs::read(backup(folder.path())).unwrap(), before);
}

#[test]
fn a_copy_that_a_session_cannot_be_taken_out_of_goes_with_it_and_strangers_stay() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let copy = backup(folder.path());
    let mut torn = fs::read(&copy).unwrap();
    torn[4_096..60_000].fill(0x5a);
    fs::write(&copy, torn).unwrap();
    let (draft, note) = (
        copy.with_file_name("rehearse-v1.db.new"),
        copy.with_file_name("note.txt"),
    );
    fs::write(&draft, b"I would like to talk about my salary.").unwrap();
    fs::write(&note, b"mine").unwrap();
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert!(!copy.exists() && !draft.exists());
    assert!(note.exists());
    assert_eq!(holding(folder.path(), b"my salary"), [] as [PathBuf; 0]);
}

/// A folder with a copy, in the place of whose rough copy something lies that cannot be written to.
fn in_the_way(folder: &Path) -> PathBuf {
    let rough = backup(folder).with_file_name("rehearse-v1.db.rough");
    fs::create_dir(&rough).unwrap();
    rough
}

#[test]
fn a_copy_out_of_which_nothing_can_be_taken_goes_and_the_purge_goes_on_until_all_of_it_has_gone() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let rough = in_the_way(folder.path());
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    let purged = store.purge_doomed(at(0), at(1)).unwrap();
    assert!(!purged.complete, "what is in the way could not be removed");
    assert!(!backup(folder.path()).exists());
    assert_eq!(holding(folder.path(), b"my salary"), [] as [PathBuf; 0]);
    fs::remove_dir(rough).unwrap();
    assert!(store.purge_doomed(at(0), at(2)).unwrap().complete);
}

#[cfg(unix)]
#[test]
fn a_copy_that_cannot_be_opened_goes_with_what_was_deleted() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let copy = backup(folder.path());
    fs::remove_file(&copy).unwrap();
    std::os::unix::fs::symlink("rehearse-v1.db", &copy).unwrap();
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert!(fs::symlink_metadata(&copy).is_err());
}

#[test]
fn a_copy_that_is_only_in_use_for_now_stays_until_a_session_can_be_taken_out_of_it() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    let copy = backup(folder.path());
    // Somebody looks into it by hand, and holds it.
    let somebody = Connection::open(&copy).unwrap();
    somebody.execute_batch("BEGIN EXCLUSIVE").unwrap();
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(!store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert!(copy.exists());
    drop(somebody);
    assert!(store.purge_doomed(at(0), at(2)).unwrap().complete);
    assert!(copy.exists());
    assert_eq!(holding(folder.path(), b"my salary"), [] as [PathBuf; 0]);
}

#[test]
fn the_copy_that_was_just_made_and_those_of_the_two_highest_other_versions_are_kept() {
    let folder = thawed("v1.db");
    spare_all(&database(folder.path()));
    let copies = folder.path().join("backup");
    fs::create_dir(&copies).unwrap();
    for name in [
        "rehearse-v2.db",
        "rehearse-v10.db",
        "rehearse-v9.db",
        "rehearse-v8.txt",
        "mine.db",
    ] {
        fs::write(copies.join(name), b"").unwrap();
    }
    drop(owner(folder.path()));
    let mut names: Vec<String> = fs::read_dir(&copies)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "mine.db",
            "rehearse-v1.db",
            "rehearse-v10.db",
            "rehearse-v8.txt",
            "rehearse-v9.db"
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_whose_name_is_not_utf_8_has_its_copy_in_it() {
    use std::os::unix::ffi::OsStrExt;
    let above = TempDir::new().unwrap();
    let folder = above.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    thaw("v1.db", &folder);
    let store = owner(&folder);
    assert!(backup(&folder).exists());
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
    assert!(backup(&folder).exists());
    assert_eq!(holding(&folder, b"my salary"), [] as [PathBuf; 0]);
    assert_eq!(
        fs::read_dir(above.path()).unwrap().count(),
        1,
        "and nothing beside it"
    );
}

#[test]
fn a_migrated_database_takes_figures_for_the_turns_it_had() {
    let folder = thawed("v1.db");
    let store = owner(folder.path());
    assert_eq!(store.deliveries(session_id(1)).unwrap(), []);
    assert_eq!(store.recent_deliveries(Language::English, 9, None).unwrap(), []);
    store.save_delivery(turn_id(1_001), &delivery(1, "late")).unwrap();
    let recent = store.recent_deliveries(Language::English, 9, None).unwrap();
    assert_eq!(recent[0].session, session_id(1));
    let kept = store.deliveries(session_id(1)).unwrap();
    assert_eq!(kept, [(turn_id(1_001), delivery(1, "late"))]);
}

#[test]
fn a_reader_waits_for_the_owner_of_an_older_database() {
    let folder = thawed("v1.db");
    let before = contents(&database(folder.path()));
    let early = Store::open(folder.path(), Access::Reader, at(0));
    assert!(matches!(
        early,
        Err(StoreError::OlderDatabase { found: 1, known: 8 })
    ));
    assert_eq!(contents(&database(folder.path())), before);
    drop(owner(folder.path()));
    let reader = Store::open(folder.path(), Access::Reader, at(0)).unwrap();
    assert_eq!(reader.turns(session_id(1)).unwrap().len(), 3);
}
