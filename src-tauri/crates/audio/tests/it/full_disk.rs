//! A disk that runs full while somebody speaks.

use std::fs;

use proptest::prelude::*;
use rehearse_audio::clip::{self, ClipError, ClipWriter};
use rehearse_audio::mp3::{self, FRAME_BYTES, FRAME_SAMPLES};
use rehearse_testkit::SmallDisk;
use tempfile::tempdir;

use crate::sound::{RATE, assert_same_sound, skipped, voice};
use crate::watched_disk::WatchedDisk;

fn playable(bytes: u64) -> usize {
    let frames = (bytes / FRAME_BYTES as u64).saturating_sub(1);
    (frames * FRAME_SAMPLES).saturating_sub(1105) as usize
}

#[test]
fn a_disk_without_room_for_a_single_frame_refuses_the_take_and_leaves_nothing() {
    let folder = tempdir().unwrap();
    let (disk, _) = WatchedDisk::with_room(&folder.path().join("take.mp3"), 100);
    assert!(matches!(ClipWriter::on(disk), Err(ClipError::DiskFull)));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn what_fitted_stays_playable_and_becomes_the_clip(room in 600u64..18_000) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("take.mp3");
        let (disk, record) = WatchedDisk::with_room(&path, room);
        let said = voice(4 * RATE, 1);
        let mut writer = ClipWriter::on(disk).unwrap();
        let failure = said.chunks(480).find_map(|block| writer.write(block).err());
        prop_assert!(matches!(failure, Some(ClipError::DiskFull)));
        prop_assert!(matches!(writer.write(&said[..480]), Err(ClipError::DiskFull)));
        prop_assert_eq!(record.borrow().bytes, room);
        let part = folder.path().join("take.mp3.part");
        prop_assert_eq!(mp3::decode(&part).unwrap().len(), playable(room));

        let finished = writer.finish().unwrap();
        let heard = mp3::decode(&path).unwrap();
        prop_assert_eq!(heard.len(), playable(room));
        prop_assert_eq!(clip::inspect(&path).unwrap(), finished);
        if heard.len() > RATE {
            assert_same_sound(&said[..heard.len()], &heard);
        }
    }
}

#[test]
fn a_disk_that_runs_full_at_the_very_end_leaves_the_take_for_recovery() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("take.mp3");
    let said = voice(2 * RATE, 1);
    let room = {
        let (disk, record) = WatchedDisk::with_room(&folder.path().join("rehearsal.mp3"), u64::MAX);
        let mut writer = ClipWriter::on(disk).unwrap();
        writer.write(&said).unwrap();
        record.borrow().bytes
    };
    let (disk, _) = WatchedDisk::with_room(&path, room);
    let mut writer = ClipWriter::on(disk).unwrap();
    writer.write(&said).unwrap();
    assert!(matches!(writer.finish(), Err(ClipError::DiskFull)));
    let recovered = clip::recover(&folder.path().join("take.mp3.part")).unwrap();
    assert_eq!(mp3::decode(&recovered.path).unwrap().len(), playable(room));
}

#[test]
fn a_really_full_file_system_keeps_the_take_up_to_its_last_block() {
    let disk = match SmallDisk::mounted(32) {
        Ok(disk) => disk,
        Err(why) => return skipped(&why.to_string()),
    };
    let path = disk.path().join("take.mp3");
    let said = voice(10 * RATE, 2);
    let mut writer = ClipWriter::create(&path).unwrap();
    let failure = said.chunks(480).find_map(|block| writer.write(block).err());
    assert!(matches!(failure, Some(ClipError::DiskFull)), "{failure:?}");
    assert!(mp3::decode(&disk.path().join("take.mp3.part")).unwrap().len() > 4 * RATE);
    let finished = writer.finish().unwrap();
    let heard = mp3::decode(&finished.path).unwrap();
    assert!(heard.len() > 4 * RATE, "{} samples", heard.len());
    assert_same_sound(&said[..heard.len()], &heard);
}

#[test]
fn a_read_only_folder_is_told_as_such() {
    let disk = match SmallDisk::mounted(32) {
        Ok(disk) => disk,
        Err(why) => return skipped(&why.to_string()),
    };
    disk.make_read_only().unwrap();
    assert!(matches!(
        ClipWriter::create(&disk.path().join("take.mp3")),
        Err(ClipError::NotWritable)
    ));
}
