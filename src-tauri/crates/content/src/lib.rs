//! The built-in scenarios and skills: readable files, embedded, read once into the records of the domain.
//!
//! Nothing here touches a disk or the network, and no file can bring the app down: one that cannot be read is named
//! and left out. The rules for good files are in [`lint`], which runs at the desk of whoever writes them.

#[cfg(feature = "calibration")]
mod calibration;
mod file;
mod library;
pub mod lint;
mod reading;
mod record;
mod shelf;
mod source;

#[cfg(feature = "calibration")]
pub use calibration::{
    CalibrationCase, CalibrationKind, Expected, UnreadableCase, calibration_cases, calibration_files,
};
pub use library::{ContentError, Damaged, Library, own_slug};
pub use source::{SourceFile, built_in_files};
