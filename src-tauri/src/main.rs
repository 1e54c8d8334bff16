//! The window's program. Everything it does is in the library beside it.

// No console window beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    rehearse_shell::run()
}
