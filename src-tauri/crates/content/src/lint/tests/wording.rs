//! Lengths, spaces, marks, and words that stand in the wrong language or claim too much.

use super::*;

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
    fires(Rule::Space, RAISE_ZH, "summary", "两家店成了", "两家 店成了");
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
