//! Diagnostics and the check that database and files agree.

use std::env::consts::{ARCH, OS};

use rehearse_store::{Finding as Found, Verification};

use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{DiagnosticsView, Finding};

impl Core {
    /// Figures about this installation.
    pub async fn diagnostics(&self) -> Result<DiagnosticsView, ErrorView> {
        let house = &self.0;
        let latencies = &house.latencies;
        Ok(DiagnosticsView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system: format!("{OS} {ARCH}"),
            data_folder: house.folder.display().to_string(),
            press_to_capturing: latencies.press_to_capturing.percentiles(),
            end_mark_to_commit: latencies.end_mark_to_commit.percentiles(),
            end_to_disk: latencies.end_to_disk.percentiles(),
            release_to_first_sound: latencies.release_to_first_sound.percentiles(),
            dropped_samples: house.desk.dropped_samples(),
        })
    }

    /// Checks that database and files agree, down to the sound of every clip. Changes nothing.
    pub async fn verify(&self) -> Result<Vec<Finding>, ErrorView> {
        let found = self.0.on_store(|store| store.verify(Verification::Deep)).await?;
        Ok(found.iter().map(finding).collect())
    }
}

/// What was found as a key of the message catalogue and what it is about.
fn finding(found: &Found) -> Finding {
    let (code, subject) = match found {
        Found::Database(detail) => ("database", detail.clone()),
        Found::BrokenReference { table } => ("broken_reference", table.clone()),
        Found::MissingFile { file, .. } => ("missing_file", file.clone()),
        Found::WrongSize { clip, .. } => ("wrong_size", clip.to_string()),
        Found::WrongContents { clip } => ("wrong_contents", clip.to_string()),
        Found::UnclaimedFile { path } => ("unclaimed_file", path.display().to_string()),
        Found::GapInTurns { session } => ("gap_in_turns", session.to_string()),
        Found::EndReason { session } => ("end_reason", session.to_string()),
        other => ("other", format!("{other:?}")),
    };
    Finding {
        code: code.to_owned(),
        subject,
    }
}
