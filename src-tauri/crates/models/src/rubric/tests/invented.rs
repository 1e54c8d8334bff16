//! Quotes that a judge invents, mends, shortens and mixes up are all caught; true ones are never refused, however they
//! are written. The bar is 1,000 answers of each: all and none.

use proptest::prelude::*;
use rehearse_domain::Quote;

use super::*;
use crate::quote::SpokenWords;
use crate::to_the_judge;

/// Words of the trainee, of the partner, and of nobody. No word is in two lists, so that what is put in from another
/// list was not said.
const TRAINEE: [&str; 16] = [
    "I",
    "need",
    "forty-six",
    "don't",
    "café",
    "because",
    "März",
    "supplier",
    "46,000",
    "from",
    "Größe",
    "list",
    "tomorrow",
    "honestly",
    "naïve",
    "we",
];
const TRAINEE_CHINESE: &str = "我想把月薪调到从一起您看行吗好的";
const PARTNER: [&str; 8] = [
    "that", "is", "money", "pot", "nine", "people", "share", "upstairs",
];
const NOBODYS: [&str; 8] = [
    "never", "always", "secretly", "grateful", "kindly", "boss", "won't", "99",
];
const NOBODYS_CHINESE: &str = "谢恨悄涨怒";

#[derive(Clone, Debug)]
enum Way {
    Latin,
    Chinese,
}

/// Words that are said, one after the other, of one script.
fn said(way: &Way) -> BoxedStrategy<Vec<String>> {
    match way {
        Way::Latin => proptest::collection::vec(proptest::sample::select(TRAINEE.to_vec()), 9..24)
            .prop_map(|words| words.into_iter().map(str::to_owned).collect())
            .boxed(),
        Way::Chinese => {
            let letters: Vec<char> = TRAINEE_CHINESE.chars().collect();
            proptest::collection::vec(proptest::sample::select(letters), 12..40)
                .prop_map(|letters| letters.into_iter().map(String::from).collect())
                .boxed()
        }
    }
}

fn joined(way: &Way, words: &[String]) -> String {
    match way {
        Way::Latin => words.join(" "),
        Way::Chinese => words.concat(),
    }
}

/// Two turns of the trainee around one of the partner, in a talk that is long enough.
fn talk(way: &Way, one: &[String], other: &[String]) -> Case {
    let padding = "word ".repeat(60);
    let partner = PARTNER.join(" ");
    let lines = [
        format!("t:{}", joined(way, one)),
        format!("p:{partner}"),
        format!("t:{}", joined(way, other)),
        format!("t:{padding}"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    case(vec![skill("clear-ask", Language::English, 0)], &lines)
}

/// What is accepted of a quote, wherever a judge can put one.
fn accepted(case: &Case, turn: u32, quote: &str) -> Vec<Quote> {
    let mut value = rated(3);
    value.as_object_mut().unwrap().remove("checks");
    value["skill_id"] = json!("clear-ask");
    value["evidence"] = json!([{"turn": turn, "quote": quote}]);
    value["strength"] = json!({"turn": turn, "quote": quote, "text": "It was plain."});
    value["improvement"] =
        json!({"turn": turn, "quote": quote, "text": "Stop there.", "say_instead": "Enough now."});
    // All looks at once, and the one that is only taken where no quote stands: a thousand cases take their time.
    let samples: Vec<Sample> = (0..4)
        .map(|look| Sample {
            skill: "clear-ask".parse().unwrap(),
            look,
            model: "judge-1".into(),
            answer: value.to_string(),
        })
        .collect();
    let Next::Done(assessment) = case.next(&samples) else {
        panic!("something is still asked");
    };
    let finding = &assessment.skills[0];
    let is_rated = matches!(finding.standing, Standing::Rated { .. });
    assert_eq!(is_rated, !finding.quotes.is_empty(), "a rating rests on a quote");
    let remarks = [&finding.worked, &finding.change];
    let remarks = remarks.into_iter().flatten().map(|remark| remark.quote.clone());
    let advice = assessment.advice.iter().map(|advice| advice.remark.quote.clone());
    finding
        .quotes
        .iter()
        .cloned()
        .chain(remarks)
        .chain(advice)
        .collect()
}

/// The same words in another writing: case, width, marks, white space.
fn rewritten(way: &Way, words: &[String], picks: &[u8]) -> String {
    let mut text = String::new();
    for (word, pick) in words.iter().zip(picks.iter().cycle()) {
        let word = match pick % 6 {
            0 => word.to_uppercase().replace("SS", "ß"),
            1 => word.chars().map(wide).collect(),
            2 => word.replace('\'', "’"),
            3 => word.replace(',', ""),
            4 => word
                .replace('é', "e\u{301}")
                .replace('ä', "a\u{308}")
                .replace('ï', "i\u{308}"),
            _ => word.clone(),
        };
        text.push_str(&word);
        text.push_str(match (way, pick / 6 % 5) {
            (_, 0) => ", ",
            (_, 1) => " … ",
            (_, 2) => "\n\t",
            (Way::Latin, 3) => "！",
            (Way::Chinese, 3) => "、",
            (Way::Latin, _) => " ",
            (Way::Chinese, _) => "",
        });
    }
    format!("“{text}”")
}

/// The full-width form of an ASCII letter or mark.
fn wide(letter: char) -> char {
    match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap(),
        other => other,
    }
}

fn ways() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Latin), Just(Way::Chinese)]
}

fn talks() -> impl Strategy<Value = (Way, Vec<String>, Vec<String>)> {
    ways().prop_flat_map(|way| (Just(way.clone()), said(&way), said(&way)))
}

/// A run of words that is long enough to be a quote.
fn run(words: &[String], from: usize, length: usize) -> Vec<String> {
    let length = (4 + length % 8).min(words.len());
    let from = from % (words.len() - length + 1);
    words[from..from + length].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_true_quote_is_never_refused_however_it_is_written(
        (way, one, other) in talks(),
        from in 0_usize..100,
        length in 0_usize..100,
        picks in proptest::collection::vec(any::<u8>(), 12),
    ) {
        let case = talk(&way, &one, &other);
        // Of thousands of texts by chance one reads like an order to the judge, which is no evidence and rightly refused.
        prop_assume!(!to_the_judge::is_told(case.turns[0].text.as_deref().unwrap()));
        let words = run(&one, from, length);
        let quotes = accepted(&case, 0, &rewritten(&way, &words, &picks));
        prop_assert_eq!(quotes.len(), 4, "evidence, both remarks and the advice");
        let spoken = case.turns[0].text.as_deref().unwrap();
        for quote in quotes {
            prop_assert_eq!(quote.turn, 0);
            let (start, end) = (quote.start as usize, quote.end as usize);
            let there: String = spoken.chars().skip(start).take(end - start).collect();
            prop_assert_eq!(&there, &quote.text, "as the transcript has it");
            prop_assert_eq!(SpokenWords::of(&quote.text), SpokenWords::of(&joined(&way, &words)));
        }
    }

    #[test]
    fn a_quote_that_was_not_said_so_is_always_caught(
        (way, one, other) in talks(),
        from in 0_usize..100,
        length in 0_usize..100,
        place in 0_usize..100,
        pick in 0_usize..100,
        kind in 0_u8..7,
        turn in 0_u32..5,
    ) {
        let case = talk(&way, &one, &other);
        let mut words = run(&one, from, length);
        let place = place % words.len();
        let invented = match way {
            Way::Latin => NOBODYS[pick % NOBODYS.len()].to_owned(),
            Way::Chinese => NOBODYS_CHINESE.chars().nth(pick % 5).unwrap().to_string(),
        };
        match kind {
            // Another word, one more, one less, two changed places.
            0 => words[place] = invented,
            1 => words.insert(place.max(1), invented),
            2 => {
                words.remove(place.clamp(1, words.len() - 2));
            }
            3 => {
                let next = (place + 1) % words.len();
                words.swap(place, next);
            }
            // The partner's words, with or without the trainee's around them.
            4 => words = PARTNER[pick % 4..].iter().map(|word| (*word).to_owned()).collect(),
            5 => words.push(PARTNER[pick % 8].to_owned()),
            // Two turns joined.
            _ => {
                words = one[one.len() - 3..].to_vec();
                words.extend_from_slice(&other[..3]);
            }
        }
        let quote = joined(&way, &words);
        // A mutation may by chance be what was said elsewhere.
        let mutated = SpokenWords::of(&quote);
        let was_said = [&one, &other].iter().any(|turn| SpokenWords::of(&joined(&way, turn)).contains(&mutated));
        prop_assume!(!was_said);
        prop_assert_eq!(accepted(&case, turn, &quote), Vec::<Quote>::new(), "{}", quote);
    }
}

proptest! {
    // Four verdicts a case.
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_wrong_number_is_put_right_only_where_one_turn_has_the_words(
        (way, one, other) in talks(),
        from in 0_usize..100,
        length in 0_usize..100,
        wrong in prop_oneof![Just(1_u32), Just(3), Just(99)],
    ) {
        let words = run(&one, from, length);
        let quote = joined(&way, &words);
        let spoken = SpokenWords::of(&quote);
        prop_assume!(!SpokenWords::of(&joined(&way, &other)).contains(&spoken));
        let once = accepted(&talk(&way, &one, &other), wrong, &quote);
        prop_assert!(once.len() == 4 && once.iter().all(|quote| quote.turn == 0));
        let mut twice = other.clone();
        twice.extend_from_slice(&words);
        let case = talk(&way, &one, &twice);
        prop_assert_eq!(accepted(&case, wrong, &quote), Vec::<Quote>::new());
        prop_assert!(accepted(&case, 0, &quote).iter().all(|quote| quote.turn == 0));
        prop_assert!(accepted(&case, 2, &quote).iter().all(|quote| quote.turn == 2));
    }
}
