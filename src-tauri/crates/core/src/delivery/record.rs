//! What is kept of how a turn sounded, as the store keeps it: text with the number of the method that made it.

use std::path::Path;
use std::time::UNIX_EPOCH;
use std::{fs, io};

use rehearse_delivery::{METHOD, TurnFigures};
use rehearse_domain::Timestamp;
use rehearse_store::Delivery;
use serde::{Deserialize, Serialize};

/// The method of a record without figures that are still to be made: older than any.
const NOT_MEASURED: u32 = 0;

/// How a turn sounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    /// From the end of the partner's sound to the first sample of the clip, in milliseconds; below 0 when the clip
    /// begins before that end. `None` when it was not timed. It cannot be found again in the clip, so it outlives
    /// the figures of an older method.
    pub(crate) lead_ms: Option<i32>,
    /// The figures of this method; `None` when they have to be computed from the clip.
    pub(crate) figures: Option<TurnFigures>,
    /// The sound file that this method found unreadable. It is not read again while it stays like that.
    pub(crate) unreadable: Option<FileState>,
}

/// How a sound file looks from outside; of one that is not there, all is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    bytes: u64,
    modified_ms: u64,
}

impl FileState {
    /// How it looks now; an error when that cannot be seen. Blocking.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let file = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            file => file?,
        };
        let modified = file.modified().ok();
        let since = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            bytes: file.len(),
            modified_ms: since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Timed {
    lead_ms: Option<i32>,
}

#[derive(Serialize, Deserialize)]
struct Kept<Figures> {
    #[serde(flatten)]
    timed: Timed,
    figures: Figures,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreadable: Option<FileState>,
}

impl Record {
    /// With what was known before where this knows nothing.
    pub(crate) fn completed_by(mut self, known: Self) -> Self {
        self.lead_ms = self.lead_ms.or(known.lead_ms);
        if self.figures.is_none() && self.unreadable.is_none() {
            (self.figures, self.unreadable) = (known.figures, known.unreadable);
        }
        self
    }

    /// As the store keeps it.
    pub(crate) fn kept(&self, made_at: Timestamp) -> serde_json::Result<Delivery> {
        let kept = Kept {
            timed: Timed {
                lead_ms: self.lead_ms,
            },
            figures: self.figures.as_ref(),
            unreadable: self.unreadable,
        };
        Ok(Delivery {
            method: match (&self.figures, self.unreadable) {
                (Some(figures), _) => figures.method,
                (None, Some(_)) => METHOD,
                (None, None) => NOT_MEASURED,
            },
            figures: serde_json::to_string(&kept)?,
            made_at,
        })
    }

    /// From what the store kept. Figures of another method are left out, whatever form they have.
    pub(crate) fn read(kept: &Delivery) -> Self {
        if kept.method == METHOD
            && let Ok(kept) = serde_json::from_str::<Kept<Option<TurnFigures>>>(&kept.figures)
        {
            return Self {
                lead_ms: kept.timed.lead_ms,
                figures: kept.figures,
                unreadable: kept.unreadable,
            };
        }
        let timed = serde_json::from_str::<Timed>(&kept.figures);
        Self {
            lead_ms: timed.ok().and_then(|timed| timed.lead_ms),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let sound: Vec<f32> = (0..24_000).map(|n| 0.3 * (n as f32 * 0.05).sin()).collect();
        Record {
            lead_ms: Some(-40),
            figures: Some(rehearse_delivery::measure(24_000, &sound).unwrap()),
            unreadable: None,
        }
    }

    #[test]
    fn what_is_kept_is_read_as_it_was() {
        let kept = record().kept(Timestamp::from_millis(0)).unwrap();
        assert_eq!(kept.method, METHOD);
        assert_eq!(Record::read(&kept), record());
    }

    #[test]
    fn of_another_method_only_the_time_before_the_clip_is_read() {
        let mut kept = record().kept(Timestamp::from_millis(0)).unwrap();
        kept.method = METHOD + 1;
        kept.figures = kept.figures.replace("\"duration_ms\"", "\"something_else\"");
        let timed = Record {
            figures: None,
            ..record()
        };
        assert_eq!(Record::read(&kept), timed);
        kept.figures = "no JSON".to_owned();
        assert_eq!(Record::read(&kept), Record::default());
    }

    #[test]
    fn that_a_file_is_unreadable_is_known_to_the_method_that_found_it() {
        let unreadable = Record {
            figures: None,
            unreadable: Some(FileState {
                bytes: 1,
                modified_ms: 2,
            }),
            ..record()
        };
        let mut kept = unreadable.kept(Timestamp::from_millis(0)).unwrap();
        assert_eq!(kept.method, METHOD);
        assert_eq!(Record::read(&kept), unreadable);
        kept.method -= 1;
        assert_eq!(Record::read(&kept).unreadable, None, "a newer one tries it again");
    }

    #[test]
    fn only_of_a_file_that_is_not_there_it_is_said_that_it_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clip.mp3");
        assert_eq!(FileState::of(&file).unwrap(), FileState::default());
        fs::write(&file, "sound").unwrap();
        assert_eq!(FileState::of(&file).unwrap().bytes, 5);
        #[cfg(unix)]
        FileState::of(&file.join("below a file")).unwrap_err();
    }

    #[test]
    fn a_record_without_figures_is_of_no_method() {
        let timed = Record {
            figures: None,
            ..record()
        };
        let kept = timed.kept(Timestamp::from_millis(0)).unwrap();
        assert!(kept.method < METHOD);
        assert_eq!(Record::read(&kept), timed);
    }
}
