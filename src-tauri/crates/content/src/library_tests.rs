//! The built-in library as the app sees it, and what damage does to it.

use std::collections::BTreeSet;

use super::*;
use crate::SourceFile;

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// The built-in files with one of them replaced.
fn read_with(name: &'static str, text: &str) -> Library {
    let files: Vec<_> = built_in_files()
        .iter()
        .map(|file| {
            if file.name == name {
                SourceFile { name, text }
            } else {
                *file
            }
        })
        .collect();
    Library::read(&files).unwrap()
}

fn text_of(name: &str) -> &'static str {
    built_in_files()
        .iter()
        .find(|file| file.name == name)
        .unwrap()
        .text
}

#[test]
fn every_built_in_file_is_in_the_library() {
    let library = Library::built_in().unwrap();
    assert_eq!(library.damaged(), []);
    assert_eq!(
        library.scenarios().len() + library.skills().len(),
        built_in_files().len()
    );
}

#[test]
fn a_family_has_both_languages_and_each_is_found_by_its_own_slug() {
    let library = Library::built_in().unwrap();
    let family = library.family(&slug("ask-for-a-raise"));
    let languages: BTreeSet<_> = family.iter().map(|scenario| scenario.language).collect();
    assert_eq!(languages, BTreeSet::from(Language::ALL));
    assert_eq!(
        library.scenario(&slug("ask-for-a-raise")).unwrap().language,
        Language::English
    );
    assert_eq!(
        library.scenario(&slug("ask-for-a-raise-zh")).unwrap().language,
        Language::Chinese
    );
    assert!(library.family(&slug("nothing")).is_empty());
}

#[test]
fn a_snapshot_holds_the_skills_in_the_scenarios_order_and_language() {
    let library = Library::built_in().unwrap();
    for scenario in library.scenarios() {
        let snapshot = library.snapshot(&scenario.slug).unwrap();
        assert_eq!(snapshot.scenario, *scenario);
        let slugs: Vec<_> = snapshot.skills.iter().map(|skill| skill.slug.clone()).collect();
        assert_eq!(slugs, scenario.skills);
        assert!(
            snapshot
                .skills
                .iter()
                .all(|skill| skill.language == scenario.language)
        );
    }
}

#[test]
fn an_unknown_slug_has_no_snapshot() {
    let missing = slug("nothing");
    assert_eq!(
        Library::built_in().unwrap().snapshot(&missing),
        Err(ContentError::UnknownScenario(missing))
    );
}

#[test]
fn ids_are_the_same_in_every_version() {
    let library = Library::built_in().unwrap();
    let scenario = library.scenario(&slug("ask-for-a-raise")).unwrap();
    let skill = library.skill(&slug("clear-ask"), Language::Chinese).unwrap();
    assert_eq!(scenario.id.to_string(), "10cb4a84-82ca-5100-9fd1-ac25d8e80ed4");
    assert_eq!(skill.id.to_string(), "94d1d91c-75f2-5991-acb1-c2ab89ecf4bd");
}

#[test]
fn no_two_records_share_an_id() {
    let library = Library::built_in().unwrap();
    let scenarios: BTreeSet<_> = library.scenarios().iter().map(|scenario| scenario.id).collect();
    let skills: BTreeSet<_> = library.skills().iter().map(|skill| skill.id).collect();
    assert_eq!(
        (scenarios.len(), skills.len()),
        (library.scenarios().len(), library.skills().len())
    );
}

#[test]
fn texts_carry_no_line_ends_around_them() {
    for scenario in Library::built_in().unwrap().scenarios() {
        for text in [&scenario.description, &scenario.prompt] {
            assert_eq!(text.trim(), text);
        }
    }
}

#[test]
fn categories_are_named_once() {
    let library = Library::built_in().unwrap();
    let unique: BTreeSet<_> = library.categories().iter().collect();
    assert_eq!(unique.len(), library.categories().len());
    assert!(library.categories().contains(&slug("work")));
}

#[test]
fn a_damaged_scenario_is_named_and_the_others_stay() {
    let library = read_with(
        "scenarios/ask-for-a-raise.en.toml",
        "slug = \"ask-for-a-raise\"\nthis is no field\n",
    );
    assert_eq!(library.damaged().len(), 1);
    assert_eq!(library.damaged()[0].file, "scenarios/ask-for-a-raise.en.toml");
    assert!(
        library.damaged()[0].reason.starts_with("line 2"),
        "{}",
        library.damaged()[0].reason
    );
    assert_eq!(
        library.scenarios().len(),
        Library::built_in().unwrap().scenarios().len() - 1
    );
    assert!(library.scenario(&slug("ask-for-a-raise")).is_none());
}

#[test]
fn a_damaged_skill_takes_the_scenarios_that_need_it_along_and_says_so() {
    let name = "skills/constructive-feedback.en.toml";
    let library = read_with(name, &text_of(name).replace("anchors = [", "anchors = [] #"));
    let files: Vec<_> = library
        .damaged()
        .iter()
        .map(|damaged| damaged.file.as_str())
        .collect();
    assert_eq!(files, [name, "scenarios/hard-feedback-to-a-report.en.toml"]);
    assert!(library.damaged()[1].reason.contains("constructive-feedback"));
}

#[test]
fn an_incomplete_scenario_is_damaged_and_the_gap_is_named() {
    let name = "scenarios/ask-for-a-raise.en.toml";
    let library = read_with(
        name,
        &text_of(name).replace("duration_seconds = 300", "duration_seconds = 901"),
    );
    assert!(library.damaged()[0].reason.contains("DurationLimit"));
}

#[test]
fn a_second_record_of_one_name_is_left_out() {
    let twin = |name, of| SourceFile {
        name,
        text: text_of(of),
    };
    let mut files = built_in_files().to_vec();
    files.push(twin("scenarios/twin.toml", "scenarios/ask-for-a-raise.en.toml"));
    files.push(twin("skills/twin.toml", "skills/clear-ask.en.toml"));
    let library = Library::read(&files).unwrap();
    let damaged: BTreeSet<_> = library
        .damaged()
        .iter()
        .map(|damaged| damaged.file.as_str())
        .collect();
    assert_eq!(
        damaged,
        BTreeSet::from(["scenarios/twin.toml", "skills/twin.toml"])
    );
}

#[test]
fn a_file_outside_both_folders_is_damaged() {
    let mut files = built_in_files().to_vec();
    files.push(SourceFile {
        name: "notes.toml",
        text: "",
    });
    assert_eq!(Library::read(&files).unwrap().damaged()[0].file, "notes.toml");
}

#[test]
fn line_ends_of_another_system_change_no_record() {
    let texts: Vec<_> = built_in_files()
        .iter()
        .map(|file| file.text.replace('\n', "\r\n"))
        .collect();
    let files: Vec<_> = built_in_files()
        .iter()
        .zip(&texts)
        .map(|(file, text)| SourceFile {
            name: file.name,
            text,
        })
        .collect();
    let other = Library::read(&files).unwrap();
    let here = Library::built_in().unwrap();
    assert_eq!(
        (other.scenarios(), other.skills()),
        (here.scenarios(), here.skills())
    );
}

#[test]
fn without_a_scenario_there_is_no_library() {
    assert!(matches!(Library::read(&[]), Err(ContentError::Empty(damaged)) if damaged.is_empty()));
    let broken = SourceFile {
        name: "scenarios/broken.toml",
        text: "slug = 1",
    };
    assert!(matches!(Library::read(&[broken]), Err(ContentError::Empty(damaged)) if damaged.len() == 1));
}

fn authored(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let library = Library::built_in().unwrap();
    let mut scenario = library.scenario(&slug("ask-for-a-raise")).unwrap().clone();
    scenario.id = Uuid::from_u128(7).into();
    change(&mut scenario);
    scenario
}

#[test]
fn what_somebody_wrote_stands_beside_what_is_built_in() {
    let built_in = Library::built_in().unwrap();
    let mine = authored(|one| {
        one.slug = slug("tell-my-landlord");
        one.category = slug("neighbours-of-mine");
    });
    let library = built_in.with_authored(vec![mine.clone()], Vec::new());
    assert_eq!(library.scenario(&mine.slug), Some(&mine));
    assert!(library.is_authored(&mine));
    assert!(!library.is_authored(&built_in.scenarios()[0]));
    assert!(library.categories().contains(&mine.category));
    assert_eq!(library.scenarios().len(), built_in.scenarios().len() + 1);
}

#[test]
fn a_slug_that_is_taken_does_not_hide_either_of_the_two() {
    for name in ["ask-for-a-raise", &"long-".repeat(12)[..59]] {
        let first = authored(|one| one.slug = slug(name));
        let second = authored(|one| {
            one.slug = slug(name);
            one.id = Uuid::from_u128(8).into();
        });
        let library = Library::built_in()
            .unwrap()
            .with_authored(vec![first, second], Vec::new());
        let slugs: BTreeSet<_> = library.scenarios().iter().map(|one| &one.slug).collect();
        assert_eq!(slugs.len(), library.scenarios().len());
    }
}

#[test]
fn what_is_built_in_keeps_its_own_skills_and_what_somebody_wrote_prefers_theirs() {
    let built_in = Library::built_in().unwrap();
    let mine = authored(|one| {
        one.slug = slug("tell-my-landlord");
        one.skills.push(slug("not-here"));
    });
    let mut skill = built_in.skills_of(&mine).next().unwrap().clone();
    skill.id = Uuid::from_u128(9).into();
    skill.name = "Mine".to_owned();
    let library = built_in.with_authored(vec![mine.clone()], vec![skill]);
    let names = |name: &str| -> Vec<String> {
        let snapshot = library.snapshot(&slug(name)).unwrap();
        snapshot.skills.into_iter().map(|skill| skill.name).collect()
    };
    let (own, theirs) = (names("tell-my-landlord"), names("ask-for-a-raise"));
    assert_eq!(own[0], "Mine");
    assert_eq!(own[1..], theirs[1..], "one that is not here is left out");
    assert!(!theirs.contains(&"Mine".to_owned()));
}
