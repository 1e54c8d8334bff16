//! Results that came from a server, some with words that nobody said.

use rehearse_domain::{Quote, Remark, Rule, RuleCount};

use super::*;

const SAID: &str =
    "t:I have run Tom's suppliers alone since March, and I would like forty-six thousand, sorry.";

fn talk() -> Case {
    case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", SAID],
    )
}

fn quote(text: &str) -> Quote {
    let said = SAID.trim_start_matches("t:");
    let start = said.find(text).map_or(0, |start| said[..start].chars().count());
    Quote {
        turn: 1,
        text: text.to_owned(),
        start: u32::try_from(start).unwrap(),
        end: u32::try_from(start + text.chars().count()).unwrap(),
    }
}

fn remark(text: &str, quoted: &str) -> Remark {
    Remark {
        quote: quote(quoted),
        text: text.to_owned(),
        say_instead: Some("Could we say forty-six thousand from January?".to_owned()),
    }
}

fn result(quotes: &[&str]) -> Assessment {
    let level = Rating::new(5).unwrap();
    Assessment {
        outcome: Outcome::Scored,
        judge: Judge::Model {
            name: "elsewhere".to_owned(),
        },
        skills: vec![SkillFinding {
            skill: "asking".parse().unwrap(),
            standing: Standing::Rated {
                rating: level,
                low: level,
                high: level,
                confidence: Confidence::High,
            },
            note: "The figure is named.".to_owned(),
            checks: Vec::new(),
            quotes: quotes.iter().map(|text| quote(text)).collect(),
            worked: Some(remark("Clear.", "I would like forty-six thousand")),
            change: Some(remark("Rude.", "you are a terrible manager indeed")),
            rules: vec![RuleCount {
                rule: Rule::Apologies,
                count: 2,
                quotes: vec![quote("sorry"), quote("so sorry")],
            }],
        }],
        advice: vec![Advice {
            skill: "asking".parse().unwrap(),
            remark: remark("Rude.", "you are a terrible manager indeed"),
        }],
        summary: "You called her a terrible manager.".to_owned(),
        ..talk().by_rules()
    }
}

#[test]
fn what_stands_in_the_transcript_stays_and_what_does_not_goes() {
    let shown = talk().borne_out(result(&[
        "since March, and I would like",
        "I never did any work here",
    ]));
    let skill = &shown.skills[0];
    assert_eq!(skill.quotes, [quote("since March, and I would like")]);
    assert!(matches!(skill.standing, Standing::Rated { .. }));
    assert_eq!(skill.note, "The figure is named.");
    assert!(skill.worked.is_some() && skill.change.is_none() && shown.advice.is_empty());
    assert_eq!(skill.rules[0].quotes, [quote("sorry")]);
    assert_eq!(shown.summary, "One skill could be rated: Skill asking.");
}

#[test]
fn a_rating_whose_quotes_nobody_said_is_none() {
    let shown = talk().borne_out(result(&["I never did any work here"]));
    assert_eq!(
        shown.skills[0].standing,
        Standing::NotObserved {
            why: NotObserved::NoQuote
        }
    );
    assert_eq!(shown.summary, "What was said gives no ground for a rating.");
}

#[test]
fn a_note_that_puts_words_into_ones_mouth_is_left_out() {
    let mut came = result(&["since March, and I would like"]);
    came.skills[0].note = "You said “I never did any work here”.".to_owned();
    assert_eq!(talk().borne_out(came).skills[0].note, "");
}

#[test]
fn a_quote_with_another_number_is_found_where_it_stands() {
    let mut came = result(&["since March, and I would like"]);
    came.skills[0].quotes[0].turn = 7;
    let shown = talk().borne_out(came);
    assert_eq!(shown.skills[0].quotes, [quote("since March, and I would like")]);
}

#[test]
fn without_a_word_to_look_them_up_in_no_rating_stands_but_the_summary_does() {
    let unheard = case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", "t:"],
    );
    let came = result(&["since March, and I would like"]);
    let shown = unheard.borne_out(came.clone());
    let skill = &shown.skills[0];
    assert_eq!(
        skill.standing,
        Standing::NotObserved {
            why: NotObserved::NoQuote
        }
    );
    assert!(skill.quotes.is_empty() && skill.worked.is_none() && shown.advice.is_empty());
    assert_eq!(skill.rules[0].quotes, []);
    assert_eq!(shown.summary, came.summary);
}
