//! What a server without sound runs must need no library for it: the command line without its feature `desktop`, as
//! cargo resolves it.

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::Repository;

const MANIFEST: &str = "src-tauri/crates/cli/Cargo.toml";
/// Packages by the beginnings of their names: sound devices, keychains, windows, and the core that brings them.
const NEVER: [&str; 9] = [
    "alsa",
    "cpal",
    "libpulse",
    "pulseaudio",
    "keyring",
    "zbus",
    "tauri",
    "rehearse-core",
    "rehearse-devices",
];
const TREE: [&str; 11] = [
    "tree",
    "--locked",
    "--package",
    "rehearse-cli",
    "--no-default-features",
    "--edges",
    "normal,build",
    "--prefix",
    "none",
    "--format",
    "{p}",
];

/// Asks cargo, which compiles nothing for it.
pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let tree = repository.ask("cargo", &TREE)?;
    Ok(complaints(&String::from_utf8_lossy(&tree)))
}

/// A line is a name, a version and whatever else.
fn complaints(tree: &str) -> Vec<Complaint> {
    let mut names: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NEVER.iter().any(|never| name.starts_with(never)))
        .collect();
    names.sort_unstable();
    names.dedup();
    let complaint = |name: &str| {
        Complaint::new(
            MANIFEST,
            format!("without the feature desktop it still needs {name}"),
            "make what brings it in optional",
        )
    };
    names.into_iter().map(complaint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_brings_sound_is_found_once_and_the_rest_is_let_pass() {
        let fine =
            "rehearse-cli v0.1.0 (/a)\nclap v4.6.0\nrehearse-headless v0.1.0 (/a)\nrehearse-audio v0.1.0\n";
        assert_eq!(complaints(fine), Vec::new());
        let found = complaints(&format!(
            "{fine}alsa-sys v0.4.0\ncpal v0.18.2\ncpal v0.18.2 (*)\n"
        ));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("alsa-sys"), "{found:?}");
    }
}
