//! Each rule on a library that is whole but for one thing.

use rehearse_domain::Language;

use super::*;
use crate::built_in_files;

const RAISE: &str = "scenarios/ask-for-a-raise.en.toml";
const RAISE_ZH: &str = "scenarios/ask-for-a-raise.zh-CN.toml";
const ASK: &str = "skills/clear-ask.en.toml";
const ASK_ZH: &str = "skills/clear-ask.zh-CN.toml";
const FEEDBACK: &str = "scenarios/hard-feedback-to-a-report.en.toml";
const FEEDBACK_ZH: &str = "scenarios/hard-feedback-to-a-report.zh-CN.toml";

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
fn a_skill_file_with_another_name_than_its_slug_is_found() {
    let findings = findings_after(ASK, "slug = \"clear-ask\"", "slug = \"plain-ask\"");
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Name && one.file == ASK),
        "{findings:?}"
    );
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::UnknownSkill && one.file == RAISE),
        "{findings:?}"
    );
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::MissingHalf && one.file == ASK),
        "{findings:?}"
    );
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::MissingHalf && one.file == ASK_ZH),
        "{findings:?}"
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
fn texts_that_are_too_long_or_too_short_are_found_in_both_languages() {
    fires(
        Rule::Length,
        RAISE,
        "title",
        "title = \"Ask for a raise\"",
        "title = \"Raise\"",
    );
    fires(
        Rule::Length,
        RAISE_ZH,
        "title",
        "title = \"跟领导谈加薪\"",
        "title = \"加薪\"",
    );
    fires(
        Rule::Length,
        ASK,
        "name",
        "name = \"Clear ask\"",
        "name = \"An ask that is clear to everybody\"",
    );
}

#[test]
fn spaces_that_nobody_sees_are_found() {
    fires(
        Rule::Space,
        RAISE,
        "line 1",
        "slug = \"ask-for-a-raise\"\n",
        "slug = \"ask-for-a-raise\" \n",
    );
    fires(Rule::Space, RAISE, "line 1", "slug = ", "slug =\t");
    fires(Rule::Space, RAISE, "summary", "Your work has", "Your  work has");
    fires(Rule::Space, RAISE_ZH, "summary", "活多了一倍", "活多 了一倍");
}

#[test]
fn a_file_without_a_last_line_end_is_found() {
    let cut = SourceFile {
        text: built_in_files()[0].text.trim_end(),
        ..built_in_files()[0]
    };
    let files: Vec<_> = built_in_files().iter().copied().skip(1).chain([cut]).collect();
    assert!(
        lint(&files)
            .iter()
            .any(|one| one.rule == Rule::Space && one.field == "the last line")
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
fn a_missing_or_empty_anchor_is_found() {
    let anchor =
        "    \"Names a subject, such as the pay or the deadline, but no amount, no action and no date.\",\n";
    fires(Rule::Count, ASK, "anchors", anchor, "");
    let findings = findings_after(ASK, anchor, "    \"\",\n");
    assert!(
        findings
            .iter()
            .any(|one| (one.rule, one.field.as_str()) == (Rule::Count, "anchors"))
    );
}

#[test]
fn too_few_checks_are_found() {
    let text = built_in_files()
        .iter()
        .find(|file| file.name == ASK)
        .unwrap()
        .text;
    let start = text.find("checks = [").unwrap();
    let end = text.find("[examples]").unwrap();
    let findings = findings_after(ASK, &text[start..end], "checks = []\n");
    assert!(
        findings
            .iter()
            .any(|one| (one.rule, one.field.as_str()) == (Rule::Count, "checks"))
    );
}

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
    let english = "Robin wants to know exactly how it goes on, what you put forward and who is deciding.";
    fires(Rule::Leak, RAISE, "brief", "You do not get loud.", english);
    let chinese = "林晓要你说清准备报多少，由谁决定，哪一天答复。";
    fires(Rule::Leak, RAISE_ZH, "brief", "你不发火。", chinese);
}

#[test]
fn words_of_the_other_language_are_found() {
    fires(
        Rule::WrongLanguage,
        RAISE,
        "summary",
        "Your work has grown",
        "Your 工作 has grown",
    );
    fires(
        Rule::WrongLanguage,
        RAISE_ZH,
        "script.closing",
        "那边在催了",
        "那边 they are waiting 在催了",
    );
    fires(
        Rule::WrongLanguage,
        ASK_ZH,
        "examples.poor",
        "也没什么大事",
        "也没什么大事email",
    );
}

#[test]
fn short_latin_names_of_things_may_stand_in_chinese() {
    assert_eq!(findings_after(RAISE_ZH, "写一页纸发给我", "写一页PPT发给我"), []);
}

#[test]
fn marks_of_the_wrong_language_are_found() {
    fires(Rule::Punctuation, RAISE_ZH, "summary", "工资没动。", "工资没动.");
    fires(
        Rule::Punctuation,
        RAISE_ZH,
        "script.push_back",
        "是工资的事吧？",
        "是工资的事吧?",
    );
    fires(
        Rule::Punctuation,
        RAISE,
        "summary",
        "your pay has not.",
        "your pay has not。",
    );
    fires(
        Rule::Punctuation,
        RAISE,
        "summary",
        "your pay has not.",
        "your pay has not .",
    );
}

#[test]
fn figures_keep_their_points_and_colons_in_chinese() {
    assert_eq!(findings_after(RAISE_ZH, "比你高两千", "比你高2.5千，10:30就"), []);
}

#[test]
fn a_sentence_without_an_end_and_a_check_without_a_question_mark_are_found() {
    fires(
        Rule::Punctuation,
        RAISE,
        "summary",
        "face to face.",
        "face to face",
    );
    fires(
        Rule::Punctuation,
        ASK,
        "checks",
        "what the trainee wants?",
        "what the trainee wants.",
    );
}

#[test]
fn a_story_that_does_not_speak_to_the_trainee_is_found() {
    let text = built_in_files()
        .iter()
        .find(|file| file.name == RAISE)
        .unwrap()
        .text;
    let start = text.find("description = \"\"\"").unwrap();
    let end = text.find("objective = ").unwrap();
    let story = text[start..end].replace("You", "Robin").replace("you", "Robin");
    fires(
        Rule::SecondPerson,
        RAISE,
        "description",
        &text[start..end],
        &story,
    );
}

#[test]
fn an_anchor_that_judges_is_found() {
    fires(
        Rule::Judgement,
        ASK,
        "anchors",
        "Names no wish.",
        "Names no clear wish.",
    );
    fires(
        Rule::Judgement,
        ASK_ZH,
        "anchors",
        "没有说出要求",
        "没有清晰地说出要求",
    );
}

#[test]
fn a_line_that_claims_to_have_listened_is_found() {
    fires(
        Rule::PretendsToListen,
        RAISE,
        "script.push_back, line 5",
        "And why now?",
        "I hear you, but why now?",
    );
    fires(
        Rule::PretendsToListen,
        RAISE_ZH,
        "script.push_back, line 5",
        "怎么偏偏是这会儿呢？",
        "你说得对，可怎么是这会儿呢？",
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

#[test]
fn a_check_that_judges_is_found() {
    let check = "Is at least one fact given as a reason for it?";
    let judging = "Is at least one honest fact given as a reason for it?";
    fires(Rule::Judgement, ASK, "checks", check, judging);
    fires(
        Rule::Judgement,
        ASK_ZH,
        "checks",
        "有没有至少讲一个事实作理由？",
        "有没有诚恳地讲一个事实作理由？",
    );
}

#[test]
fn a_judging_word_may_be_quoted_or_mean_something_else() {
    let check = "Is at least one fact given as a reason for it?";
    for harmless in [
        "Is at least one fact given, and not a word such as \\\"honest\\\" or \\\"kind\\\"?",
        "Is a fact of any kind of use given, and a day as well?",
        "Is nobody told to calm down before a fact is given?",
    ] {
        assert_eq!(findings_after(ASK, check, harmless), [], "{harmless}");
    }
    assert_eq!(
        findings_after(
            ASK_ZH,
            "有没有至少讲一个事实作理由？",
            "有没有不说“真诚”，只讲一个事实作理由？"
        ),
        []
    );
}

#[test]
fn a_counter_example_without_a_reason_is_found() {
    let reason = " (Sounds firm, but there is nothing in it that anybody could say yes to.)";
    fires(Rule::NoReason, ASK, "examples.counter", reason, "");
    fires(Rule::NoReason, ASK, "examples.counter", reason, " ().");
    let reason = "（听着硬气，可里面没有一件事是对方能点头的。）";
    fires(Rule::NoReason, ASK_ZH, "examples.counter", reason, "");
}

#[test]
fn a_short_goal_leaks_only_word_for_word() {
    let criterion = "You give two results of your work that could be looked up.";
    let close = "You look for results that their work gave.";
    assert_eq!(findings_after(RAISE, "You do not get loud.", close), []);
    fires(Rule::Leak, RAISE, "brief", "You do not get loud.", criterion);
}
