//! A case out of what is stored of a session.

use std::time::Duration;

use rehearse_domain::{
    Limits, Objective, Opener, PartnerKind, Persona, Publication, Scenario, SessionStatus, Snapshot,
    Timestamp, TranscriptStatus,
};
use serde::de::DeserializeOwned;

use super::*;

fn id<Id: DeserializeOwned>(last: u8) -> Id {
    serde_json::from_value(json!(format!("018f0000-0000-7000-8000-0000000000{last:02}"))).unwrap()
}

fn persona(name: &str) -> Persona {
    Persona {
        name: name.into(),
        role: "somebody".into(),
        background: "Something.".into(),
        voice: None,
    }
}

fn session() -> Session {
    let scenario = Scenario {
        id: id(1),
        slug: "raise".parse().unwrap(),
        family: "raise".parse().unwrap(),
        language: Language::English,
        revision: 1,
        category: "work".parse().unwrap(),
        title: "A raise".into(),
        summary: "One line.".into(),
        description: "A story.".into(),
        heavy: None,
        objective: "A yes.".into(),
        end_criteria: vec!["A figure.".into()],
        skills: vec!["clear-ask".parse().unwrap()],
        partner: persona("Dana"),
        trainee: persona("Robin"),
        prompt: "Be short.".into(),
        opener: Opener::Partner,
        idle_limit: Duration::from_secs(30),
        duration_limit: Duration::from_secs(300),
        script: None,
        publication: Publication::Published,
        record_status: RecordStatus::Active,
    };
    Session {
        id: id(2),
        snapshot: Snapshot {
            scenario,
            skills: vec![skill("clear-ask", Language::English, 3)],
        },
        language: Language::English,
        partner: PartnerKind::Scripted,
        limits: Limits {
            idle: None,
            duration: None,
        },
        status: SessionStatus::Ended,
        created_at: Timestamp::from_millis(0),
        started_at: None,
        ended_at: None,
        active: Duration::ZERO,
        objective: Objective::default(),
        end_reason: None,
        parent: None,
    }
}

fn turn(sequence: u32, speaker: Speaker, transcript: Option<&str>) -> Turn {
    Turn {
        id: id(9),
        session: id(2),
        sequence,
        speaker,
        clip: None,
        transcript: transcript.map(str::to_owned),
        transcript_status: TranscriptStatus::Completed,
        started_at: Timestamp::from_millis(0),
        ended_at: Timestamp::from_millis(0),
        latency: None,
    }
}

#[test]
fn a_case_has_the_names_the_rubrics_and_the_turns_in_their_order() {
    let turns = [
        turn(1, Speaker::Trainee, Some("A raise, please.")),
        turn(0, Speaker::Partner, Some("Come in.")),
        turn(3, Speaker::Trainee, None),
        turn(2, Speaker::Trainee, Some(" \n")),
    ];
    let case = Case::of(&session(), &turns);
    assert_eq!((case.partner.as_str(), case.trainee.as_str()), ("Dana", "Robin"));
    assert_eq!(
        (case.title.as_str(), case.objective.as_str()),
        ("A raise", "A yes.")
    );
    assert_eq!(case.skills.len(), 1);
    let turns: Vec<(u32, Option<&str>)> = case
        .turns
        .iter()
        .map(|turn| (turn.number, turn.text.as_deref()))
        .collect();
    assert_eq!(
        turns,
        [
            (0, Some("Come in.")),
            (1, Some("A raise, please.")),
            (2, None),
            (3, None)
        ]
    );
    assert_eq!(
        case.by_rules().coverage,
        rehearse_domain::Coverage { turns: 3, heard: 1 }
    );
}
