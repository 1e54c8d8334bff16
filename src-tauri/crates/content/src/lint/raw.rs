//! What is seen only in the text of a file: spaces at the end of a line, tabs, a missing last line end.

use super::{Finding, Rule};
use crate::SourceFile;

pub(super) fn check(source: &SourceFile<'_>, findings: &mut Vec<Finding>) {
    for (index, line) in source.text.lines().enumerate() {
        let place = format!("line {}", index + 1);
        if line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(
                Rule::Space,
                source.name,
                place,
                "a space at the end",
                "remove it",
            ));
        } else if line.contains('\t') {
            findings.push(Finding::new(
                Rule::Space,
                source.name,
                place,
                "a tab",
                "write spaces",
            ));
        }
    }
    if !source.text.ends_with('\n') {
        findings.push(Finding::new(
            Rule::Space,
            source.name,
            "the last line",
            "no line end",
            "end the file with a new line",
        ));
    }
}
