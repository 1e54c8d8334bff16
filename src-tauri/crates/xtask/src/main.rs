//! The house rules as a program: `cargo xtask tidy | lint-content | bindings [--check]`.
//!
//! It reads the repository and says what to mend; it changes nothing but the generated bindings, and it is never part
//! of the app.

mod bindings;
mod complaint;
mod error;
mod repository;
mod tidy;

use std::io::{self, Write};
use std::process::ExitCode;

use complaint::Complaint;
use error::TaskError;
use rehearse_content::lint::{Finding, lint, lint_calibration};
use repository::Repository;

const USAGE: &str = "\
Usage: cargo xtask <task>

Tasks:
  tidy              check walls between crates, files and message catalogues
  lint-content      check the built-in scenarios and skills, and the calibration transcripts
  bindings          write the TypeScript types of the window
  bindings --check  write them and fail if they were not up to date
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["tidy"] => Repository::here().and_then(|repository| tidy::run(&repository)),
        ["lint-content"] => Ok(lint_content()),
        ["bindings"] => Repository::here().and_then(|repository| bindings::write(&repository)),
        ["bindings", "--check"] => Repository::here().and_then(|repository| bindings::check(&repository)),
        _ => {
            // Nobody is left to tell when standard error is closed.
            let _ = io::stderr().write_all(USAGE.as_bytes());
            return ExitCode::from(2);
        }
    };
    report(outcome).unwrap_or(ExitCode::FAILURE)
}

fn lint_content() -> Vec<Complaint> {
    let records = rehearse_content::built_in_files();
    let transcripts = rehearse_content::calibration_files();
    let findings = lint(records)
        .into_iter()
        .chain(lint_calibration(records, transcripts));
    let complaint = |finding: Finding| {
        let place = format!("src-tauri/crates/content/{}: {}", finding.file, finding.field);
        Complaint::new(place, finding.problem, finding.advice)
    };
    findings.map(complaint).collect()
}

/// Says what was found, one line each.
fn report(outcome: Result<Vec<Complaint>, TaskError>) -> io::Result<ExitCode> {
    let mut out = io::stderr().lock();
    match outcome {
        Ok(complaints) if complaints.is_empty() => Ok(ExitCode::SUCCESS),
        Ok(complaints) => {
            for complaint in &complaints {
                writeln!(out, "{complaint}")?;
            }
            writeln!(out, "{} to mend", complaints.len())?;
            Ok(ExitCode::FAILURE)
        }
        Err(error) => {
            writeln!(out, "{error}")?;
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                writeln!(out, "  because: {cause}")?;
                source = cause.source();
            }
            Ok(ExitCode::FAILURE)
        }
    }
}
