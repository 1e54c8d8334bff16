//! Results that came from a server, some with words that nobody said.

use rehearse_domain::{Coverage, Quote, Remark, Rule, RuleCount};

use super::*;

const SAID: &str =
    "t:I have run Tom's suppliers alone since March, and I would like forty-six thousand, sorry.";

fn talk() -> Case {
    case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", SAID],
    )
}

/// As much of a result as stands, of these words or not.
fn stands(case: &Case, result: Assessment) -> (Assessment, bool) {
    match case.borne_out(result) {
        BorneOut::AsFar {
            result,
            of_these_words,
        } => (*result, of_these_words),
        BorneOut::WordsMissing => panic!("the words are here"),
    }
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
    let came = result(&["since March, and I would like", "I never did any work here"]);
    let (shown, of_these_words) = stands(&talk(), came);
    assert!(of_these_words);
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
    let (shown, _) = stands(&talk(), result(&["I never did any work here"]));
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
    assert_eq!(stands(&talk(), came).0.skills[0].note, "");
}

#[test]
fn a_quote_with_another_number_is_found_where_it_stands() {
    let mut came = result(&["since March, and I would like"]);
    came.skills[0].quotes[0].turn = 7;
    let (shown, _) = stands(&talk(), came);
    assert_eq!(shown.skills[0].quotes, [quote("since March, and I would like")]);
}

#[test]
fn without_the_words_that_it_rests_on_nothing_can_be_said_of_it() {
    let unheard = case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", "t:"],
    );
    let came = result(&["since March, and I would like"]);
    assert_eq!(unheard.borne_out(came.clone()), BorneOut::WordsMissing);
    let claims_to_have_heard = |heard| Assessment {
        coverage: Coverage { turns: 9, heard },
        ..came.clone()
    };
    let (shown, _) = stands(&talk(), claims_to_have_heard(9));
    assert_eq!(
        shown.skills[0].quotes.len(),
        1,
        "there are no more turns than one"
    );
    let (shown, _) = stands(&unheard, claims_to_have_heard(0));
    assert!(matches!(shown.skills[0].standing, Standing::NotObserved { .. }));
    assert_eq!(
        shown.summary, "What was said gives no ground for a rating.",
        "no sentence of a result is shown as it came"
    );
}

#[test]
fn a_rating_of_words_that_were_put_right_since_is_said_to_be_one() {
    let corrected = case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", &SAID.replace("March", "April")],
    );
    let came = result(&["since March, and I would like"]);
    let (shown, of_these_words) = stands(&corrected, came.clone());
    let other_words = Standing::NotObserved {
        why: NotObserved::OtherWords,
    };
    assert_eq!((shown.skills[0].standing, of_these_words), (other_words, false));
    // One of an earlier version, whose words are known by what was counted alone: as many as here.
    let untold = Assessment { words: None, ..came };
    assert!(stands(&corrected, untold.clone()).1);
    let longer = case(
        vec![skill("asking", Language::English, 0)],
        &["p:What is it?", &SAID.replace("March", "the end of March")],
    );
    assert!(!stands(&longer, untold).1);
}
