//! The record files as text, as they were embedded.

/// One record file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile<'text> {
    /// Folder and file name, such as `scenarios/ask-for-a-raise.en.toml`. The folder says what is in it.
    pub name: &'text str,
    /// All of its text.
    pub text: &'text str,
}

/// The files that are part of the app, sorted by name.
pub fn built_in_files() -> &'static [SourceFile<'static>] {
    include!(concat!(env!("OUT_DIR"), "/files.rs"))
}
