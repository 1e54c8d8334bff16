//! Errors at the rim: a code with parameters. The sentences, in both languages, stand in the message catalogue
//! as `error.<code>.what`, `.safe` and `.next`, for the window and the command line alike.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

use rehearse_audio::clip::ClipError;
use rehearse_devices::DeviceError;
use rehearse_dialog::{MediaFault, PartnerFault, SaveFault};
use rehearse_domain::{ClipId, Gap, SessionId, Slug};
use rehearse_store::StoreError;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{code}")]
pub struct ErrorView {
    /// A key of the message catalogue.
    pub code: String,
    /// What the sentence's places are filled with.
    pub params: BTreeMap<String, String>,
}

impl ErrorView {
    /// An error without parameters.
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            params: BTreeMap::new(),
        }
    }

    /// With one more parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// Something that should not happen. `detail` is for diagnostics and never holds words of a dialogue.
    pub fn internal(detail: impl Display) -> Self {
        Self::new("internal").with("detail", detail)
    }

    pub(crate) fn no_such_scenario(slug: &Slug) -> Self {
        Self::new("no_such_scenario").with("slug", slug)
    }

    pub(crate) fn no_such_session(session: SessionId) -> Self {
        Self::new("no_such_session").with("id", session)
    }

    pub(crate) fn no_such_authored(name: impl Display) -> Self {
        Self::new("no_such_authored").with("name", name)
    }

    pub(crate) fn audio_missing(clip: ClipId) -> Self {
        Self::new("audio_missing").with("file", clip)
    }

    pub(crate) fn scenario_incomplete(gaps: &[Gap]) -> Self {
        let fields: Vec<String> = gaps.iter().map(|gap| format!("{gap:?}")).collect();
        Self::new("scenario_incomplete").with("fields", fields.join(", "))
    }
}

/// A failure of the store.
pub(crate) fn of_store(error: &StoreError) -> ErrorView {
    match error {
        StoreError::Held(holder) => ErrorView::new("store_held")
            .with("program", &holder.program)
            .with("pid", holder.pid),
        StoreError::NewerDatabase { found, known } => ErrorView::new("store_newer")
            .with("found", found)
            .with("known", known),
        StoreError::NoDatabase(_) => ErrorView::new("store_empty"),
        StoreError::Damaged { .. } => ErrorView::new("store_damaged"),
        StoreError::DiskFull => ErrorView::new("store_disk_full"),
        StoreError::ReadOnlyFolder => ErrorView::new("store_read_only"),
        StoreError::NoSession(session) => ErrorView::no_such_session(*session),
        StoreError::NoAuthored(id) => ErrorView::no_such_authored(id),
        StoreError::Stale(stale) => ErrorView::new("authored_stale")
            .with("yours", stale.yours.revision())
            .with("theirs", stale.theirs.revision()),
        StoreError::Incomplete(gaps) => ErrorView::scenario_incomplete(gaps),
        StoreError::NameTaken(name) => ErrorView::new("authored_name_taken").with("name", name),
        StoreError::SkillInUse(users) => {
            let titles: Vec<&str> = users.iter().map(|user| user.title.as_str()).collect();
            ErrorView::new("skill_in_use").with("titles", titles.join(", "))
        }
        other => ErrorView::new("store_unavailable").with("detail", other),
    }
}

/// A failure of the store in this folder, which is named where the user has to do something about it.
pub(crate) fn of_store_at(folder: &Path, error: &StoreError) -> ErrorView {
    let view = of_store(error);
    match error {
        StoreError::ReadOnlyFolder => view.with("folder", folder.display()),
        _ => view,
    }
}

/// The sentence for a turn, or an end, that could not be saved because of this failure.
pub(crate) fn of_saving(folder: &Path, failure: &ErrorView) -> ErrorView {
    let view = of_save_fault(save_fault(failure)).with("folder", folder.display());
    let detail = failure.params.get("detail").unwrap_or(&failure.code);
    view.with("detail", detail)
}

/// What a failure of the store means to the machine.
pub(crate) fn save_fault(error: &ErrorView) -> SaveFault {
    match error.code.as_str() {
        "store_disk_full" | "recording_disk_full" => SaveFault::DiskFull,
        "store_read_only" | "recording_read_only" => SaveFault::ReadOnly,
        "store_damaged" => SaveFault::Damaged,
        _ => SaveFault::Other,
    }
}

/// The sentence for a kind of failure to save, in a practice.
pub(crate) fn of_save_fault(fault: SaveFault) -> ErrorView {
    ErrorView::new(match fault {
        SaveFault::DiskFull => "save_disk_full",
        SaveFault::ReadOnly => "save_read_only",
        SaveFault::Damaged => "store_damaged",
        SaveFault::Other => "save_failed",
    })
}

/// A clip that could not be written.
pub(crate) fn of_clip(error: &ClipError) -> ErrorView {
    match error {
        ClipError::DiskFull => ErrorView::new("recording_disk_full"),
        ClipError::NotWritable => ErrorView::new("recording_read_only"),
        other => ErrorView::new("recording_failed").with("detail", other),
    }
}

/// A failure of the microphone.
pub(crate) fn of_microphone(error: &DeviceError) -> ErrorView {
    match error {
        DeviceError::Storage(error) => of_clip(error),
        DeviceError::Backend { message } => ErrorView::new("microphone_failed").with("detail", message),
        other => of_media_fault(media_fault(other)),
    }
}

/// What a failure of the microphone means to the machine.
pub(crate) fn media_fault(error: &DeviceError) -> MediaFault {
    match error {
        DeviceError::PermissionDenied => MediaFault::PermissionDenied,
        DeviceError::NoDevice => MediaFault::NoDevice,
        DeviceError::Busy => MediaFault::DeviceBusy,
        DeviceError::WrongFormat { .. } => MediaFault::UnsupportedFormat,
        DeviceError::Lost => MediaFault::DeviceLost,
        DeviceError::Storage(_) => MediaFault::ClipNotWritten,
        DeviceError::Backend { .. } | DeviceError::Panicked => MediaFault::Other,
    }
}

/// The sentence for a kind of failure of the microphone.
pub(crate) fn of_media_fault(fault: MediaFault) -> ErrorView {
    ErrorView::new(match fault {
        MediaFault::PermissionDenied => "microphone_denied",
        MediaFault::NoDevice => "microphone_none",
        MediaFault::DeviceBusy => "microphone_busy",
        MediaFault::UnsupportedFormat => "microphone_format",
        MediaFault::DeviceLost | MediaFault::NoSamples => "microphone_lost",
        MediaFault::ClipNotWritten => "recording_failed",
        MediaFault::Other => "microphone_failed",
    })
}

/// The sentence for a kind of failure of the partner.
pub(crate) fn of_partner_fault(fault: PartnerFault) -> ErrorView {
    ErrorView::new(match fault {
        PartnerFault::TimedOut => "partner_timed_out",
        PartnerFault::Unusable => "partner_malformed",
        PartnerFault::NotAllowed => "partner_key",
        PartnerFault::OverQuota => "partner_busy",
        _ => "partner_unavailable",
    })
}
