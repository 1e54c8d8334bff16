//! Everything that one app holds, and where its ids and tokens come from. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;

use super::class::{Class, Row};

/// The bytes behind a file's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The path of the file below its host.
    pub key: String,
    /// What the upload said it is.
    pub content_type: String,
    /// How many bytes came.
    pub length: u64,
    /// SHA-256 of the bytes, in lower-case hex.
    pub sha256: String,
    /// The bytes, unless the app was told not to keep them.
    pub bytes: Option<Bytes>,
}

/// Leave to upload one file.
#[derive(Clone, Debug)]
pub(super) struct UploadToken {
    pub(super) file: String,
    pub(super) key: String,
    pub(super) bucket: String,
    pub(super) mime: String,
    /// Milliseconds since the epoch.
    pub(super) deadline: i64,
}

/// An upload in parts that has begun, or a chain of blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) key: String,
    pub(super) parts: BTreeMap<u32, Bytes>,
}

/// Where a scan goes on.
#[derive(Clone, Debug)]
pub(super) struct ScanPlace {
    pub(super) class: String,
    pub(super) after: Value,
    /// Milliseconds since the epoch.
    pub(super) deadline: i64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) classes: BTreeMap<String, Class>,
    /// Who is related, by class, object and column.
    pub(super) relations: BTreeMap<(String, String, String), BTreeSet<String>>,
    pub(super) passwords: BTreeMap<String, String>,
    /// User by session token.
    pub(super) sessions: BTreeMap<String, String>,
    /// Moments of failed log-ins by user.
    pub(super) failures: BTreeMap<String, Vec<i64>>,
    pub(super) contents: BTreeMap<String, StoredFile>,
    pub(super) tokens: BTreeMap<String, UploadToken>,
    pub(super) uploads: BTreeMap<String, Parts>,
    pub(super) blocks: BTreeMap<String, Bytes>,
    pub(super) scans: BTreeMap<String, ScanPlace>,
    /// Moments of one-call uploads.
    pub(super) one_calls: Vec<i64>,
    /// Operations that would be billed: a batch counts its items.
    pub(super) billed: u64,
    /// The day (since the epoch) and its calls so far.
    pub(super) today: (i64, u64),
    pub(super) ids: Ids,
}

impl State {
    pub(super) fn row(&self, class: &str, id: &str) -> Option<&Row> {
        self.classes.get(class)?.rows.get(id)
    }
}

/// Ids, keys and tokens of one seed: the same calls get the same ones.
#[derive(Debug, Default)]
pub(super) struct Ids {
    state: u64,
    machine: u64,
    count: u32,
}

const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        let mut ids = Self {
            state: seed,
            machine: 0,
            count: 0,
        };
        ids.machine = ids.next() & 0xff_ffff_ffff;
        ids
    }

    /// The next number of SplitMix64 (Steele, Lea and Flood, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 24 hex characters that sort by time, and by order within a second.
    pub(super) fn object_id(&mut self, now: i64) -> String {
        self.count = self.count.wrapping_add(1);
        let seconds = u32::try_from(now / 1000).unwrap_or(u32::MAX);
        format!("{seconds:08x}{:010x}{:06x}", self.machine, self.count & 0xff_ffff)
    }

    /// So many small letters and digits.
    pub(super) fn letters(&mut self, count: usize) -> String {
        let mut letter = || {
            let index = usize::try_from(self.next() % 36).unwrap_or(0);
            char::from(LETTERS.get(index).copied().unwrap_or(b'a'))
        };
        (0..count).map(|_| letter()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_come_again_for_a_seed() {
        let mut ids = Ids::seeded(7);
        let (first, second, later) = (ids.object_id(5_000), ids.object_id(5_000), ids.object_id(6_000));
        assert!(first < second && second < later && first.len() == 24);
        assert_eq!(Ids::seeded(7).letters(25), Ids::seeded(7).letters(25));
        assert_ne!(Ids::seeded(7).letters(25), Ids::seeded(8).letters(25));
    }
}
