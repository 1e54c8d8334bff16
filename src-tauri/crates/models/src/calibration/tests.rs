//! The figures against values that were worked out by hand.

use super::*;

fn rating(level: u8) -> Rating {
    Rating::new(level).unwrap()
}

fn found(level: u8) -> Found {
    Found::Level {
        rating: rating(level),
        alike: 3,
        looks: 3,
    }
}

fn pair(expected: Option<u8>, found: Found) -> Pair {
    Pair {
        skill: "empathy".parse().unwrap(),
        language: Language::English,
        expected: expected.map(rating),
        found,
    }
}

/// Pairs of levels, written as two rows.
fn pairs(expected: &str, found_ones: &str) -> Vec<Pair> {
    let level = |digit: u8| digit - b'0';
    let both = expected.bytes().zip(found_ones.bytes());
    both.map(|(one, other)| pair(Some(level(one)), found(level(other))))
        .collect()
}

fn figure(value: f64, n: u32) -> Figure {
    Figure {
        value: Some(value),
        n,
    }
}

#[test]
fn kappa_is_what_comes_out_by_hand() {
    // Ten pairs, two of them one level apart: 1 - 10·2 / (10·(110 + 106) - 2·30·30) = 1 - 20/360.
    let figures = Figures::of(&pairs("1234554321", "1234544331"));
    assert_eq!(figures.kappa, figure(0.94, 10));
    assert_eq!(figures.exact, figure(0.8, 10));
    assert_eq!(figures.within_one, figure(1.0, 10));
    // The other way round: 1 - 10·80 / (10·220 - 2·30·30) = 1 - 800/400.
    assert_eq!(
        Figures::of(&pairs("1234512345", "5432154321")).kappa,
        figure(-1.0, 10)
    );
    // A judge that always says 3: 1 - 10·20 / (10·(110 + 90) - 2·30·30) = 1 - 200/200, no better than chance.
    let figures = Figures::of(&pairs("1234512345", "3333333333"));
    assert_eq!(figures.kappa, figure(0.0, 10));
    assert_eq!(
        (figures.exact, figures.within_one),
        (figure(0.2, 10), figure(0.6, 10))
    );
    // Two levels off weigh four times as much as one: 1 - 10·4 / (10·(110 + 94) - 2·30·28) and
    // 1 - 10·1 / (10·(110 + 101) - 2·30·29).
    assert_eq!(
        Figures::of(&pairs("1234554321", "1234354321")).kappa.value,
        Some(0.89)
    );
    assert_eq!(
        Figures::of(&pairs("1234554321", "1234454321")).kappa.value,
        Some(0.97)
    );
}

#[test]
fn what_rests_on_too_few_or_on_one_level_is_not_said() {
    let few = Figures::of(&pairs("1234", "1234"));
    assert_eq!(
        (few.exact, few.within_one),
        (Figure { value: None, n: 4 }, Figure { value: None, n: 4 })
    );
    assert_eq!(Figures::of(&pairs("12345", "12345")).exact, figure(1.0, 5));
    assert_eq!(
        Figures::of(&pairs("123451234", "123451234")).kappa,
        Figure { value: None, n: 9 }
    );
    // There is nothing that chance could have got wrong.
    assert_eq!(
        Figures::of(&pairs("3333333333", "3333333333")).kappa,
        Figure { value: None, n: 10 }
    );
    assert_eq!(Figures::of(&[]), Figures::default());
}

#[test]
fn a_level_that_was_missed_counts_against_the_shares_and_not_in_kappa() {
    let mut all = pairs("1234554321", "1234554321");
    all.push(pair(Some(4), Found::NotObserved));
    all.push(pair(Some(4), Found::Nothing));
    let figures = Figures::of(&all);
    // 10 of 12.
    assert_eq!(
        (figures.exact, figures.within_one),
        (figure(0.83, 12), figure(0.83, 12))
    );
    assert_eq!(figures.kappa, figure(1.0, 10));
}

#[test]
fn what_is_not_to_be_seen_is_found_only_by_saying_so() {
    let all = [
        pair(None, Found::NotObserved),
        pair(None, Found::NotObserved),
        pair(None, Found::NotObserved),
        pair(None, Found::Nothing),
        pair(None, found(2)),
        pair(Some(2), Found::NotObserved),
    ];
    let figures = Figures::of(&all);
    assert_eq!(figures.not_observed, figure(0.6, 5));
    assert_eq!(figures.exact.n, 1);
    assert!(
        all.iter().all(|pair| !pair.is_far_off()),
        "no two levels to compare"
    );
}

#[test]
fn a_judge_agrees_with_itself_as_far_as_its_looks_have_the_level_they_come_to() {
    let level = |alike, looks| {
        let rating = rating(3);
        pair(Some(3), Found::Level { rating, alike, looks })
    };
    let all = [
        level(3, 3),
        level(2, 3),
        level(3, 5),
        pair(Some(3), Found::Nothing),
    ];
    // 8 of 11 looks.
    assert_eq!(Figures::of(&all).self_agreement, figure(0.73, 11));
}

#[test]
fn far_off_is_two_levels_or_more() {
    let far = |expected, level| pair(Some(expected), found(level)).is_far_off();
    assert!(far(1, 3) && far(5, 1) && !far(2, 3) && !far(4, 4));
}

#[test]
fn each_skill_in_each_language_has_its_figures_and_all_of_them_have_theirs() {
    let mut all = pairs("1234554321", "1234544331");
    for one in all.iter_mut().take(4) {
        one.language = Language::Chinese;
    }
    for one in all.iter_mut().skip(8) {
        one.skill = "bad-news".parse().unwrap();
    }
    let agreement = Agreement::of(&all);
    let groups: Vec<(&str, Language, u32)> = agreement
        .skills
        .iter()
        .map(|one| (one.skill.as_str(), one.language, one.figures.exact.n))
        .collect();
    assert_eq!(
        groups,
        [
            ("bad-news", Language::English, 2),
            ("empathy", Language::English, 4),
            ("empathy", Language::Chinese, 4)
        ]
    );
    let languages: Vec<u32> = agreement
        .languages
        .iter()
        .map(|one| one.figures.exact.n)
        .collect();
    assert_eq!(languages, [6, 4]);
    assert_eq!(agreement.total.kappa, figure(0.94, 10));
    let json = serde_json::to_value(&agreement).unwrap();
    assert_eq!(
        json["skills"][1]["exact"],
        serde_json::json!({"value": null, "n": 4})
    );
    assert_eq!(json["total"]["exact"]["value"], 0.8);
}
