//! What a file of ours looks like: it says what it is for, it is small, its names are nouns of the domain, and it
//! knows nobody's home folder.

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::{Repository, TextFile};

/// A room with more lines than this, its tests not counted, is two rooms.
const LONGEST: usize = 350;
/// Names that say nothing about what a thing is.
const EMPTY_NAMES: [&str; 4] = ["Manager", "Service", "Helper", "Util"];
/// Folders in which somebody's own machine begins.
const MACHINE_FOLDERS: [&str; 4] = ["work", "root", "home", "Users"];

/// Looks at every file of ours that people write.
pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let mut complaints = Vec::new();
    for file in repository.files(&["rs"])? {
        complaints.extend(check_rust(&file));
    }
    for file in repository.files(&[
        "rs", "toml", "ts", "svelte", "js", "mjs", "json", "md", "yml", "sh",
    ])? {
        // Nobody wrote that one.
        if !file.path.ends_with("package-lock.json") {
            complaints.extend(check_paths(&file));
        }
    }
    Ok(complaints)
}

fn check_rust(file: &TextFile) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if !file.text.starts_with("//! ") {
        let advice = "open it with //! and what it is for and must not do";
        complaints.push(Complaint::new(
            &file.path,
            "it does not say what it is for",
            advice,
        ));
    }
    let lines = file
        .text
        .lines()
        .take_while(|line| *line != "mod tests {")
        .count();
    if lines > LONGEST && !is_test(&file.path) {
        let advice = format!("split it into rooms of at most {LONGEST}");
        complaints.push(Complaint::new(&file.path, format!("{lines} lines"), advice));
    }
    for (index, line) in file.text.lines().enumerate() {
        if let Some(name) = type_name(line)
            && let Some(word) = EMPTY_NAMES.iter().find(|word| name.contains(**word))
        {
            let place = format!("{}:{}", file.path, index + 1);
            let problem = format!("{name} is called a {word}");
            complaints.push(Complaint::new(
                place,
                problem,
                "name what it is in the words of the domain",
            ));
        }
    }
    complaints
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("tests.rs")
}

/// The name that a line gives to a type, if it does.
fn type_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let kind = words.next()?;
    let name = words.next()?;
    let end = name
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(name.len());
    matches!(kind, "struct" | "enum" | "trait" | "type" | "union")
        .then(|| name.get(..end))
        .flatten()
}

fn check_paths(file: &TextFile) -> Option<Complaint> {
    let (index, path) = file
        .text
        .lines()
        .enumerate()
        .find_map(|(index, line)| Some((index, machine_path(line)?)))?;
    let place = format!("{}:{}", file.path, index + 1);
    Some(Complaint::new(
        place,
        format!("a path of one machine: {path}"),
        "find it at run time",
    ))
}

/// An absolute path into somebody's folder. A slash inside a longer path or an address does not begin one.
fn machine_path(line: &str) -> Option<String> {
    MACHINE_FOLDERS
        .iter()
        .map(|folder| format!("/{folder}/"))
        .find(|path| {
            line.match_indices(path.as_str()).any(|(start, _)| {
                let before = line.get(..start).and_then(|text| text.chars().next_back());
                let after = line
                    .get(start + path.len()..)
                    .and_then(|text| text.chars().next());
                let begins =
                    before.is_none_or(|letter| !letter.is_alphanumeric() && !"._-/*~}>".contains(letter));
                begins && after.is_some_and(char::is_alphanumeric)
            })
        })
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
