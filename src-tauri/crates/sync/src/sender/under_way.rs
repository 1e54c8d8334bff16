//! How many bytes of the clips under way have gone. It is asked for and never told: whoever shows it asks at a pace of
//! its own, however fast bytes go.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_leancloud::Progress;
use serde::Serialize;

/// The clips under way, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Uploading {
    /// Bytes that were handed to the network.
    pub sent: u64,
    /// Bytes in all.
    pub bytes: u64,
}

/// The clips that a sender has under way. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Uploads(
    /// By the row of the outbox.
    Arc<Mutex<HashMap<i64, Uploading>>>,
);

impl Uploads {
    /// A clip of so many bytes sets out; it is under way until what is answered is dropped.
    pub(super) fn begin(&self, row: i64, bytes: u64) -> SettingOut {
        self.0.lock().insert(row, Uploading { sent: 0, bytes });
        SettingOut {
            under_way: self.clone(),
            row,
        }
    }

    /// How far they are; `None` when there are none.
    pub fn so_far(&self) -> Option<Uploading> {
        let clips = self.0.lock();
        clips.values().copied().reduce(|all, one| Uploading {
            sent: all.sent + one.sent,
            bytes: all.bytes + one.bytes,
        })
    }
}

/// One clip under way.
#[derive(Debug)]
pub(super) struct SettingOut {
    under_way: Uploads,
    row: i64,
}

impl SettingOut {
    /// Hears how many bytes of it have gone. An attempt that is made anew begins at 0 again.
    pub(super) fn progress(&self) -> Progress {
        let (under_way, row) = (self.under_way.clone(), self.row);
        Arc::new(move |sent| {
            if let Some(clip) = under_way.0.lock().get_mut(&row) {
                clip.sent = sent.min(clip.bytes);
            }
        })
    }
}

impl Drop for SettingOut {
    fn drop(&mut self) {
        self.under_way.0.lock().remove(&self.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_under_way_are_counted_together_until_each_has_arrived_or_failed() {
        let under_way = Uploads::default();
        assert_eq!(under_way.so_far(), None);
        let (one, other) = (under_way.begin(1, 1000), under_way.begin(2, 50));
        let heard = one.progress();
        heard(600);
        other.progress()(50);
        let all = Uploading {
            sent: 650,
            bytes: 1050,
        };
        assert_eq!(under_way.so_far(), Some(all));
        heard(100);
        drop(other);
        let all = Uploading {
            sent: 100,
            bytes: 1000,
        };
        assert_eq!(under_way.so_far(), Some(all), "an attempt that is made anew");
        drop(one);
        heard(700);
        assert_eq!(under_way.so_far(), None);
    }
}
