//! Lines, phrases and names that stand twice.

use rehearse_domain::Language;

use super::*;

const FEEDBACK: &str = "scenarios/hard-feedback-to-a-report.en.toml";
const FEEDBACK_ZH: &str = "scenarios/hard-feedback-to-a-report.zh-CN.toml";

#[test]
fn a_line_said_twice_is_found_whatever_its_marks() {
    let first = "You know how much I think of your work. So does everyone on the floor. But thinking highly of somebody doesn't put money in the budget.";
    let again = "I think the world of your work, and I hope you know that! It still doesn't put one extra pound in the budget.";
    fires(Rule::Repeated, RAISE, "script.push_back, line 2", first, again);
}

#[test]
fn a_line_of_another_scenario_is_found() {
    let findings = findings_after(
        RAISE,
        "And why now? We had your review in June and pay never came up.",
        "Fine. I'm the villain. What do you want me to say?",
    );
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Repeated && one.problem.contains("ask-for-a-raise.en"))
    );
}

/// The first `size` words, or characters, that the partner of a built-in scenario says.
fn first_said(name: &str, size: usize) -> String {
    let source = built_in_files().iter().find(|file| file.name == name).unwrap();
    let Ok(Parsed::Scenario(record)) = file::parse(source) else {
        panic!("{name} is no scenario");
    };
    let between = if record.language == Language::English {
        " "
    } else {
        ""
    };
    words::run_pieces(&record.script.opening.0[0], record.language)[..size].join(between)
}

#[test]
fn a_run_that_two_scenarios_share_is_found_with_both_places() {
    for (raise, feedback, line, mark, size) in [
        (RAISE, FEEDBACK, "And why now?", "? ", 5),
        (RAISE_ZH, FEEDBACK_ZH, "怎么偏偏是这会儿呢？", "，", 7),
    ] {
        let run = first_said(feedback, size);
        let findings = findings_after(raise, line, &format!("{run}{mark}{line}"));
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(
            (finding.rule, finding.file.as_str(), finding.field.as_str()),
            (Rule::SharedRun, feedback, "script.opening, wording 1")
        );
        for part in [run.as_str(), raise, "script.push_back, line 5, wording 1"] {
            assert!(finding.problem.contains(part), "{finding}");
        }
        let shorter = first_said(feedback, size - 1);
        let findings = findings_after(raise, line, &format!("{shorter}{mark}{line}"));
        assert_eq!(findings, [], "{shorter}");
    }
}

#[test]
fn a_run_within_one_scenario_is_left_alone() {
    let run = first_said(RAISE, 5);
    assert_eq!(
        findings_after(RAISE, "And why now?", &format!("{run}? And why now?")),
        []
    );
}

#[test]
fn a_name_that_lives_in_another_family_is_found_in_both_roles() {
    let chinese = format!("name = \"{}\"", trainee_of(FEEDBACK_ZH));
    for (name, field, from, to, other) in [
        (
            FEEDBACK,
            "partner",
            "\"Marcus Bell\"",
            "\"Dana Bell\"",
            "Dana Whitlock",
        ),
        (FEEDBACK, "trainee", "\"Alex\"", "\"Dana\"", "Dana Whitlock"),
        (
            FEEDBACK_ZH,
            "trainee",
            chinese.as_str(),
            "name = \"林晓\"",
            "林晓",
        ),
        (
            FEEDBACK_ZH,
            "trainee",
            chinese.as_str(),
            "name = \"小林晓\"",
            "林晓",
        ),
    ] {
        let findings = findings_after(name, from, to);
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!((finding.rule, finding.file.as_str()), (Rule::SharedName, name));
        assert_eq!(finding.field, format!("{field}.name"));
        assert!(finding.problem.contains(other), "{finding}");
    }
}

fn trainee_of(name: &str) -> String {
    let source = built_in_files().iter().find(|file| file.name == name).unwrap();
    match file::parse(source) {
        Ok(Parsed::Scenario(record)) => record.trainee.name,
        _ => panic!("{name} is no scenario"),
    }
}

#[test]
fn a_chinese_surname_may_be_shared() {
    let own = format!("name = \"{}\"", trainee_of(FEEDBACK_ZH));
    assert_eq!(findings_after(FEEDBACK_ZH, &own, "name = \"林岚\""), []);
}
