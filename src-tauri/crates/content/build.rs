//! Lists the record files, so that a file put into one of the folders is in the library without another line of
//! code. It reads names only; what stands in the files is judged by the linter and at run time.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

const RECORDS: [&str; 2] = ["scenarios", "skills"];
const TRANSCRIPTS: [&str; 1] = ["calibration"];

fn main() -> Result<(), Box<dyn Error>> {
    list(&RECORDS, "files.rs")?;
    if env::var_os("CARGO_FEATURE_CALIBRATION").is_some() {
        list(&TRANSCRIPTS, "calibration.rs")?;
    }
    Ok(())
}

/// Writes the files of `folders` as the slice that `to` holds.
fn list(folders: &[&str], to: &str) -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut list = String::from("&[\n");
    for folder in folders {
        println!("cargo:rerun-if-changed={folder}");
        for name in record_names(&Path::new(&root).join(folder))? {
            // The root is left to the compiler, so that a moved checkout does not look for files where they were.
            writeln!(
                list,
                "SourceFile {{ name: \"{folder}/{name}\", \
                 text: include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{folder}/{name}\")) }},"
            )?;
        }
    }
    list.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join(to), list)?;
    Ok(())
}

/// The names of all TOML files in `folder`, sorted, so that two builds list them alike.
fn record_names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?
            .file_name()
            .into_string()
            .map_err(|name| format!("{name:?} is not text"))?;
        if name.ends_with(".toml") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
