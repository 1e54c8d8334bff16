//! Arrows inside the house: downwards only, never along a floor, never through a wall.

use super::floors::{Place, is_ours, place, walled_off};
use super::metadata::{Dependency, Kind, Package};
use crate::complaint::Complaint;

pub(super) fn check(packages: &[Package]) -> Vec<Complaint> {
    packages
        .iter()
        .filter(|package| is_ours(&package.name))
        .flat_map(check_package)
        .collect()
}

fn check_package(package: &Package) -> Vec<Complaint> {
    let Some(from) = place(&package.name) else {
        let advice = "give it a floor in src-tauri/crates/xtask/src/tidy/floors.rs and in README.md";
        return vec![Complaint::new(
            manifest(&package.name),
            "this crate stands on no floor",
            advice,
        )];
    };
    let complaint = |dependency: &Dependency| {
        let (problem, advice) = fault(&package.name, from, dependency)?;
        Some(Complaint::new(manifest(&package.name), problem, advice))
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| is_ours(&dependency.name))
        .filter_map(complaint)
        .collect()
}

/// What the tests of every floor may see.
const TEST_BENCHES: [&str; 2] = ["rehearse-testkit", "rehearse-fakes"];

/// What is wrong with an arrow and what to do; `None` when it is allowed.
fn fault(name: &str, from: Place, dependency: &Dependency) -> Option<(String, &'static str)> {
    let to = &dependency.name;
    // A crate's own name, to turn on its own features in its tests, is no arrow.
    if to == name || (dependency.kind == Kind::Dev && TEST_BENCHES.contains(&to.as_str())) {
        return None;
    }
    let lower = match (from, place(to)?) {
        (Place::Side, _) => return None,
        (Place::Floor(_), Place::Side) => {
            return Some((
                format!("it needs {to}, which stands beside the house"),
                "use it in tests only",
            ));
        }
        (Place::Floor(from), Place::Floor(to)) => to < from,
    };
    if !lower {
        Some((
            format!("it needs {to}, which is not below it"),
            "let a crate above both join them",
        ))
    } else if walled_off(name, to) {
        Some((
            format!("it must never see {to}"),
            "ask the crate in between for what is needed",
        ))
    } else {
        None
    }
}

/// The manifest of a crate of the house.
pub(super) fn manifest(name: &str) -> String {
    match name.strip_prefix("rehearse-") {
        None => "Cargo.toml".to_owned(),
        Some("tests") => "tests/Cargo.toml".to_owned(),
        Some(folder) => format!("src-tauri/crates/{folder}/Cargo.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(from: &str, to: &str, kind: Kind) -> Vec<String> {
        let dependencies = vec![Dependency {
            name: to.to_owned(),
            kind,
        }];
        let packages = [Package {
            name: from.to_owned(),
            dependencies,
        }];
        check(&packages).iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn allowed(from: &str, to: &str, kind: Kind) {
        assert_eq!(complaints(from, to, kind), Vec::<String>::new());
    }

    #[track_caller]
    fn forbidden(from: &str, to: &str, kind: Kind) {
        assert_eq!(complaints(from, to, kind).len(), 1, "{from} may see {to}");
    }

    #[test]
    fn arrows_point_down() {
        allowed("rehearse", "rehearse-core", Kind::Normal);
        allowed("rehearse-core", "rehearse-store", Kind::Normal);
        allowed("rehearse-models", "rehearse-domain", Kind::Normal);
        forbidden("rehearse-domain", "rehearse-models", Kind::Normal);
        forbidden("rehearse-store", "rehearse-core", Kind::Build);
    }

    #[test]
    fn specialists_of_one_floor_do_not_know_one_another() {
        forbidden("rehearse-store", "rehearse-devices", Kind::Normal);
        forbidden("rehearse-content", "rehearse-audio", Kind::Normal);
        forbidden("rehearse-cli", "rehearse", Kind::Normal);
    }

    #[test]
    fn a_wall_stands_even_where_the_arrow_points_down() {
        forbidden("rehearse", "rehearse-devices", Kind::Normal);
        forbidden("rehearse-store", "rehearse-net", Kind::Normal);
        forbidden("rehearse-delivery", "rehearse-domain", Kind::Normal);
        forbidden("rehearse-dialog", "rehearse-audio", Kind::Dev);
    }

    #[test]
    fn the_testkit_is_for_tests_only() {
        allowed("rehearse-devices", "rehearse-testkit", Kind::Dev);
        allowed("rehearse-leancloud", "rehearse-fakes", Kind::Dev);
        forbidden("rehearse-leancloud", "rehearse-fakes", Kind::Normal);
        forbidden("rehearse-devices", "rehearse-testkit", Kind::Normal);
        forbidden("rehearse-core", "rehearse-xtask", Kind::Dev);
    }

    #[test]
    fn what_stands_beside_the_house_sees_everything() {
        allowed("rehearse-testkit", "rehearse-core", Kind::Normal);
        allowed("rehearse-tests", "rehearse-testkit", Kind::Normal);
    }

    #[test]
    fn a_crate_without_a_floor_is_asked_for_one() {
        let complaint = complaints("rehearse-attic", "serde", Kind::Normal);
        assert_eq!(complaint.len(), 1);
        assert!(
            complaint[0].starts_with("src-tauri/crates/attic/Cargo.toml: "),
            "{complaint:?}"
        );
    }

    #[test]
    fn a_complaint_names_manifest_arrow_and_what_to_do() {
        assert_eq!(
            complaints("rehearse-store", "rehearse-models", Kind::Normal),
            [
                "src-tauri/crates/store/Cargo.toml: it needs rehearse-models, which is not below it; \
              let a crate above both join them"
            ]
        );
    }
}
