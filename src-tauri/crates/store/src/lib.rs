//! What is kept: the SQLite database, the audio folder beside it, and the lock that makes one process its owner.
//!
//! Every call blocks; hosts make them on a thread that may block. Nothing here opens a socket or a sound device,
//! encodes sound, reads a clock or makes a random number.

mod announcing;
mod authored;
mod authoring;
mod backup;
mod checking;
mod columns;
mod connection;
mod deleting;
mod error;
mod exchanges;
mod fetching;
mod figures;
mod folder;
mod index_text;
mod judging;
mod leaving;
mod letting_go;
mod listing;
mod lock;
mod migrate;
mod mirroring;
mod news;
mod outlining;
mod pages;
pub mod private;
mod pulling;
mod rated;
mod recording;
mod records;
mod recovering;
mod reflecting;
mod revealing;
mod sending;
mod settling;
mod shelf;
mod sound_files;
mod storage;
mod store;
mod table;
mod trace;
mod vanishing;
mod verifying;

pub use announcing::{AuthoredTold, BuiltIn, SendableAuthored};
pub use authored::{Authored, AuthoredKind, AuthoredRecord, Conflict, Keep, Stale, UsedBy};
pub use checking::{Check, FromElsewhere, KeptResult, ResultAsRead, SessionResults};
pub use deleting::{DeleteReceipt, Purged};
pub use error::StoreError;
pub use exchanges::{Exchange, Tokens};
pub use fetching::{AbsentClip, Arriving};
pub use figures::{Delivery, DeliveryStamp, SessionDeliveries};
pub use leaving::Untold;
pub use listing::{
    Cursor, CursorError, FamilyRuns, SessionPage, SessionQuery, SessionSummary, SoundLengths, TurnCounts,
};
pub use lock::Holder;
pub use pulling::{
    Claim, Mark, RemoteEvaluation, RemoteRecord, RemoteRow, RemoteSession, RemoteSound, RemoteStamp,
    RemoteTurn,
};
pub use rated::{RatedSession, Unrevealed};
pub use recording::SessionEnd;
pub use recovering::{Interrupted, InterruptedKind};
pub use reflecting::RemoteAuthored;
pub use sending::{
    Due, Lane, LaneState, OutboxFigures, RemoteFile, SendableEvaluation, SendableSession, SendableTurn,
};
pub use settling::Settled;
pub use storage::StorageFigures;
pub use store::{Access, Store};
pub use table::authored_remote::RemoteName;
pub use table::evaluation::{Evaluation, EvaluationStatus};
pub use table::evaluation_due::DueEvaluation;
pub use table::evaluation_lease::Lease;
pub use table::evaluation_told::EvaluationUntold;
pub use table::outbox::{OutboxKind, OutboxRow};
pub use table::outbox_due::Lanes;
pub use table::stray_file::StrayFile;
pub use table::twin_watch::TwinWatch;
pub use vanishing::{Present, Vanished};
pub use verifying::{Finding, Verification};
