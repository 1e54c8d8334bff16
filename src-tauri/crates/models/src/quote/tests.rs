//! Quotes that are true in another writing, and quotes that are not.

use proptest::prelude::*;

use super::*;

#[test]
fn writing_may_differ_and_words_may_not() {
    let said = "Well… I’d like £46,000 — that's what the job's worth, Dana.";
    for quote in [
        "I'd like £46,000",
        "i'd like 46000",
        "I’d  like\n46,000, that’s what",
        "“That's what the job's worth, Dana!”",
        "Ｉ'd ｌｉｋｅ £46,000",
        "what the\u{200b} job's worth",
    ] {
        assert!(is_quoted_from(quote, said), "{quote}");
    }
    for quote in [
        "I'd like £48,000",
        "I would like £46,000",
        "I'd like … that's what",
        "that's not what the job's worth",
        "like 46,000 that's what I",
        "what the job's wor",
        "he job's worth, Dana",
    ] {
        assert!(!is_quoted_from(quote, said), "{quote}");
    }
}

#[test]
fn chinese_is_compared_character_by_character() {
    let said = "我想把月薪调到１６５００，从一月起。您看，行吗？";
    for quote in [
        "我想把月薪调到16500",
        "从一月起，您看",
        "从 一 月 起",
        "调到16,500，从一月起",
        "『从一月起。您看』",
    ] {
        assert!(is_quoted_from(quote, said), "{quote}");
    }
    for quote in [
        "我想把月薪提到16500",
        "从二月起您看",
        "从一月起行吗",
        "月薪调到1650",
    ] {
        assert!(!is_quoted_from(quote, said), "{quote}");
    }
}

#[test]
fn three_words_or_four_characters_are_the_least() {
    for (quote, enough) in [
        ("", false),
        ("…!?", false),
        ("yes", false),
        ("yes, fine", false),
        ("yes, fine, Monday", true),
        ("好的", false),
        ("好，下周", false),
        ("好，下周一", true),
        ("下周 OK", false),
        ("下周一 OK", true),
    ] {
        assert_eq!(SpokenWords::of(quote).is_telling(), enough, "{quote}");
        assert_eq!(is_quoted_from(quote, quote), enough, "{quote}");
    }
}

#[test]
fn a_decomposed_letter_is_the_composed_one() {
    assert!(is_quoted_from(
        "the cafe\u{301} on Monday",
        "At the café on Monday."
    ));
}

#[test]
fn nothing_stands_in_silence() {
    assert!(!is_quoted_from("three whole words", ""));
    assert!(!SpokenWords::of("").contains(&SpokenWords::of("")));
}

#[test]
fn a_quote_has_the_place_and_the_writing_of_the_text() {
    for (quote, said, found) in [
        (
            "so what you mean",
            "Well — So, What  you mean is: no.",
            "So, What  you mean",
        ),
        (
            "i'd like 46000",
            "Ｉ’ｄ like £46,000, Dana.",
            "Ｉ’ｄ like £46,000",
        ),
        ("at the café", "We met at the cafe\u{301}.", "at the cafe\u{301}"),
        (
            "调到16500，从一月起",
            "想把月薪调到１６５００，从一月起。",
            "调到１６５００，从一月起",
        ),
        (
            "한국 서울 부산",
            "A \u{1112}\u{1161}\u{11ab}국 서울, 부산!",
            "\u{1112}\u{1161}\u{11ab}국 서울, 부산",
        ),
        ("yes yes no", "yes. Yes, yes, no.", "Yes, yes, no"),
    ] {
        let place = SpokenWords::of(quote).place_in(said).unwrap();
        assert_eq!(&said[place], found);
    }
    assert_eq!(SpokenWords::of("").place_in("anything at all"), None);
    assert_eq!(SpokenWords::of("one two").place_in("two one"), None);
}

/// Text of every kind that a transcript can have in it.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            "[a-zA-Z]{1,7}",
            "[0-9]{1,3}(,[0-9]{3})?",
            "[一-龥]{1,4}",
            "[ァ-ヶ]{1,2}",
            "[ｱ-ﾝ]ﾞ?",
            "[Ａ-ｚ]{1,3}",
            "[a-z]\u{301}\u{323}?",
            "[가-힣]",
            "\u{1112}\u{1161}\u{11ab}?",
            Just("don’t".to_owned()),
            Just("½…№".to_owned()),
            Just("\u{200b}".to_owned()),
        ],
        0..8,
    )
    .prop_flat_map(|words| {
        proptest::collection::vec(
            prop_oneof![Just(" "), Just(", "), Just("。"), Just("")],
            words.len(),
        )
        .prop_map(move |marks| {
            words
                .iter()
                .zip(marks)
                .map(|(word, mark)| format!("{word}{mark}"))
                .collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn letters_taken_one_by_one_are_those_of_the_whole(text in any_text()) {
        let whole: String = normal(&text).chars().flat_map(char::to_lowercase).collect();
        let pieced: String = letters(&text).iter().map(|(letter, _)| *letter).collect();
        prop_assert_eq!(pieced, whole);
    }

    #[test]
    fn whatever_stands_in_a_text_is_found_and_has_its_words(text in any_text(), from in 0_usize..20, to in 0_usize..20) {
        let all = SpokenWords::of(&text).0;
        let (from, to) = (from.min(all.len()), to.min(all.len()));
        prop_assume!(from < to);
        let quote = SpokenWords(all[from..to].to_vec());
        let place = quote.place_in(&text).unwrap();
        prop_assert!(SpokenWords::of(&text[place]).contains(&quote));
    }
}
