//! Which results of a skill stand side by side, and what is said of the others.

use rehearse_domain::{
    Assessment, Check, Confidence, Counts, Coverage, Examples, Outcome, RecordStatus, Timestamp,
};
use uuid::Uuid;

use super::*;

const UNSEEN: Standing = Standing::NotObserved {
    why: NotObserved::NoChance,
};

fn level(level: u8) -> Rating {
    Rating::new(level).unwrap()
}

fn rated(at: u8) -> Standing {
    Standing::Rated {
        rating: level(at),
        low: level(at),
        high: level(at),
        confidence: Confidence::High,
    }
}

fn skill(slug: &str) -> Skill {
    Skill {
        id: Uuid::from_u128(1).into(),
        slug: slug.parse().unwrap(),
        language: Language::English,
        revision: 1,
        category: "listening".parse().unwrap(),
        name: format!("Skill {slug}"),
        description: "What it is.".to_owned(),
        anchors: ["1", "2", "3", "4", "5"].map(str::to_owned),
        checks: vec![Check("Is it so?".to_owned())],
        examples: Examples {
            good: "so".to_owned(),
            poor: "not so".to_owned(),
            counter: "as if so".to_owned(),
        },
        record_status: RecordStatus::Active,
    }
}

/// The result of the session of that number, in which these skills stood so.
fn session(number: u64, skills: &[Skill], standings: &[Standing]) -> RatedSession {
    let findings = skills
        .iter()
        .zip(standings)
        .map(|(skill, standing)| SkillFinding {
            skill: skill.slug.clone(),
            standing: *standing,
            note: String::new(),
            checks: Vec::new(),
            quotes: Vec::new(),
            worked: None,
            change: None,
            rules: Vec::new(),
        });
    RatedSession {
        session: Uuid::from_u128(u128::from(number)).into(),
        started_at: Timestamp::from_millis(i64::try_from(number).unwrap()),
        title: format!("Practice {number}"),
        skills: skills.to_vec().into(),
        assessment: Assessment {
            outcome: Outcome::Scored,
            judge: Judge::Model {
                name: "a-judge".to_owned(),
            },
            rubric: version::of_rubrics(Language::English, skills),
            coverage: Coverage::default(),
            counts: Counts::default(),
            skills: findings.collect(),
            advice: Vec::new(),
            summary: String::new(),
            words: None,
        },
        unchecked: None,
    }
}

/// Practices in which one skill stood so, the first one first.
fn of_one_skill(standings: &[Standing]) -> Vec<RatedSession> {
    let numbered = (1..).zip(standings);
    let sessions = numbered.map(|(number, standing)| session(number, &[skill("asking")], &[*standing]));
    sessions.collect()
}

fn over_time(mut oldest_first: Vec<RatedSession>) -> Vec<SkillProgress> {
    oldest_first.reverse();
    skills_over_time(Language::English, &oldest_first)
}

fn levels(progress: &SkillProgress) -> Vec<u8> {
    let ratings = progress.points.iter().filter_map(rating);
    ratings.map(Rating::level).collect()
}

#[test]
fn a_skill_is_followed_through_every_scenario_that_has_it() {
    let sessions = vec![
        session(1, &[skill("asking"), skill("listening")], &[rated(2), rated(4)]),
        session(2, &[skill("asking")], &[rated(3)]),
        session(3, &[skill("thanking"), skill("asking")], &[rated(1), rated(5)]),
    ];
    let found = over_time(sessions);
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        ["Skill thanking", "Skill asking", "Skill listening"],
        "the latest practice's first"
    );
    assert_eq!(levels(&found[1]), [2, 3, 5]);
    assert_eq!(found[1].anchors.len(), 5);
    assert_eq!((found[1].other_rubric, found[1].other_judge), (0, 0));
}

#[test]
fn what_another_rubric_method_or_judge_rated_is_counted_and_left_out() {
    let mut sessions = of_one_skill(&[1, 2, 3, 4, 5].map(rated));
    let mut other = skill("asking");
    other.anchors[2].push('!');
    sessions[0] = session(1, &[other], &[rated(1)]);
    "of an earlier method".clone_into(&mut sessions[1].assessment.rubric);
    sessions[2].assessment.judge = Judge::Model {
        name: "another-judge".to_owned(),
    };
    let found = over_time(sessions).remove(0);
    assert_eq!(levels(&found), [4, 5]);
    assert_eq!((found.other_rubric, found.other_judge), (2, 1));
    assert_eq!((found.rated, found.usual), (2, None));
}

#[test]
fn results_of_an_earlier_method_are_compared_with_one_another() {
    let mut sessions = of_one_skill(&[1, 2].map(rated));
    for one in &mut sessions {
        "of an earlier method".clone_into(&mut one.assessment.rubric);
    }
    assert_eq!(levels(&over_time(sessions)[0]), [1, 2]);
}

#[test]
fn what_was_not_seen_keeps_its_place_and_counts_for_nothing() {
    let found = over_time(of_one_skill(&[rated(4), UNSEEN, rated(4), UNSEEN])).remove(0);
    let standings: Vec<Standing> = found.points.iter().map(|one| one.standing).collect();
    assert_eq!(standings, [rated(4), UNSEEN, rated(4), UNSEEN]);
    assert_eq!((found.rated, found.usual), (2, None));
    assert_eq!(over_time(of_one_skill(&[UNSEEN, UNSEEN])), []);
}

#[test]
fn what_rules_counted_is_not_in_it() {
    let by_rules = Standing::NotObserved {
        why: NotObserved::NotRated,
    };
    assert_eq!(over_time(of_one_skill(&[rated(3), by_rules]))[0].points.len(), 1);
}

#[test]
fn what_is_usual_is_the_middle_of_all_but_the_last_from_three_ratings_on() {
    let usual = |standings: &[Standing]| {
        let usual = over_time(of_one_skill(standings)).remove(0).usual;
        usual.map(|usual| (usual.low.level(), usual.high.level()))
    };
    assert_eq!(usual(&[3, 5].map(rated)), None);
    assert_eq!(usual(&[2, 3, 5].map(rated)), Some((2, 3)));
    assert_eq!(usual(&[5, 2, 3, 1].map(rated)), Some((3, 3)));
    assert_eq!(
        usual(&[rated(4), UNSEEN, rated(4), UNSEEN, rated(1)]),
        Some((4, 4))
    );
}
