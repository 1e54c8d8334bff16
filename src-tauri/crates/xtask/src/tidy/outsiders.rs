//! Packages of others that only one room may hold: whoever needs what they do asks that room.

use super::arrows::manifest;
use super::floors::{Place, is_ours, place};
use super::metadata::{Dependency, Package};
use crate::complaint::Complaint;

/// Packages by name, or by the beginning of it where it ends with `*`, and the crates that may hold them.
const ROOMS: [(&[&str], &[&str]); 9] = [
    (&["tauri*", "wry", "tao", "specta-typescript"], &["rehearse"]),
    (&["alsa", "cpal", "pulseaudio"], &["rehearse-devices"]),
    (&["rusqlite", "libsqlite3-sys"], &["rehearse-store"]),
    (&["mp3lame-*", "symphonia*"], &["rehearse-audio"]),
    (
        &["reqwest", "tokio-tungstenite", "tungstenite", "rustls*"],
        &["rehearse-net"],
    ),
    (&["keyring*"], &["rehearse-core"]),
    // In the lower two it is a feature that only a host turns on.
    (
        &["specta"],
        &["rehearse", "rehearse-core", "rehearse-domain", "rehearse-dialog"],
    ),
    (&["clap*"], &["rehearse-cli"]),
    (&["axum*"], &[]),
];

/// What has no I/O and no clock of its own, with the packages that would bring one in.
const PURE: [&str; 4] = [
    "rehearse-domain",
    "rehearse-dialog",
    "rehearse-delivery",
    "rehearse-content",
];
const IMPURE: [&str; 6] = [
    "tokio*",
    "async-std",
    "rand*",
    "fastrand",
    "getrandom",
    "tempfile",
];

pub(super) fn check(packages: &[Package]) -> Vec<Complaint> {
    let of_the_house =
        |package: &&Package| is_ours(&package.name) && place(&package.name) != Some(Place::Side);
    packages
        .iter()
        .filter(of_the_house)
        .flat_map(check_package)
        .collect()
}

fn check_package(package: &Package) -> Vec<Complaint> {
    let complaint = |dependency: &Dependency| {
        let (problem, advice) = fault(&package.name, &dependency.name)?;
        Some(Complaint::new(manifest(&package.name), problem, advice))
    };
    package.dependencies.iter().filter_map(complaint).collect()
}

fn fault(from: &str, to: &str) -> Option<(String, String)> {
    if PURE.contains(&from) && is_named(to, &IMPURE) {
        let advice = "let time, ids and randomness come in by argument".to_owned();
        return Some((
            format!("it holds {to} and must have no clock, randomness or I/O of its own"),
            advice,
        ));
    }
    let (_, rooms) = ROOMS.iter().find(|(names, _)| is_named(to, names))?;
    if rooms.contains(&from) {
        return None;
    }
    let advice = match rooms {
        [] => "keep it in the fakes".to_owned(),
        rooms => format!("only {} may: ask there", rooms.join(", ")),
    };
    Some((format!("it must not hold {to}"), advice))
}

fn is_named(name: &str, patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::metadata::Kind;

    fn complaints(from: &str, to: &str) -> Vec<String> {
        let dependencies = vec![Dependency {
            name: to.to_owned(),
            kind: Kind::Normal,
        }];
        check(&[Package {
            name: from.to_owned(),
            dependencies,
        }])
        .iter()
        .map(ToString::to_string)
        .collect()
    }

    #[test]
    fn each_outsider_has_its_own_room() {
        for (room, outsider) in [
            ("rehearse", "tauri"),
            ("rehearse", "tauri-plugin-dialog"),
            ("rehearse-devices", "cpal"),
            ("rehearse-store", "rusqlite"),
            ("rehearse-net", "reqwest"),
            ("rehearse-core", "keyring"),
            ("rehearse-domain", "specta"),
        ] {
            assert_eq!(complaints(room, outsider), Vec::<String>::new());
            assert_eq!(complaints("rehearse-models", outsider).len(), 1, "{outsider}");
        }
    }

    #[test]
    fn the_core_holds_no_window_and_the_window_no_sound() {
        assert_eq!(complaints("rehearse-core", "tauri").len(), 1);
        assert_eq!(complaints("rehearse-cli", "tauri").len(), 1);
        assert_eq!(complaints("rehearse", "cpal").len(), 1);
    }

    #[test]
    fn a_pure_crate_has_no_runtime() {
        assert_eq!(complaints("rehearse-dialog", "tokio").len(), 1);
        assert_eq!(complaints("rehearse-core", "tokio"), Vec::<String>::new());
    }

    #[test]
    fn what_stands_beside_the_house_may_hold_anything() {
        assert_eq!(complaints("rehearse-testkit", "axum"), Vec::<String>::new());
        assert_eq!(complaints("rehearse-core", "axum").len(), 1);
    }

    #[test]
    fn a_complaint_names_the_room_to_ask() {
        assert_eq!(
            complaints("rehearse-core", "rusqlite"),
            [
                "src-tauri/crates/core/Cargo.toml: it must not hold rusqlite; only rehearse-store may: ask there"
            ]
        );
    }
}
