//! What is told of a scenario before it is practised.

use crate::stage::{RAISE, Stage};

#[test]
fn a_scenario_is_shown_with_its_objective_and_its_signs() {
    let stage = Stage::new();
    let brief = stage.ask(&["scenario", RAISE]);
    assert_eq!(brief["card"]["slug"], RAISE);
    let told = stage.run(&["scenario", RAISE]);
    assert_eq!(told.code, Some(0));
    assert!(told.out.starts_with("Ask for a raise\n"));
    let story = brief["description"].as_str().unwrap();
    assert!(story.contains("**"), "there is a mark to lose: {story}");
    assert!(told.out.contains(story.replace("**", "").trim()), "{}", told.out);
    assert!(
        !told.out.contains('*') && !told.out.contains('\x1b'),
        "{}",
        told.out
    );
    assert!(told.out.contains(brief["objective"].as_str().unwrap()));
    for sign in brief["criteria"].as_array().unwrap() {
        assert!(
            told.out
                .contains(&format!("- {}", sign["text"].as_str().unwrap()))
        );
    }
    for person in ["partner", "trainee"] {
        for part in ["name", "role", "background"] {
            assert!(
                told.out.contains(brief[person][part].as_str().unwrap()),
                "{person}: {part}"
            );
        }
    }
    for skill in brief["skills"].as_array().unwrap() {
        assert!(
            told.out
                .contains(&format!("- {}: ", skill["name"].as_str().unwrap()))
        );
    }
}

#[test]
fn a_scenario_is_shown_in_the_language_asked_for() {
    let stage = Stage::new();
    let [own, chinese] =
        ["en", "zh-CN"].map(|language| stage.ask(&["scenario", RAISE, "--language", language]));
    assert_eq!(own, stage.ask(&["scenario", RAISE]));
    assert_eq!(
        (&chinese["card"]["family"], &chinese["card"]["language"]),
        (&own["card"]["family"], &"zh-CN".into())
    );
    let slug = chinese["card"]["slug"].as_str().unwrap();
    assert_eq!(own, stage.ask(&["scenario", slug, "--language", "en"]));
    let told = stage.run(&["scenario", RAISE, "--language", "zh-CN"]).out;
    assert!(
        told.starts_with(chinese["card"]["title"].as_str().unwrap()),
        "{told}"
    );
}

#[test]
fn the_parts_of_a_scenario_stand_below_their_headings_in_the_language_of_the_system() {
    let stage = Stage::new();
    let headings = |out: &str, all: [&str; 6]| {
        let places = all.map(|heading| {
            let place = out.find(&format!("\n\n{heading}\n"));
            place.unwrap_or_else(|| panic!("{heading} is missing: {out}"))
        });
        assert!(places.is_sorted(), "{out}");
        assert!(!out.contains("brief.") && !out.contains("{{"), "{out}");
    };
    let english = [
        "The situation",
        "You",
        "The other person",
        "What you want to reach",
        "You have got there when",
        "What it trains",
    ];
    headings(&stage.run(&["scenario", RAISE]).out, english);
    let chinese = [
        "背景",
        "你",
        "对方",
        "你想达成什么",
        "做到这些就算达成",
        "练的是什么",
    ];
    headings(&stage.run_in_chinese(&["scenario", RAISE]).out, chinese);
}
