//! The packages of the workspace as cargo knows them: names and arrows, nothing else.

use serde::Deserialize;

use crate::error::TaskError;
use crate::repository::Repository;

/// What a package needs another one for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Normal,
    Dev,
    Build,
}

/// An arrow from a package to another one. `name` is the package's own name, whatever it is renamed to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    #[serde(default, deserialize_with = "absent_is_normal")]
    pub(super) kind: Kind,
}

/// A package of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Cargo writes a normal dependency as `null`.
fn absent_is_normal<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Asks cargo. Without the packages of others there is nothing to fetch, so it works offline.
pub(super) fn read(repository: &Repository) -> Result<Vec<Package>, TaskError> {
    let json = repository.ask(
        "cargo",
        &["metadata", "--format-version", "1", "--no-deps", "--offline"],
    )?;
    parse(&json)
}

fn parse(json: &[u8]) -> Result<Vec<Package>, TaskError> {
    serde_json::from_slice(json)
        .map(|metadata: Metadata| metadata.packages)
        .map_err(TaskError::Metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_own_words_are_read() {
        let json = br#"{"packages": [{"name": "rehearse-core", "version": "0.1.0", "dependencies": [
            {"name": "tokio", "kind": null, "optional": false},
            {"name": "rehearse-testkit", "kind": "dev", "rename": "kit"},
            {"name": "cc", "kind": "build"}]}]}"#;
        let packages = parse(json).unwrap();
        let kinds: Vec<_> = packages[0]
            .dependencies
            .iter()
            .map(|one| (one.name.as_str(), one.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("tokio", Kind::Normal),
                ("rehearse-testkit", Kind::Dev),
                ("cc", Kind::Build)
            ]
        );
    }

    #[test]
    fn the_house_itself_is_read() {
        let packages = read(&Repository::here().unwrap()).unwrap();
        let core = packages
            .iter()
            .find(|package| package.name == "rehearse-core")
            .unwrap();
        let needs = |name: &str| {
            core.dependencies
                .iter()
                .any(|one| one.name == name && one.kind == Kind::Normal)
        };
        assert!(needs("rehearse-domain") && needs("tokio"));
    }
}
