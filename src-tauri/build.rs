//! Tells Tauri where its capabilities lie, because the build script runs in the repository root, and hands the program the
//! sentences that it says without the window.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

/// The message catalogues, with what the names of their sentences end in.
const CATALOGUES: [(&str, &str); 2] = [("ui/messages/en.json", "EN"), ("ui/messages/zh-CN.json", "ZH")];
/// The sentences, by their key and as the program calls them.
const SENTENCES: [(&str, &str); 3] = [
    ("notification.title", "REHEARSE_NOTIFICATION_TITLE"),
    ("notification.text", "REHEARSE_NOTIFICATION_TEXT"),
    ("notification.open", "REHEARSE_NOTIFICATION_OPEN"),
];

fn main() {
    if let Err(error) = hand_over_sentences().and_then(|()| build_for_tauri()) {
        println!("{error:#}");
        std::process::exit(1);
    }
}

fn build_for_tauri() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/permissions/**/*"));
    Ok(tauri_build::try_build(attributes)?)
}

fn hand_over_sentences() -> Result<(), Box<dyn Error>> {
    for (file, language) in CATALOGUES {
        println!("cargo:rerun-if-changed={file}");
        let messages: BTreeMap<String, String> = serde_json::from_str(&fs::read_to_string(file)?)?;
        for (key, name) in SENTENCES {
            let sentence = messages.get(key).ok_or_else(|| format!("{file} has no {key}"))?;
            println!("cargo:rustc-env={name}_{language}={sentence}");
        }
    }
    Ok(())
}
