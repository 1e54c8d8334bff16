//! The TypeScript types of the window. The shell writes them in a test of its own, because only it knows its
//! commands; this runs that test and compares.

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::Repository;

/// What the shell's test writes.
const GENERATED: &str = "ui/src/lib/bindings.ts";
/// A part of the name of that test, in the package of the shell.
const TEST: &str = "bindings";

/// Writes the bindings.
pub(crate) fn write(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    repository.run(
        "cargo",
        &[
            "test",
            "--quiet",
            "-p",
            "rehearse",
            "--features",
            "e2e",
            "--lib",
            TEST,
        ],
    )?;
    Ok(Vec::new())
}

/// Writes the bindings and complains when what is committed was something else.
pub(crate) fn check(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    write(repository)?;
    let status = repository.ask("git", &["status", "--porcelain", "--", GENERATED])?;
    Ok(stale(&status).into_iter().collect())
}

/// `status` is what git says about the generated file: nothing when it is as it was committed.
fn stale(status: &[u8]) -> Option<Complaint> {
    let advice = "run `cargo xtask bindings` and commit the file";
    (!status.trim_ascii().is_empty()).then(|| Complaint::new(GENERATED, "not what the commands say", advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_git_has_something_to_say_about_is_stale() {
        assert_eq!(stale(b""), None);
        assert!(stale(b" M ui/src/lib/bindings.ts\n").is_some());
        assert!(stale(b"?? ui/src/lib/bindings.ts\n").is_some());
    }
}
