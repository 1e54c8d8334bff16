//! Each rule on a library that is whole but for one thing.

#[cfg(feature = "calibration")]
mod calibration;
mod shared;
mod skill;
mod wording;

use super::*;
use crate::built_in_files;

const RAISE: &str = "scenarios/ask-for-a-raise.en.toml";
const RAISE_ZH: &str = "scenarios/ask-for-a-raise.zh-CN.toml";
const ASK: &str = "skills/clear-ask.en.toml";
const ASK_ZH: &str = "skills/clear-ask.zh-CN.toml";

/// The built-in files with `from` replaced by `to` in one of them, once.
fn findings_after(name: &str, from: &str, to: &str) -> Vec<Finding> {
    let text = built_in_files()
        .iter()
        .find(|file| file.name == name)
        .unwrap()
        .text;
    assert!(text.contains(from), "{name} does not hold {from:?}");
    let broken = text.replacen(from, to, 1);
    let files: Vec<_> = built_in_files()
        .iter()
        .map(|file| {
            if file.name == name {
                SourceFile { name, text: &broken }
            } else {
                *file
            }
        })
        .collect();
    lint(&files)
}

/// Breaks one file and expects exactly one rule, in that file, at fields that begin with `field`.
#[track_caller]
fn fires(rule: Rule, name: &str, field: &str, from: &str, to: &str) {
    let findings = findings_after(name, from, to);
    assert!(!findings.is_empty(), "nothing was found");
    for finding in findings {
        assert_eq!((finding.rule, finding.file.as_str()), (rule, name), "{finding}");
        assert!(finding.field.starts_with(field), "{finding}");
    }
}

#[test]
fn the_built_in_library_is_clean() {
    let findings: Vec<_> = lint(built_in_files()).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn a_finding_names_file_field_and_what_to_do() {
    let findings = findings_after(RAISE, "idle_seconds = 40", "idle_seconds = 8");
    let own: Vec<_> = findings
        .iter()
        .filter(|finding| finding.rule == Rule::Limit)
        .collect();
    assert_eq!(own.len(), 1);
    assert_eq!(
        own[0].to_string(),
        format!("{RAISE}: idle_seconds: 8 s; choose 30 to 45 s")
    );
}

#[test]
fn limits_out_of_range_are_found() {
    for seconds in ["0", "901"] {
        let findings = findings_after(
            RAISE,
            "duration_seconds = 300",
            &format!("duration_seconds = {seconds}"),
        );
        assert!(
            findings
                .iter()
                .any(|one| one.rule == Rule::Limit && one.field == "duration_seconds")
        );
    }
}

#[test]
fn a_partner_without_a_voice_is_found() {
    for other in ["", "voice = \"robotic\"\n"] {
        fires(
            Rule::NoVoice,
            RAISE,
            "partner.voice",
            "voice = \"feminine\"\n",
            other,
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_found() {
    let findings = findings_after(RAISE, "revision = 1", "revison = 1");
    assert_eq!(findings[0].rule, Rule::Unreadable);
    assert!(
        findings[0].problem.contains("line 4") && findings[0].problem.contains("revison"),
        "{}",
        findings[0]
    );
}

#[test]
fn a_slug_that_does_not_follow_from_the_family_is_found() {
    fires(
        Rule::Name,
        RAISE_ZH,
        "slug",
        "slug = \"ask-for-a-raise-zh\"",
        "slug = \"raise-zh\"",
    );
}

#[test]
fn two_records_of_one_name_are_found() {
    let twin = SourceFile {
        name: "scenarios/twin.en.toml",
        ..built_in_files()[0]
    };
    let files: Vec<_> = built_in_files().iter().copied().chain([twin]).collect();
    assert!(
        lint(&files)
            .iter()
            .any(|one| one.rule == Rule::Name && one.field == "slug" && one.file == twin.name)
    );
}

#[test]
fn a_missing_half_is_found_and_the_file_to_write_is_named() {
    let files: Vec<_> = built_in_files()
        .iter()
        .copied()
        .filter(|file| file.name != RAISE_ZH)
        .collect();
    let findings = lint(&files);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        (findings[0].rule, findings[0].file.as_str()),
        (Rule::MissingHalf, RAISE)
    );
    assert!(findings[0].advice.contains(RAISE_ZH));
}

#[test]
fn halves_that_disagree_are_found() {
    fires(
        Rule::HalvesDisagree,
        RAISE_ZH,
        "duration_seconds",
        "duration_seconds = 300",
        "duration_seconds = 240",
    );
    fires(
        Rule::HalvesDisagree,
        ASK_ZH,
        "category",
        "category = \"asking\"",
        "category = \"talking\"",
    );
}

#[test]
fn halves_may_stand_in_two_categories() {
    let findings = findings_after(RAISE_ZH, "category = \"work\"", "category = \"money\"");
    assert_eq!(findings, []);
}

#[test]
fn an_unknown_skill_is_found() {
    let findings = findings_after(RAISE, "\"open-questions\"", "\"small-talk\"");
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::UnknownSkill && one.problem.contains("small-talk"))
    );
}

#[test]
fn fewer_than_ten_lines_that_push_back_are_found() {
    let text = built_in_files()
        .iter()
        .find(|file| file.name == RAISE)
        .unwrap()
        .text;
    let start = text.find("push_back = [\n").unwrap();
    let end = text.find("closing = [").unwrap();
    let one_line = "push_back = [[\"Not this year, Robin.\", \"This year it won't work.\"]]\n";
    let findings = findings_after(RAISE, &text[start..end], one_line);
    assert!(
        findings
            .iter()
            .all(|one| (one.rule, one.field.as_str()) == (Rule::Count, "script.push_back"))
    );
    assert_eq!(findings.len(), 1);
}

#[test]
fn a_line_with_a_single_wording_is_found() {
    let second = "    \"Hi Robin, take a seat. I have to be on the budget call in ten minutes, so fire away. What did you want to talk about?\",\n";
    fires(Rule::Count, RAISE, "script.opening", second, "");
}

#[test]
fn too_few_criteria_and_skills_and_a_skill_named_twice_are_found() {
    let criterion = "    \"You say the salary you want as a figure.\",\n";
    let second = "    \"You give two results of your work that could be looked up.\",\n";
    let both = format!("{criterion}{second}");
    let findings = findings_after(RAISE, &both, "");
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Count && one.field == "end_criteria"),
        "{findings:?}"
    );
    let findings = findings_after(RAISE, "\"assertiveness\"", "\"clear-ask\"");
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Count && one.problem.contains("twice")),
        "{findings:?}"
    );
    let findings = findings_after(
        RAISE,
        "\"clear-ask\", \"assertiveness\", \"active-listening\", ",
        "",
    );
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Count && one.field == "skills"),
        "{findings:?}"
    );
}

#[test]
fn a_criterion_that_leaks_word_for_word_is_found_in_brief_and_script() {
    let criterion = "You say the salary you want as a figure.";
    fires(Rule::Leak, RAISE, "brief", "You do not get loud.", criterion);
    fires(
        Rule::Leak,
        RAISE,
        "script.push_back",
        "And why now?",
        "And you say the salary you want as a figure?",
    );
}

#[test]
fn a_goal_in_other_words_leaks_as_well_in_both_languages() {
    fires(
        Rule::Leak,
        RAISE,
        "brief",
        "You do not get loud.",
        &goal_told_backwards(RAISE),
    );
    fires(
        Rule::Leak,
        RAISE_ZH,
        "brief",
        "你不发火。",
        &goal_told_backwards(RAISE_ZH),
    );
}

/// The clauses of a built-in goal from the last to the first, as one sentence.
fn goal_told_backwards(name: &str) -> String {
    let file = built_in_files().iter().find(|file| file.name == name).unwrap();
    let record: toml::Table = file.text.parse().unwrap();
    let goal = record["objective"].as_str().unwrap();
    let marks = if name == RAISE { (",", ".") } else { ("，", "。") };
    let mut clauses: Vec<_> = goal
        .trim_end_matches(marks.1)
        .split(marks.0)
        .map(str::trim)
        .collect();
    assert!(clauses.len() > 1, "{goal}");
    clauses.reverse();
    clauses.join(marks.0) + marks.1
}

#[test]
fn a_short_goal_leaks_only_word_for_word() {
    let criterion = "You give two results of your work that could be looked up.";
    let close = "You look for results that their work gave.";
    assert_eq!(findings_after(RAISE, "You do not get loud.", close), []);
    fires(Rule::Leak, RAISE, "brief", "You do not get loud.", criterion);
}
