//! Full-text search in both languages.

use proptest::prelude::*;
use rehearse_domain::TranscriptStatus;
use rehearse_store::{SessionQuery, Store};
use tempfile::TempDir;

use crate::support::{at, raise_in_chinese, session_id, session_of, turn_id};
use crate::{owner, practised, practised_as};

fn found(store: &Store, search: &str) -> Vec<u64> {
    let query = SessionQuery {
        search: Some(search.to_owned()),
        ..SessionQuery::default()
    };
    let page = store.sessions(&query).unwrap();
    let mut numbers: Vec<u64> = page
        .items
        .iter()
        .map(|item| (1..100).find(|number| session_id(*number) == item.id).unwrap())
        .collect();
    numbers.sort_unstable();
    numbers
}

fn library(folder: &TempDir) -> Store {
    let store = owner(folder.path());
    practised(
        &store,
        1,
        &["Come in, sit down.", "I'd like to talk about my Salary."],
    );
    practised(&store, 2, &["What is it?", "My café bill, and the 10% bonus."]);
    practised_as(
        &store,
        session_of(3, raise_in_chinese()),
        3,
        &["请进。", "我想谈谈年终奖金，好吗？"],
    );
    practised_as(
        &store,
        session_of(4, raise_in_chinese()),
        4,
        &["有事吗？", "我用Excel做了一张表。"],
    );
    store
}

#[test]
fn chinese_is_found_by_one_two_and_more_characters() {
    let folder = TempDir::new().unwrap();
    let store = library(&folder);
    assert_eq!(found(&store, "薪"), [3, 4], "last character of a title");
    assert_eq!(found(&store, "奖"), [3], "in the middle");
    assert_eq!(found(&store, "谈"), [3]);
    assert_eq!(found(&store, "加薪"), [3, 4]);
    assert_eq!(found(&store, "奖金"), [3]);
    assert_eq!(found(&store, "年终奖金"), [3]);
    assert_eq!(found(&store, "金奖"), [] as [u64; 0], "the order counts");
    assert_eq!(found(&store, "金好"), [] as [u64; 0], "not across a comma");
    assert_eq!(found(&store, "用excel做"), [4]);
    assert_eq!(found(&store, "数字 有事"), [4], "goal and transcript together");
}

#[test]
fn english_is_found_by_beginning_and_in_any_case() {
    let folder = TempDir::new().unwrap();
    let store = library(&folder);
    assert_eq!(found(&store, "SAL"), [1]);
    assert_eq!(found(&store, "salary talk"), [1]);
    assert_eq!(found(&store, "alary"), [] as [u64; 0]);
    assert_eq!(found(&store, "raise"), [1, 2], "titles");
    assert_eq!(found(&store, "figure"), [1, 2], "goals");
    assert_eq!(found(&store, "cafe 10"), [2], "without accents, and numbers");
    assert_eq!(found(&store, "i'd"), [1]);
    assert_eq!(found(&store, "  "), [1, 2, 3, 4], "blank is no condition");
    assert_eq!(found(&store, "?!"), [] as [u64; 0]);
}

#[test]
fn a_corrected_transcript_is_found_by_its_new_words_only() {
    let folder = TempDir::new().unwrap();
    let store = library(&folder);
    let corrected = Some("I would like a sabbatical.");
    store
        .set_transcript(turn_id(1_001), corrected, TranscriptStatus::Completed, at(0))
        .unwrap();
    assert_eq!(found(&store, "salary"), [] as [u64; 0]);
    assert_eq!(found(&store, "sabbatical"), [1]);
}

#[test]
fn a_deleted_session_is_not_found_and_a_spared_one_is_again() {
    let folder = TempDir::new().unwrap();
    let store = library(&folder);
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert_eq!(found(&store, "salary"), [] as [u64; 0]);
    store.spare_sessions(&[session_id(1)]).unwrap();
    assert_eq!(found(&store, "salary"), [1]);
}

#[test]
fn whatever_was_said_is_found_by_any_part_of_it() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let said = "我觉得这个 offer 不太合适，能不能再加百分之十？Naïve Straße ÉCOLE ﬁne ＡＢＣ";
    practised(&store, 1, &[said]);
    for word in said
        .split(|mark: char| !mark.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        assert_eq!(found(&store, word), [1], "{word}");
        assert_eq!(found(&store, &word.to_uppercase()), [1], "{word} in capitals");
    }
    let characters: Vec<char> = "能不能再加百分之十".chars().collect();
    for length in 1..=characters.len() {
        for part in characters.windows(length) {
            assert_eq!(found(&store, &part.iter().collect::<String>()), [1], "{part:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn no_search_text_is_an_error(texts in prop::collection::vec("\\PC{0,12}|[\"*():^{}+ a-z-]{0,10}|(OR|AND|NOT|NEAR) ?\"?", 40)) {
        let folder = TempDir::new().unwrap();
        let store = owner(folder.path());
        practised(&store, 1, &["Come in."]);
        for text in texts {
            let query = SessionQuery { search: Some(text.clone()), ..SessionQuery::default() };
            prop_assert!(store.sessions(&query).is_ok(), "{text:?}");
        }
    }
}
