//! Files that are as they should be, and one for each way not to be.

use std::fs;

use super::*;

fn file(path: &str, text: &str) -> TextFile {
    TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn problems(path: &str, text: &str) -> Vec<String> {
    check_rust(&file(path, text))
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_file_says_what_it_is_for_first() {
    assert_eq!(problems("src/a.rs", "//! Counts.\n"), Vec::<String>::new());
    assert_eq!(
        problems("src/a.rs", "use std::fmt;\n"),
        ["src/a.rs: it does not say what it is for; open it with //! and what it is for and must not do"]
    );
}

#[test]
fn a_long_file_is_two_rooms_unless_it_is_a_test() {
    let long = format!("//! Long.\n{}", "\n".repeat(LONGEST));
    assert_eq!(
        problems("src/a.rs", &long),
        [format!(
            "src/a.rs: 351 lines; split it into rooms of at most {LONGEST}"
        )]
    );
    let tested = format!(
        "//! Tested.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
        "\n".repeat(LONGEST)
    );
    assert_eq!(problems("src/a.rs", &tested), Vec::<String>::new());
    for test in [
        "tests/it/a.rs",
        "src/a/tests.rs",
        "src/a_tests.rs",
        "src/tests/a.rs",
    ] {
        assert_eq!(problems(test, &long), Vec::<String>::new());
    }
}

#[test]
fn a_type_is_called_what_it_is() {
    for line in [
        "struct ClipManager;",
        "pub(crate) enum AudioService {",
        "    pub trait Helper<T> {",
        "type Utils = ();",
    ] {
        let found = problems("src/a.rs", &format!("//! Names.\n{line}\n"));
        assert_eq!(found.len(), 1, "{line}");
        assert!(found[0].starts_with("src/a.rs:2: "), "{found:?}");
    }
    for line in [
        "struct Clip;",
        "let manager = ServiceName;",
        "// struct of the Manager",
    ] {
        assert_eq!(
            problems("src/a.rs", &format!("//! Names.\n{line}\n")),
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_path_of_one_machine_is_found_and_an_address_is_not() {
    for folder in MACHINE_FOLDERS {
        let complaint =
            check_paths(&file("a.toml", &format!("x = 1\npath = \"/{folder}/robin\"\n"))).unwrap();
        assert!(
            complaint.place == "a.toml:2" && complaint.problem.contains(folder),
            "{complaint}"
        );
    }
    for fine in [
        "https://example.org/work/robin",
        "src/home/page.ts",
        "$HOME/work/x",
        "\"/home/\"",
    ] {
        assert_eq!(check_paths(&file("a.md", fine)), None, "{fine}");
    }
}

#[test]
fn what_was_built_or_fetched_is_not_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["src/a.rs", "target/debug/b.rs", "ui/node_modules/c/d.rs"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "use std::fmt;\n").unwrap();
    }
    let complaints = check(&Repository::at(folder.path())).unwrap();
    assert_eq!(complaints.len(), 1);
    assert_eq!(complaints[0].place, "src/a.rs");
}
