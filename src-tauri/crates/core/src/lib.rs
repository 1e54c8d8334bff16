//! Builds the house, owns its tasks, runs the machine's effects, and answers the window and the command line.
//! Knows no Tauri, no SQL text and no wire JSON.

pub mod error;
pub mod settings;
pub mod view;
