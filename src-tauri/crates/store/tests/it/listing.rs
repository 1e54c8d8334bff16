//! Lists: order, pages, filters, figures.

use std::time::Duration;

use rehearse_domain::{EndReason, Language, Objective, ObjectiveStatus, TakeTwo};
use rehearse_store::{Cursor, SessionQuery, Store, TurnCounts};
use tempfile::TempDir;

use crate::support::{
    at, raise_in_chinese, recorded, scenario, session, session_id, session_of, slug, turn_id,
};
use crate::{end, owner, practised, practised_as};

fn ids(store: &Store, query: &SessionQuery) -> Vec<u64> {
    let page = store.sessions(query).unwrap();
    assert_eq!(page.total as usize, page.items.len(), "one page holds them all");
    page.items
        .iter()
        .map(|item| (1..100).find(|number| session_id(*number) == item.id).unwrap())
        .collect()
}

#[test]
fn pages_follow_one_another_without_gap_or_repeat_while_sessions_come_and_go() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let mut sessions: Vec<_> = (1..=7).map(session).collect();
    for one in &mut sessions[2..5] {
        one.created_at = at(300);
    }
    sessions.iter().for_each(|one| store.create_session(one).unwrap());

    let first = store
        .sessions(&SessionQuery {
            limit: 3,
            ..SessionQuery::default()
        })
        .unwrap();
    assert_eq!(first.total, 7);
    store.create_session(&session(50)).unwrap();
    let cursor: Cursor = first.next.unwrap().to_string().parse().unwrap();
    let query = SessionQuery {
        limit: 3,
        before: Some(cursor),
        ..SessionQuery::default()
    };
    let second = store.sessions(&query).unwrap();
    let third = store
        .sessions(&SessionQuery {
            before: second.next,
            ..query
        })
        .unwrap();
    let all: Vec<_> = [&first, &second, &third]
        .into_iter()
        .flat_map(|page| page.items.iter().map(|item| item.id))
        .collect();
    let expected: Vec<_> = [7, 6, 5, 4, 3, 2, 1].map(session_id).to_vec();
    assert_eq!(all, expected);
    assert_eq!(third.next, None);
    assert!("somewhere".parse::<Cursor>().is_err());
}

#[test]
fn each_filter_leaves_only_what_it_names() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    practised_as(&store, session_of(2, raise_in_chinese()), 2, &["请进。"]);
    let quit = scenario("resign", Language::English, "Resign", "Leave on good terms");
    store.create_session(&session_of(3, quit)).unwrap();
    let mut failed = end(3);
    failed.reason = EndReason::ObjectiveFailed;
    failed.objective = Objective {
        status: ObjectiveStatus::Failed,
        reason: None,
    };
    store.end_session(&failed).unwrap();
    store.create_session(&session(4)).unwrap();

    let all = SessionQuery::default;
    assert_eq!(ids(&store, &all()), [4, 3, 2, 1]);
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                scenario: Some(slug("ask-for-a-raise")),
                ..all()
            }
        ),
        [4, 1]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                family: Some(slug("ask-for-a-raise")),
                ..all()
            }
        ),
        [4, 2, 1]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                category: Some(slug("work")),
                ..all()
            }
        ),
        [3]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                language: Some(Language::Chinese),
                ..all()
            }
        ),
        [2]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                end_reason: Some(EndReason::ObjectiveFailed),
                ..all()
            }
        ),
        [3]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                objective: Some(ObjectiveStatus::Failed),
                ..all()
            }
        ),
        [3]
    );
    assert_eq!(
        ids(
            &store,
            &SessionQuery {
                from: Some(at(120)),
                until: Some(at(240)),
                ..all()
            }
        ),
        [3, 2]
    );
    let both = SessionQuery {
        search: Some("in".into()),
        language: Some(Language::English),
        ..all()
    };
    assert_eq!(ids(&store, &both), [1]);
}

#[test]
fn a_summary_says_what_a_line_of_the_list_needs() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let mut take_two = session(1);
    take_two.parent = Some(TakeTwo {
        session: session_id(9),
        turn: turn_id(9_001),
    });
    practised_as(&store, take_two, 1, &["Come in.", "Thank you.", "Well?"]);
    let summary = store.latest_sessions(5).unwrap().remove(0);
    assert_eq!(summary.title, "Ask for a raise");
    assert_eq!(
        (summary.slug.as_str(), summary.family.as_str()),
        ("ask-for-a-raise", "ask-for-a-raise")
    );
    assert_eq!(
        summary.turns,
        TurnCounts {
            partner: 2,
            trainee: 1
        }
    );
    assert_eq!(
        (summary.sound.partner, summary.sound.trainee),
        (Duration::from_secs(8), Duration::from_secs(4))
    );
    assert_eq!(
        (summary.active, summary.end_reason),
        (end(1).active, Some(EndReason::Manual))
    );
    assert_eq!(
        summary.parent,
        Some(TakeTwo {
            session: session_id(9),
            turn: turn_id(9_001)
        })
    );
}

#[test]
fn runs_are_counted_per_family_over_both_languages() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "I want a raise."]);
    practised_as(
        &store,
        session_of(2, raise_in_chinese()),
        2,
        &["请进。", "我想加薪。"],
    );
    store.create_session(&session(3)).unwrap();
    practised(&store, 4, &["Nobody answered this one."]);
    let runs = store.runs_per_family().unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (runs[0].runs, runs[0].last_at, runs[0].last),
        (2, at(120), session_id(2))
    );
}

#[test]
fn the_storage_figures_count_what_is_there() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    store.create_session(&session(2)).unwrap();
    store.record_turn(&recorded(folder.path(), 2, 0)).unwrap();
    let figures = store.storage().unwrap();
    assert_eq!(
        (figures.sessions, figures.turns, figures.audio_bytes),
        (2, 2, 600)
    );
    assert!(figures.database_bytes > 4096);
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    let figures = store.storage().unwrap();
    assert_eq!((figures.sessions, figures.turns), (1, 1));
}
