//! What a turn costs a program that does nothing else: the end of a clip, its first frame again, the whole of it read
//! for its hash, synced, renamed, the folder synced; then as many bytes appended to a log as the database appends,
//! and synced. Nothing is encoded, nothing is decided.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes of the last part of a clip, and of its first frame.
const TAIL: usize = 1_000;
const FRAME: usize = 144;

/// One turn with a clip and a log entry of so many bytes. The file is there before the time counts, as a take is.
pub(crate) fn turn(
    folder: &Path,
    number: u32,
    clip_bytes: usize,
    log_bytes: usize,
) -> std::io::Result<Duration> {
    let part = folder.join(format!("{number}.mp3.part"));
    let mut clip = OpenOptions::new()
        .create_new(true)
        .read(true)
        .write(true)
        .open(&part)?;
    clip.write_all(&vec![0x55; clip_bytes.saturating_sub(TAIL)])?;
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log"))?;
    let begun = Instant::now();
    clip.write_all(&[0x55; TAIL])?;
    clip.seek(SeekFrom::Start(0))?;
    clip.write_all(&[0x56; FRAME])?;
    clip.seek(SeekFrom::Start(0))?;
    clip.read_to_end(&mut Vec::with_capacity(clip_bytes))?;
    clip.sync_all()?;
    std::fs::rename(&part, folder.join(format!("{number}.mp3")))?;
    File::open(folder)?.sync_all()?;
    log.write_all(&vec![0x57; log_bytes])?;
    log.sync_data()?;
    Ok(begun.elapsed())
}
