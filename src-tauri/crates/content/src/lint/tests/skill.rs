//! The rules for one skill.

use super::*;

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
