//! The rules for record files, for whoever writes them: each finding names the file, the field and what to do.
//!
//! It runs at the desk and in the tests, never in the app, and it judges form only; whether a line is believable is
//! for a person to read aloud.

#[cfg(feature = "calibration")]
mod calibration;
mod families;
mod field;
mod finding;
mod leaks;
mod lengths;
mod listening;
mod raw;
mod repeats;
mod scenario;
mod shared;
mod skill;
mod wording;
mod words;

#[cfg(feature = "calibration")]
pub use calibration::lint_calibration;
pub use finding::{Finding, Rule};

use crate::SourceFile;
use crate::file::{self, Parsed, ScenarioFile, SkillFile};

/// A file that was read, with the name to report.
struct Named<'name, T> {
    name: &'name str,
    record: T,
}

/// All findings, in the order of the files; what concerns several files comes last.
pub fn lint(files: &[SourceFile<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut scenarios, mut skills) = (Vec::new(), Vec::new());
    for source in files {
        raw::check(source, &mut findings);
        match file::parse(source) {
            Ok(Parsed::Scenario(record)) => {
                let named = Named {
                    name: source.name,
                    record: *record,
                };
                scenario::check(&named, &mut findings);
                scenarios.push(named);
            }
            Ok(Parsed::Skill(record)) => {
                let named = Named {
                    name: source.name,
                    record: *record,
                };
                skill::check(&named, &mut findings);
                skills.push(named);
            }
            Err(error) => findings.push(Finding::new(
                Rule::Unreadable,
                source.name,
                "the whole file",
                error.to_string(),
                "mend it, or the library leaves it out",
            )),
        }
    }
    families::check(&scenarios, &skills, &mut findings);
    repeats::check_across(&scenarios, &mut findings);
    shared::check(&scenarios, &mut findings);
    findings
}

#[cfg(test)]
mod tests;
