//! The TypeScript types of the window. The shell writes them in a test of its own, because only it knows its
//! commands; this runs that test and compares.

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::Repository;

/// What the shell's test writes.
const GENERATED: &str = "ui/src/lib/bindings.ts";
/// Runs the tests of the shell that have this in their name: the one that writes.
const TEST: [&str; 8] = [
    "test",
    "--quiet",
    "-p",
    "rehearse",
    "--features",
    "e2e",
    "--lib",
    "bindings",
];

/// Writes the bindings.
pub(crate) fn write(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let list = repository.ask("cargo", &[TEST.as_slice(), &["--", "--list"]].concat())?;
    if let Some(complaint) = unwritten(&list) {
        return Ok(vec![complaint]);
    }
    repository.run("cargo", &TEST)?;
    Ok(Vec::new())
}

/// A filter that finds no test passes, and then nothing was written.
fn unwritten(list: &[u8]) -> Option<Complaint> {
    let found = String::from_utf8_lossy(list)
        .lines()
        .any(|line| line.ends_with(": test"));
    let advice = "call the test that writes it something with \"bindings\"";
    (!found).then(|| Complaint::new(GENERATED, "no test of the shell writes it", advice))
}

/// Writes the bindings and complains when what is committed was something else.
pub(crate) fn check(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let complaints = write(repository)?;
    if !complaints.is_empty() {
        return Ok(complaints);
    }
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

    #[test]
    fn a_shell_without_a_test_that_writes_is_found() {
        assert_eq!(
            unwritten(b"ipc::tests::the_bindings_are_written: test\n\n1 test, 0 benchmarks\n"),
            None
        );
        assert!(unwritten(b"0 tests, 0 benchmarks\n").is_some());
    }
}
