//! The built-in scenarios and skills: readable files, embedded, read once into the records of the domain.
//!
//! Nothing here touches a disk or the network, and no file can bring the app down: one that cannot be read is named
//! and left out. The rules for good files are in [`lint`], which runs at the desk of whoever writes them.

mod file;
mod library;
pub mod lint;
mod reading;
mod record;
mod shelf;
mod source;

pub use library::{ContentError, Damaged, Library, own_slug};
pub use source::{SourceFile, built_in_files};
