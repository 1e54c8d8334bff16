//! Feedback on a practice that was typed: what rules count, and what a judge says once one is chosen and asked.

use rehearse_domain::{Counts, SessionId, SessionStatus, Timestamp};
use rehearse_fakes::models::{Role, Script};
use rehearse_store::{Access, Store};
use serde_json::{Value, json};

use crate::model_host::ModelHost;
use crate::server::{answer, fed};
use crate::stage::{RAISE, Stage};

const TURNS: &str = "Thanks for seeing me. I have run Tom's suppliers alone since March, and complaints are settled in \
                     four days now, not nine. I would like forty-six thousand from January.\nI hear that the pot is \
                     small. What would Martin need to see so that you can put my name forward? Could we agree that you \
                     tell me by Friday?\n";

#[test]
fn rules_count_and_a_judge_is_asked_by_hand() {
    let (stage, host) = (Stage::new(), ModelHost::start());
    let session = answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
    let id = session["session"].as_str().unwrap();

    let told = stage.run(&["feedback", id, "--ask"]);
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert!(told.out.contains("no model was chosen to judge"), "{}", told.out);
    assert!(told.out.contains("You asked 1 open question."), "{}", told.out);
    assert!(told.out.contains("models set evaluator"), "{}", told.out);
    assert!(!told.out.contains("{{"), "{}", told.out);

    let set = |script: Script| host.fake.always(Role::Judge, script);
    host.set(&stage, "evaluator");
    host.fake.forget_requests();
    let told = stage.run(&["feedback", id]);
    assert!(host.fake.requests().is_empty(), "looking asks nobody");
    assert_eq!(told.code, Some(1));

    set(Script::Err401);
    let told = stage.run(&["feedback", id, "--ask"]);
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert!(told.out.contains("does not accept the key"), "{}", told.out);

    set(Script::EvalOk);
    let told = stage.run(&["feedback", id, "--ask"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    for sentence in ["Clear ask: 3 of 5", "(turn", "Try: ", "A model can be wrong."] {
        assert!(told.out.contains(sentence), "{sentence}: {}", told.out);
    }
    let chinese = stage.run_in_chinese(&["feedback", id]);
    assert_eq!(chinese.code, Some(0), "{}", chinese.err);
    assert!(chinese.out.contains("3 / 5"), "{}", chinese.out);
    let data = stage.ask(&["feedback", id]);
    assert_eq!(data["status"]["kind"], "done");
    assert_eq!(data["revealed"], true, "whoever asks for it here has looked");
    assert_eq!(data["result"]["skills"].as_array().unwrap().len(), 5);
}

#[test]
fn ratings_are_beside_one_another_in_progress() {
    let (stage, host) = (Stage::new(), ModelHost::start());
    let rated = |script: Script| {
        host.fake.always(Role::Judge, script);
        let session = answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
        let id = session["session"].as_str().unwrap().to_owned();
        let told = stage.run(&["feedback", &id, "--ask"]);
        assert_eq!(told.code, Some(0), "{}{}", told.out, told.err);
    };
    answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
    let none = stage.run(&["progress"]).out;
    assert!(!none.contains("Skill by skill"), "{none}");
    host.set(&stage, "evaluator");
    rated(Script::EvalOk);
    rated(Script::EvalFakeQuote);
    let few = stage.run(&["progress"]).out;
    for sentence in [
        "Skill by skill",
        "Clear ask",
        "1 result so far: too few to speak of a direction.",
        "1 practice has no rating for it.",
        "Not rated: nothing you said could be found",
    ] {
        assert!(few.contains(sentence), "{sentence}: {few}");
    }
    rated(Script::EvalOk);
    rated(Script::EvalFlaky);
    let told = stage.run(&["progress"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    for sentence in ["Usually 3, last time 3.", "3 of 5 (Between 2 and 4)"] {
        assert!(told.out.contains(sentence), "{sentence}: {}", told.out);
    }
    assert!(
        !told.out.contains("progress.") && !told.out.contains("{{"),
        "{}",
        told.out
    );
    let chinese = stage.run_in_chinese(&["progress"]).out;
    assert!(chinese.contains("平时 3，最近一次 3。"), "{chinese}");
    let data = stage.ask(&["progress"]);
    let skills = data["skills"].as_array().unwrap();
    assert_eq!(skills.len(), 5);
    assert_eq!(skills[0]["points"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&skills[0]["rated"], &skills[0]["usual"]["low"]),
        (&3.into(), &3.into())
    );
}

/// The numbers in a sentence.
fn numbers(sentence: &str) -> Vec<usize> {
    let pieces = sentence.split(|mark: char| !mark.is_ascii_digit());
    pieces.filter_map(|piece| piece.parse().ok()).collect()
}

#[test]
fn how_much_it_takes_to_be_rated_is_said_and_is_what_it_takes() {
    let (stage, host) = (Stage::new(), ModelHost::start());
    host.set(&stage, "evaluator");
    host.fake.always(Role::Judge, Script::EvalOk);
    for (word, more, unit) in [
        ("word ", &[][..], "words"),
        ("字", &["--language", "zh-CN"], "Chinese characters"),
    ] {
        // So many in two turns.
        let asked = |count: usize, in_chinese: bool| {
            let words = [&["practise", RAISE, "--json"], more].concat();
            let typed = format!("{}\n{}", word.repeat(count - 5), word.repeat(5));
            let session = answer(&fed(stage.program(&words), &typed));
            let id = session["session"].as_str().unwrap().to_owned();
            let words = ["feedback", id.as_str(), "--ask"];
            match in_chinese {
                true => stage.run_in_chinese(&words),
                false => stage.run(&words),
            }
        };
        let told = asked(7, false);
        assert_eq!(told.code, Some(0), "{}", told.err);
        let mut lines = told.out.lines();
        let needed = lines
            .find(|line| line.starts_with("Too little was said"))
            .unwrap();
        let there_was = lines.next().unwrap();
        assert!(
            needed.contains(unit) && numbers(there_was) == [7, 2],
            "{}",
            told.out
        );
        let [enough] = numbers(needed)[..] else {
            panic!("{needed}")
        };
        let chinese = asked(enough - 1, true);
        let [needed, there_was] = chinese.out.lines().take(2).collect::<Vec<_>>()[..] else {
            panic!("{}", chinese.out)
        };
        assert_eq!(
            (numbers(needed), numbers(there_was)),
            (vec![enough], vec![2, enough - 1])
        );
        let told = asked(enough, false);
        assert!(!told.out.contains("Too little"), "{}", told.out);
        assert!(told.out.contains("A model can be wrong."), "{}", told.out);
    }
}

#[test]
fn a_session_that_is_not_there_is_said_so() {
    let stage = Stage::new();
    answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
    let error = stage.run(&["feedback", "nothing", "--json"]).error();
    assert_eq!(error["code"], "no_such_session");
}

/// Puts a result of a model beside a practice, as the poller of a window does.
fn judged(stage: &Stage, session: SessionId) {
    let now = Timestamp::from_millis(i64::MAX / 2);
    let store = Store::open(stage.data(), Access::Owner, now).unwrap();
    let (evaluation, _) = store.assessment_of(session).unwrap().unwrap();
    let lease = store.claim_evaluation(evaluation.id, "a window", now, now);
    let result = json!({
        "outcome": "scored", "judge": {"kind": "model", "name": "a-judge"}, "rubric": "0123",
        "coverage": {"turns": 2, "heard": 2}, "counts": Counts::default(), "advice": [], "summary": "You asked.",
        "skills": [{
            "skill": "clear-ask", "note": "", "checks": [], "quotes": [], "worked": null, "change": null, "rules": [],
            "standing": {"kind": "rated", "rating": 4, "low": 4, "high": 4, "confidence": "high"},
        }],
    });
    let result = serde_json::from_value(result).unwrap();
    store
        .finish_evaluation(lease.unwrap().unwrap(), &result, now)
        .unwrap();
}

#[test]
fn progress_gives_nothing_away_before_the_feedback_was_asked_for() {
    let stage = Stage::new();
    let practised = || {
        let session = answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
        let id = session["session"].as_str().unwrap().to_owned();
        judged(&stage, id.parse().unwrap());
        id
    };
    let (first, latest) = (practised(), practised());
    let told = stage.run(&["progress"]).out;
    assert!(
        told.contains("2 practices have feedback that nobody has looked at."),
        "{told}"
    );
    assert!(
        told.contains(&format!("feedback {latest} shows the latest")),
        "{told}"
    );
    assert!(!told.contains("4 of 5") && !told.contains("Clear ask"), "{told}");
    let chinese = stage.run_in_chinese(&["progress"]).out;
    assert!(chinese.contains("有 2 次练习的反馈还没有人看过。"), "{chinese}");

    let asked = stage.run(&["feedback", &latest]);
    assert!(
        asked.out.contains("Clear ask: 4 of 5"),
        "{}{}",
        asked.out,
        asked.err
    );
    let told = stage.run(&["progress"]).out;
    for sentence in [
        "1 practice has feedback that nobody has looked at.",
        &first,
        "Clear ask",
        "4 of 5",
    ] {
        assert!(told.contains(sentence), "{sentence}: {told}");
    }

    // Whoever holds the folder is not disturbed by somebody who only looks.
    let window = Store::open(stage.data(), Access::Owner, Timestamp::from_millis(0)).unwrap();
    let asked = stage.run(&["feedback", &first]);
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    assert!(asked.out.contains("Clear ask: 4 of 5"), "{}", asked.out);
    assert!(
        asked.err.contains("Progress counts it once you have looked"),
        "{}",
        asked.err
    );
    drop(window);
    assert_eq!(stage.ask(&["progress"])["unrevealed"]["count"], 1);
}

#[test]
fn what_is_there_is_shown_also_where_it_cannot_be_noted_that_somebody_looks() {
    let stage = Stage::new();
    let session = answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
    let id = session["session"].as_str().unwrap().to_owned();
    judged(&stage, id.parse().unwrap());
    // Whoever only reads takes no lock.
    let lock = stage.data().join("rehearse.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let told = stage.run(&["feedback", &id]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.contains("Clear ask: 4 of 5"), "{}", told.out);
    assert!(!told.err.is_empty(), "why it does not count is said");
    let told = stage.run(&["feedback", &id, "--json"]);
    let (data, why): (Value, Value) = (
        serde_json::from_str(&told.out).unwrap(),
        serde_json::from_str(&told.err).unwrap(),
    );
    assert_eq!(data["revealed"], false);
    assert_eq!(
        why["notice"]["code"].as_str().map(str::is_empty),
        Some(false),
        "{why}"
    );

    std::fs::remove_dir(&lock).unwrap();
    assert_eq!(stage.ask(&["feedback", &id])["revealed"], true);
    assert_eq!(stage.ask(&["progress"])["unrevealed"], Value::Null);
}

#[test]
fn to_look_at_feedback_closes_no_session_that_was_left_open() {
    let stage = Stage::new();
    let session = answer(&fed(stage.program(&["practise", RAISE, "--json"]), TURNS));
    let id = session["session"].as_str().unwrap().parse().unwrap();
    judged(&stage, id);
    let store = || Store::open(stage.data(), Access::Owner, Timestamp::from_millis(0)).unwrap();
    let open = {
        let store = store();
        let mut left = store.session(id).unwrap().unwrap();
        left.id = SessionId::from(uuid::Uuid::from_u128(7));
        left.status = SessionStatus::Active;
        (left.ended_at, left.end_reason) = (None, None);
        store.create_session(&left).unwrap();
        left.id
    };
    let data = stage.ask(&["feedback", &id.to_string()]);
    assert_eq!(data["revealed"], true);
    assert_eq!(
        store().session(open).unwrap().unwrap().status,
        SessionStatus::Active
    );
}
