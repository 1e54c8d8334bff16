//! Sessions, turns and clips to fill a folder with: the same for the same numbers. Used by tests and examples.

#![allow(dead_code, reason = "each user takes its part")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use rehearse_domain::{
    Check, Clip, ClipId, Examples, Language, Loudness, Opener, Persona, Publication, RecordStatus, Scenario,
    Session, SessionId, Skill, Slug, Snapshot, Speaker, Timestamp, TranscriptStatus, Turn, TurnId,
};
use rehearse_store::Delivery;
use rehearse_testkit::practices;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 2026-01-31T09:30:00Z and so many seconds.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_769_851_800_000).after(Duration::from_secs(seconds))
}

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

/// An id in the form of a UUIDv7.
fn uuid(kind: u64, number: u64) -> Uuid {
    Uuid::from_u128(u128::from(kind) << 96 | 0x7000 << 64 | 0x8000_0000_0000_0000 | u128::from(number))
}

pub(crate) fn session_id(number: u64) -> SessionId {
    uuid(1, number).into()
}

pub(crate) fn turn_id(number: u64) -> TurnId {
    uuid(2, number).into()
}

pub(crate) fn clip_id(number: u64) -> ClipId {
    uuid(3, number).into()
}

pub(crate) fn scenario(family: &str, language: Language, title: &str, objective: &str) -> Scenario {
    let persona = |name: &str| Persona {
        name: name.to_owned(),
        role: "somebody".to_owned(),
        background: "a long history".to_owned(),
        voice: None,
    };
    Scenario {
        id: uuid(4, family.len() as u64).into(),
        slug: match language {
            Language::English => slug(family),
            Language::Chinese => slug(&format!("{family}-zh")),
        },
        family: slug(family),
        language,
        revision: 1,
        category: slug(if family.len().is_multiple_of(2) {
            "work"
        } else {
            "family"
        }),
        title: title.to_owned(),
        summary: "one line".to_owned(),
        description: "a story".to_owned(),
        heavy: None,
        objective: objective.to_owned(),
        end_criteria: vec!["an answer".to_owned()],
        skills: vec![slug("asking")],
        partner: persona("Robin"),
        trainee: persona("Kim"),
        prompt: "be fair".to_owned(),
        opener: Opener::Partner,
        idle_limit: Duration::from_secs(30),
        duration_limit: Duration::from_secs(300),
        script: None,
        publication: Publication::Published,
        record_status: RecordStatus::Active,
    }
}

pub(crate) fn skill(number: u64, name: &str) -> Skill {
    Skill {
        id: uuid(5, number).into(),
        slug: slug(name),
        language: Language::English,
        revision: 1,
        category: slug("listening"),
        name: name.to_owned(),
        description: "what it is".to_owned(),
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

pub(crate) fn raise() -> Scenario {
    scenario(
        "ask-for-a-raise",
        Language::English,
        "Ask for a raise",
        "Leave with a figure and a date",
    )
}

pub(crate) fn raise_in_chinese() -> Scenario {
    scenario(
        "ask-for-a-raise",
        Language::Chinese,
        "要求加薪",
        "得到明确的数字和日期",
    )
}

/// A pending session of `raise`, prepared `number` minutes in.
pub(crate) fn session(number: u64) -> Session {
    session_of(number, raise())
}

pub(crate) fn session_of(number: u64, scenario: Scenario) -> Session {
    let snapshot = Snapshot {
        scenario,
        skills: Vec::new(),
    };
    practices::prepared(session_id(number), snapshot, at(number * 60))
}

/// A turn with words and without sound; the partner has the even ones.
pub(crate) fn turn(session: u64, sequence: u32, words: &str) -> Turn {
    let begin = at(session * 60).after(Duration::from_secs(u64::from(sequence) * 5));
    Turn {
        id: turn_id(session * 1_000 + u64::from(sequence)),
        session: session_id(session),
        sequence,
        speaker: if sequence.is_multiple_of(2) {
            Speaker::Partner
        } else {
            Speaker::Trainee
        },
        clip: None,
        transcript: Some(words.to_owned()),
        transcript_status: TranscriptStatus::Completed,
        started_at: begin,
        ended_at: begin.after(Duration::from_secs(4)),
        latency: sequence.is_multiple_of(2).then_some(Duration::from_millis(420)),
    }
}

/// Figures that a method of this version might have written down.
pub(crate) fn delivery(method: u32, words: &str) -> Delivery {
    Delivery {
        method,
        figures: format!(r#"{{"speech_rate":3.75,"note":"{words}"}}"#),
        made_at: at(u64::from(method)),
    }
}

/// What the file of a clip holds in these tests: bytes that depend on its number.
pub(crate) fn sound(number: u64) -> Vec<u8> {
    (0..600_u64)
        .map(|place| (place.wrapping_mul(number + 7) % 251) as u8)
        .collect()
}

/// The clip of a turn whose file is `sound(number)`.
pub(crate) fn clip(session: u64, number: u64) -> Clip {
    let sound = sound(number);
    Clip {
        id: clip_id(number),
        file: format!("{}/{}.mp3", session_id(session), clip_id(number)),
        sha256: format!("{:x}", Sha256::digest(&sound)),
        bytes: sound.len() as u64,
        duration: Duration::from_millis(2_500),
        loudness: Loudness {
            peak_dbfs: -3.5,
            loudest_dbfs: -18.25,
            clipped: 0.0,
        },
        peaks: (0..100).map(|peak| (peak * 2) as u8).collect(),
    }
}

/// A turn that was recorded: its file lies in the audio folder, and its words are not known yet.
pub(crate) fn recorded(folder: &Path, session: u64, sequence: u32) -> Turn {
    let number = session * 1_000 + u64::from(sequence);
    let clip = clip(session, number);
    let path = folder.join("audio").join(&clip.file);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the session's folder");
    fs::write(path, sound(number)).expect("the clip's file");
    Turn {
        clip: Some(clip),
        transcript: None,
        transcript_status: TranscriptStatus::Pending,
        ..turn(session, sequence, "")
    }
}
