//! Files that a crash, a kill or a power cut left behind.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rehearse_audio::clip::{self, ClipError, ClipWriter};
use rehearse_audio::mp3::{self, FRAME_BYTES, FRAME_SAMPLES};
use tempfile::tempdir;

use crate::sound::{RATE, assert_same_sound, voice};

const HELD_BACK: usize = RATE * 15 / 100;

/// The bytes of a `.part` whose recorder died after these samples.
fn orphan(said: &[f32]) -> Vec<u8> {
    let folder = tempdir().unwrap();
    let mut writer = ClipWriter::create(&folder.path().join("take.mp3")).unwrap();
    for block in said.chunks(480) {
        writer.write(block).unwrap();
    }
    drop(writer);
    fs::read(folder.path().join("take.mp3.part")).unwrap()
}

fn put_part(folder: &Path, bytes: &[u8]) -> PathBuf {
    let part = folder.join("take.mp3.part");
    fs::write(&part, bytes).unwrap();
    part
}

/// Samples that whole frames among so many bytes hold.
fn playable(bytes: usize) -> usize {
    let frames = (bytes / FRAME_BYTES).saturating_sub(1);
    (frames * FRAME_SAMPLES as usize).saturating_sub(1105)
}

#[test]
fn a_take_cut_at_any_byte_plays_and_is_recovered_up_to_its_last_whole_frame() {
    let said = voice(4 * RATE, 1);
    let whole = orphan(&said);
    assert!(said.len() - playable(whole.len()) <= HELD_BACK);
    let edges = [
        0,
        1,
        4,
        57,
        143,
        144,
        145,
        287,
        288,
        289,
        431,
        432,
        433,
        whole.len() - 1,
        whole.len(),
    ];

    let check = |bytes: usize| {
        let folder = tempdir().unwrap();
        let part = put_part(folder.path(), &whole[..bytes]);
        let expected = playable(bytes);
        if expected == 0 {
            assert!(
                matches!(clip::recover(&part), Err(ClipError::NothingToRecover)),
                "cut at {bytes}"
            );
            assert_eq!(fs::read(&part).unwrap(), &whole[..bytes]);
            return;
        }
        assert_eq!(mp3::decode(&part).unwrap().len(), expected, "cut at {bytes}");
        let recovered = clip::recover(&part).unwrap();
        assert!(!part.exists());
        assert_eq!(recovered.path, folder.path().join("take.mp3"));
        let heard = mp3::decode(&recovered.path).unwrap();
        assert_eq!(heard.len(), expected, "cut at {bytes}");
        assert_eq!(
            recovered.duration.as_nanos(),
            expected as u128 * 1_000_000_000 / RATE as u128
        );
        assert_eq!(clip::inspect(&recovered.path).unwrap(), recovered);
        if expected > RATE {
            assert_same_sound(&said[..expected], &heard);
        }
    };
    edges.into_iter().for_each(check);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(40));
    runner
        .run(&(0..=whole.len()), |bytes| {
            check(bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_torn_head_is_written_anew() {
    let said = voice(2 * RATE, 2);
    let whole = orphan(&said);
    for head in [[0u8; FRAME_BYTES], [0xFF; FRAME_BYTES]] {
        let folder = tempdir().unwrap();
        let mut torn = whole.clone();
        torn[..FRAME_BYTES].copy_from_slice(&head);
        let recovered = clip::recover(&put_part(folder.path(), &torn)).unwrap();
        let heard = mp3::decode(&recovered.path).unwrap();
        assert_eq!(heard.len(), playable(whole.len()));
        assert_same_sound(&said[..heard.len()], &heard);
    }
}

#[test]
fn zeros_that_a_power_cut_left_at_the_end_are_cut() {
    let mut bytes = orphan(&voice(2 * RATE, 3));
    bytes.truncate(bytes.len() / FRAME_BYTES * FRAME_BYTES);
    let whole = bytes.len();
    bytes.resize(whole + 5_000, 0);
    let folder = tempdir().unwrap();
    let recovered = clip::recover(&put_part(folder.path(), &bytes)).unwrap();
    assert_eq!(recovered.bytes, whole as u64);
}

#[test]
fn a_clip_that_was_finished_but_not_renamed_keeps_every_sample() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("take.mp3");
    let said = voice(RATE + 77, 4);
    let mut writer = ClipWriter::create(&path).unwrap();
    writer.write(&said).unwrap();
    let finished = writer.finish().unwrap();
    let part = folder.path().join("take.mp3.part");
    fs::rename(&path, &part).unwrap();

    let recovered = clip::recover(&part).unwrap();
    assert_eq!(
        (recovered.sha256, recovered.duration),
        (finished.sha256, finished.duration)
    );
}

#[test]
fn a_finished_head_that_promises_more_than_is_there_is_not_believed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("take.mp3");
    let mut writer = ClipWriter::create(&path).unwrap();
    writer.write(&voice(2 * RATE, 5)).unwrap();
    writer.finish().unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();

    let half = bytes.len() / 2;
    let recovered = clip::recover(&put_part(folder.path(), &bytes[..half])).unwrap();
    assert_eq!(mp3::decode(&recovered.path).unwrap().len(), playable(half));
}

#[test]
fn only_part_files_are_recovered_and_only_into_a_free_name() {
    let folder = tempdir().unwrap();
    let bytes = orphan(&voice(RATE, 6));
    let other = folder.path().join("take.mp3");
    fs::write(&other, &bytes).unwrap();
    assert!(matches!(clip::recover(&other), Err(ClipError::NothingToRecover)));
    let part = put_part(folder.path(), &bytes);
    assert!(matches!(clip::recover(&part), Err(ClipError::Exists)));
    assert_eq!(fs::read(&part).unwrap(), bytes);
    assert!(matches!(
        clip::recover(&folder.path().join("none.mp3.part")),
        Err(ClipError::Missing)
    ));
}

const CHILD: &str = "REHEARSE_TEST_RECORD_TO";

/// Not a test of its own: the recorder that the next test kills.
#[test]
fn child_that_records_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let mut writer = ClipWriter::create(Path::new(&path)).unwrap();
    let block = voice(480, 1);
    let mut out = std::io::stdout();
    for written in 1.. {
        writer.write(&block).unwrap();
        writeln!(out, "written {}", written * 480).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_recorder_loses_no_more_than_the_encoder_holds() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("take.mp3");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child_that_records_until_it_is_killed",
            "--nocapture",
        ])
        .env(CHILD, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut written = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if let Some((_, count)) = line.unwrap().split_once("written ") {
            written = count.trim().parse::<usize>().unwrap();
        }
        if written >= 7 * RATE {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(written >= 7 * RATE, "the child ended by itself");

    let recovered = clip::recover(&folder.path().join("take.mp3.part")).unwrap();
    let acknowledged = Duration::from_secs_f64(written as f64 / RATE as f64);
    assert!(
        recovered.duration + Duration::from_millis(150) >= acknowledged,
        "{recovered:?}"
    );
}
