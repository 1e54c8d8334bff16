//! What has to hold on the server at every moment.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rehearse_fakes::leancloud::FakeLeanCloud;
use serde_json::Value;

/// What was recorded: the number of turns of each session, by our id; and those that were deleted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) turns: HashMap<String, usize>,
    pub(crate) deleted: HashSet<String>,
    /// Whether a change is refused, which holds nothing else up.
    pub(crate) refused: bool,
    /// Whether others write there in their own way, who are held to nothing.
    pub(crate) others_write: bool,
    /// Whether the server may act on a request after the client gave up. Only then a record may be there twice for a
    /// while.
    pub(crate) late: bool,
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A session before its turns, a clip before its turn, turns in their order, the end after all turns.
pub(crate) fn check(fake: &FakeLeanCloud, recorded: &Recorded) {
    let sessions: HashMap<String, Value> = fake
        .rows("PracticeSession")
        .into_iter()
        .map(|row| (text(&row, "objectId").to_owned(), row))
        .collect();
    let contents: HashSet<String> = fake.files().into_iter().map(|file| file.sha256).collect();
    let files: HashSet<String> = fake
        .rows("_File")
        .iter()
        .map(|row| text(row, "objectId").to_owned())
        .collect();
    if !recorded.late {
        check_twins(fake);
    }
    let mut sequences: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for turn in fake.rows("Turn") {
        let session = text(&turn, "sessionClientId").to_owned();
        if recorded.deleted.contains(&session) {
            continue;
        }
        assert!(
            sessions.contains_key(text(&turn, "sessionId")),
            "a turn came before its session: {turn}"
        );
        let file = text(&turn, "audioFileId");
        assert!(
            file == "missing" || files.contains(file) && contents.contains(text(&turn, "audioSha256")),
            "a turn came before its clip: {turn}"
        );
        let sequence = turn.get("sequence").and_then(Value::as_u64).unwrap();
        sequences.entry(session).or_default().insert(sequence);
    }
    if recorded.refused {
        return;
    }
    for (session, sequences) in &sequences {
        let first_ones = (0..sequences.len() as u64).collect::<BTreeSet<u64>>();
        assert_eq!(sequences, &first_ones, "a turn overtook another in {session}");
    }
    for row in sessions.values().filter(|row| text(row, "status") == "ended") {
        let session = text(row, "clientId");
        if let (Some(turns), false) = (recorded.turns.get(session), recorded.deleted.contains(session)) {
            let there = sequences.get(session).map_or(0, BTreeSet::len);
            assert_eq!(there, *turns, "it ended before its turns were there");
        }
    }
}

/// No record is there twice.
fn check_twins(fake: &FakeLeanCloud) {
    for class in ["PracticeSession", "Turn", "Evaluation"] {
        let mut seen = HashSet::new();
        for row in fake.rows(class) {
            let id = text(&row, "clientId").to_owned();
            assert!(id.is_empty() || seen.insert(id), "a record is there twice: {row}");
        }
    }
}

/// Once everything is quiet: what was recorded is there, once and whole, and nothing else.
pub(crate) fn check_whole(fake: &FakeLeanCloud, recorded: &Recorded) {
    check(fake, recorded);
    let left: BTreeMap<&String, &usize> = recorded
        .turns
        .iter()
        .filter(|(session, _)| !recorded.deleted.contains(*session))
        .collect();
    let mut sessions = BTreeMap::new();
    for row in fake.rows("PracticeSession") {
        let before = sessions.insert(text(&row, "clientId").to_owned(), row);
        assert_eq!(before, None, "a session is there twice");
    }
    assert_eq!(
        sessions.keys().collect::<Vec<_>>(),
        left.keys().copied().collect::<Vec<_>>(),
        "sessions"
    );
    let mut turns: BTreeMap<String, usize> = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for row in fake.rows("Turn") {
        let session = text(&row, "sessionClientId");
        *turns.entry(session.to_owned()).or_default() += 1;
        assert_eq!(
            text(&row, "sessionId"),
            text(&sessions[session], "objectId"),
            "a turn of another session: {row}"
        );
        wanted.insert(text(&row, "audioFileId").to_owned());
    }
    wanted.remove("missing");
    let expected: BTreeMap<String, usize> = left.iter().map(|(id, turns)| ((*id).clone(), **turns)).collect();
    let expected: BTreeMap<String, usize> = expected.into_iter().filter(|(_, turns)| *turns > 0).collect();
    assert_eq!(turns, expected, "turns of each session");
    for (id, row) in &sessions {
        let parent = text(row, "parentSessionClientId");
        assert!(
            !recorded.deleted.contains(parent),
            "a take two of what is gone: {row}"
        );
        assert_eq!(text(row, "status"), "ended", "{id}");
        assert_eq!(text(row, "endReason"), "client_closed");
    }
    let evaluations: Vec<Value> = fake.rows("Evaluation");
    let known: HashSet<&str> = sessions.values().map(|row| text(row, "objectId")).collect();
    for row in &evaluations {
        assert!(
            known.contains(text(row, "sessionId")),
            "an evaluation of a session that is not there: {row}"
        );
    }
    let of = |row: &Value| text(row, "sessionId").to_owned();
    let judged: BTreeSet<String> = evaluations.iter().map(of).collect();
    assert_eq!(judged.len(), evaluations.len(), "an evaluation is there twice");
    for row in sessions.values() {
        let evaluation = text(row, "evaluationId");
        // The trainee has every other turn, the second first.
        if turns.get(text(row, "clientId")).is_some_and(|turns| *turns > 1) {
            assert!(
                evaluations.iter().any(|one| text(one, "objectId") == evaluation),
                "an evaluation that is not there: {row}"
            );
        }
    }
    let files: BTreeSet<String> = fake
        .rows("_File")
        .iter()
        .map(|row| text(row, "objectId").to_owned())
        .collect();
    assert_eq!(
        files, wanted,
        "files that nothing refers to, or that are not there"
    );
}
