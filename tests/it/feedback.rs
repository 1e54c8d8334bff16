//! Feedback that comes by itself once a practice is over: who is asked and who is not, that nothing is asked twice, and
//! what is told meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_core::settings::{FeedbackWhen, Settings};
use rehearse_core::view::{
    Action, FeedbackStatus, FeedbackView, KeyPlace, ModelForm, ModelPlace, ModelRole, OwnRating,
    PracticePhase,
};
use rehearse_domain::{Judge, Outcome, Rating, SessionId, Standing};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};

use crate::app::{App, saved};

/// The same computer under a name that is not loopback's, so that it stands for another one.
pub(crate) const PLAIN: &str = "0.0.0.0";
/// Longest wait for something that should happen soon.
const SOON: Duration = Duration::from_secs(20);
/// The skills of "Ask for a raise", each looked at three times.
const SKILLS: usize = 5;
const LOOKS: usize = 3;

/// Enough to judge: two turns, sixty words and more.
pub(crate) const TURNS: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? \
     Could we agree that you tell me by Friday whether it goes in, and what is missing if not?",
];

pub(crate) async fn served() -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    (fake, served)
}

pub(crate) fn form(role: ModelRole, address: &str, key: &str) -> ModelForm {
    let model = match role {
        ModelRole::Transcriber => "qwen3-asr-flash",
        _ => "qwen-plus",
    };
    ModelForm {
        role,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address: address.to_owned(),
        model: model.to_owned(),
        voice: None,
        key: Some(key.to_owned()),
        keys: KeyPlace::File,
    }
}

pub(crate) async fn choose(app: &App, fake: &FakeModels, served: &Served, roles: &[ModelRole]) {
    let address = format!("{}/compatible-mode/v1", served.url);
    for role in roles {
        let form = form(*role, &address, &fake.options().key);
        app.core.choose_model(form).await.unwrap();
    }
}

pub(crate) const JUDGE: [ModelRole; 1] = [ModelRole::Evaluator];
pub(crate) const BOTH: [ModelRole; 2] = [ModelRole::Transcriber, ModelRole::Evaluator];

/// A practice with the embedded partner in which these turns were typed.
pub(crate) async fn typed(app: &App, turns: &[&str]) -> SessionId {
    app.start(|options| options.partner_voice = false).await;
    for text in turns {
        let before = app.until_phase(PracticePhase::YourTurn).await.lines.len();
        app.act(Action::Type {
            text: (*text).to_owned(),
        })
        .await;
        app.until("the answer", |view| {
            view.phase == PracticePhase::YourTurn && saved(view) >= before + 2
        })
        .await;
    }
    app.end().await.session
}

pub(crate) async fn change(app: &App, change: impl FnOnce(&mut Settings)) {
    let mut settings = app.core.app().await.unwrap().settings;
    change(&mut settings);
    app.core.change_settings(settings).await.unwrap();
}

/// Waits until the feedback looks as wanted.
pub(crate) async fn until(
    app: &App,
    session: SessionId,
    what: &str,
    wanted: impl Fn(&FeedbackView) -> bool,
) -> FeedbackView {
    let mut changes = app.core.changes();
    let waiting = async {
        loop {
            let view = app.core.feedback(session).await.unwrap();
            if wanted(&view) {
                return view;
            }
            let _ = tokio::time::timeout(Duration::from_millis(500), changes.next()).await;
        }
    };
    match tokio::time::timeout(SOON, waiting).await {
        Ok(view) => view,
        Err(_) => panic!("waited for {what}: {:#?}", app.core.feedback(session).await),
    }
}

pub(crate) fn done(view: &FeedbackView) -> bool {
    view.status == FeedbackStatus::Done
}

pub(crate) fn waits_because(view: &FeedbackView, code: &str) -> bool {
    matches!(&view.status, FeedbackStatus::Waiting { why, .. } if why.code == code)
}

pub(crate) fn judged(fake: &FakeModels) -> usize {
    fake.requests_for(Role::Judge).len()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_by_itself_with_quotes_that_stand_in_the_transcript() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "the feedback", done).await;
    assert_eq!(
        judged(&fake),
        SKILLS * LOOKS,
        "each skill is looked at three times"
    );
    let result = view.result.unwrap();
    assert_eq!(result.outcome, Outcome::Scored);
    assert_eq!(
        result.judge,
        Judge::Model {
            name: "qwen-plus".to_owned()
        }
    );
    assert_eq!(result.skills.len(), SKILLS);
    assert!(result.comparable && result.completed_at.is_some());
    let review = app.core.review(session).await.unwrap();
    let words: BTreeMap<u32, String> = review
        .turns
        .iter()
        .map(|turn| (turn.line.sequence, turn.line.text.clone().unwrap_or_default()))
        .collect();
    for skill in &result.skills {
        assert!(
            matches!(skill.standing, Standing::Rated { .. }),
            "{}: {:?}",
            skill.skill,
            skill.standing
        );
        assert!(!skill.quotes.is_empty() && skill.anchors.len() == 5);
        assert!(skill.checks.iter().all(|check| check.answer.is_some()));
        for quote in &skill.quotes {
            let units: Vec<u16> = words[&quote.turn].encode_utf16().collect();
            let there = &units[quote.start as usize..quote.end as usize];
            assert_eq!(String::from_utf16(there).unwrap(), quote.text);
            assert!(quote.turn % 2 == 1, "the trainee's");
        }
    }
    assert!(result.advice.len() <= 3);
    // It is in the record of what went where.
    let asked: u32 = review
        .exchanges
        .iter()
        .filter(|one| one.role == "evaluator")
        .map(|one| one.requests)
        .sum();
    assert_eq!(asked as usize, SKILLS * LOOKS);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_spoken_is_written_down_first_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &BOTH).await;
    fake.hears(TURNS.join(" "));
    app.core.give_feedback();
    app.start(|options| options.partner_voice = false).await;
    for _ in 0..2 {
        app.speak_turn(1.0).await;
    }
    let session = app.end().await.session;
    let view = until(&app, session, "the feedback", done).await;
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 2);
    assert_eq!(judged(&fake), SKILLS * LOOKS);
    let result = view.result.unwrap();
    assert_eq!((result.coverage.turns, result.coverage.heard), (2, 2));
    let first = fake.requests();
    let first_judged = first.iter().position(|one| one.role == Some(Role::Judge));
    let last_heard = first.iter().rposition(|one| one.role == Some(Role::Transcriber));
    assert!(last_heard < first_judged, "the words come first");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_cannot_be_written_down_lowers_what_is_covered_and_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &BOTH).await;
    fake.hears(TURNS.join(" "));
    fake.script(Role::Transcriber, [Script::AsrEmpty]);
    app.core.give_feedback();
    app.start(|options| options.partner_voice = false).await;
    for _ in 0..3 {
        app.speak_turn(1.0).await;
    }
    let session = app.end().await.session;
    let view = until(&app, session, "the feedback", done).await;
    let result = view.result.unwrap();
    assert_eq!((result.coverage.turns, result.coverage.heard), (3, 2));
    assert_eq!(result.outcome, Outcome::Scored);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_is_said_to_be_too_little_and_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    app.core.give_feedback();
    let session = typed(&app, &["I would like to talk about my pay."]).await;
    let view = until(&app, session, "the feedback", done).await;
    let result = view.result.unwrap();
    assert_eq!(result.outcome, Outcome::InsufficientEvidence);
    assert!(result.skills.is_empty() && result.counts.trainee_words == 8);
    assert_eq!(judged(&fake), 0);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_judge_rules_count_and_it_is_done_once_somebody_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_no_judge")
    })
    .await;
    let counted = view.result.unwrap();
    assert_eq!((counted.judge, counted.completed_at), (Judge::Rules, None));
    assert!(counted.counts.open_questions >= 1);
    assert!(counted.advice.is_empty(), "rules advise nothing");
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    until(&app, session, "the feedback", done).await;
    assert_eq!(judged(&fake), SKILLS * LOOKS);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_asks_for_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(150));
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    until(&app, session, "some answers", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 4.., .. })
    })
    .await;
    app.core.shut_down().await;
    drop(app);
    let whole = |fake: &FakeModels| {
        let asked = fake.requests_for(Role::Judge);
        asked.iter().filter(|one| !one.left_early).count()
    };
    let before = whole(&fake);
    assert!((4..SKILLS * LOOKS).contains(&before), "{before}");

    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let view = until(&app, session, "the feedback", done).await;
    assert!(view.result.is_some());
    assert_eq!(whole(&fake), SKILLS * LOOKS, "none of those that had come");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_no_sessions_fault_and_ends_when_somebody_tries_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    fake.always(Role::Judge, Script::Err401);
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_judge_key")
    })
    .await;
    assert!(matches!(
        view.status,
        FeedbackStatus::Waiting { until: Some(_), .. }
    ));
    let asked = judged(&fake);
    assert!(asked <= 2, "who is refused does not ask on: {asked}");
    fake.always(Role::Judge, Script::EvalOk);
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_used_is_given_up_after_some_tries_and_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    fake.always(Role::Judge, Script::EvalBadJson);
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "another try", |view| {
        matches!(&view.status, FeedbackStatus::Waiting { why, until: Some(_), can_ask: true }
            if why.code == "feedback_judge_malformed")
    })
    .await;
    assert!(view.result.is_some(), "what rules count is there");
    fake.always(Role::Judge, Script::EvalOk);
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_request_nothing_is_sent_until_somebody_asks_and_a_second_result_is_kept_beside_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    change(&app, |settings| settings.feedback = FeedbackWhen::OnRequest).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_on_request")
    })
    .await;
    assert!(matches!(
        view.status,
        FeedbackStatus::Waiting { can_ask: true, .. }
    ));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(judged(&fake), 0);
    app.core.ask_for_feedback(session).await.unwrap();
    let first = until(&app, session, "the feedback", done).await;
    assert!(first.earlier.is_empty());

    app.core
        .correct_turn(session, 1, format!("{} That is all.", TURNS[0]))
        .await
        .unwrap();
    assert_eq!(judged(&fake), SKILLS * LOOKS, "a correction asks nobody");
    app.core.ask_for_feedback(session).await.unwrap();
    let second = until(&app, session, "the second result", |view| {
        done(view) && view.earlier.len() == 1
    })
    .await;
    assert_eq!(judged(&fake), 2 * SKILLS * LOOKS);
    assert!(second.earlier[0].comparable, "same rubric, same judge");
    assert_eq!(second.earlier[0].completed_at, first.result.unwrap().completed_at);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_before_a_host_was_chosen_does_not_go_there_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let (fake, served) = served().await;
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    let address = format!("{}/compatible-mode/v1", served.url).replace("127.0.0.1", PLAIN);
    app.core
        .choose_model(form(ModelRole::Evaluator, &address, &fake.options().key))
        .await
        .unwrap();
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_earlier")
    })
    .await;
    assert_eq!(view.hosts.len(), 1, "it is said who would read it");
    assert_eq!(judged(&fake), 0);
    // The next one could be known of before it was begun.
    let slug = "ask-for-a-raise".parse().unwrap();
    let brief = app.core.brief(slug).await.unwrap();
    assert_eq!(brief.partners[0].feedback_by, view.hosts);
    assert!(brief.partners[0].voice_goes_to.is_empty());
    app.core.close_practice().await.unwrap();
    let next = typed(&app, &TURNS).await;
    until(&app, next, "the feedback", done).await;
    assert!(waits_because(
        &app.core.feedback(session).await.unwrap(),
        "feedback_earlier"
    ));
    app.core.ask_for_earlier_feedback().await.unwrap();
    until(&app, session, "the feedback on the earlier one", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_as_many_as_it_may_and_offline_nothing_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    let address = format!("{}/compatible-mode/v1", served.url).replace("127.0.0.1", PLAIN);
    app.core
        .choose_model(form(ModelRole::Evaluator, &address, &fake.options().key))
        .await
        .unwrap();
    change(&app, |settings| {
        settings.feedback_per_day = Some(1);
        settings.offline = true;
    })
    .await;
    app.core.give_feedback();
    let first = typed(&app, &TURNS).await;
    until(&app, first, "a reason", |view| {
        waits_because(view, "feedback_offline")
    })
    .await;
    assert_eq!(judged(&fake), 0);
    change(&app, |settings| settings.offline = false).await;
    until(&app, first, "the feedback", done).await;
    app.core.close_practice().await.unwrap();
    let second = typed(&app, &TURNS).await;
    until(&app, second, "a reason", |view| {
        waits_because(view, "feedback_budget")
    })
    .await;
    app.core.ask_for_feedback(second).await.unwrap();
    until(&app, second, "what was asked for by hand", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_judge_goes_on_at_once_and_what_the_first_was_asked_is_in_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(300));
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    until(&app, session, "a beginning", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 2.., .. })
    })
    .await;
    let address = format!("{}/compatible-mode/v1", served.url);
    let another = ModelForm {
        model: "qwen3.7-plus".to_owned(),
        ..form(ModelRole::Evaluator, &address, &fake.options().key)
    };
    app.core.choose_model(another).await.unwrap();
    until(&app, session, "the feedback", done).await;
    let review = app.core.review(session).await.unwrap();
    let noted = |model: &str| -> u32 {
        let of_model = review.exchanges.iter().filter(|one| one.model == model);
        of_model.map(|one| one.requests).sum()
    };
    let seen = |model: &str| {
        let asked = fake.requests_for(Role::Judge);
        asked
            .iter()
            .filter(|one| one.model.as_deref() == Some(model))
            .count()
    };
    for model in ["qwen-plus", "qwen3.7-plus"] {
        assert!(seen(model) > 0, "{model}");
        assert_eq!(noted(model) as usize, seen(model), "{model}");
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_wait_do_not_stand_in_the_way_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let mut earlier = Vec::new();
    for _ in 0..6 {
        earlier.push(typed(&app, &TURNS).await);
        app.core.close_practice().await.unwrap();
    }
    let (fake, served) = served().await;
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    let address = format!("{}/compatible-mode/v1", served.url).replace("127.0.0.1", PLAIN);
    app.core
        .choose_model(form(ModelRole::Evaluator, &address, &fake.options().key))
        .await
        .unwrap();
    let next = typed(&app, &TURNS).await;
    app.core.give_feedback();
    until(&app, next, "the feedback", done).await;
    for session in earlier {
        let view = app.core.feedback(session).await.unwrap();
        assert!(waits_because(&view, "feedback_earlier"), "{:?}", view.status);
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_deleted_or_goes_on_is_asked_about_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(400));
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    until(&app, session, "a beginning", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 1.., .. })
    })
    .await;
    app.core.close_practice().await.unwrap();
    app.core.delete_sessions(vec![session]).await.unwrap();
    // What was on its way then has arrived by now.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = judged(&fake);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(judged(&fake), asked);
    assert_eq!(
        app.core.feedback(session).await.unwrap_err().code,
        "no_such_session"
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_trainee_gave_themselves_stands_beside_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "the feedback", done).await;
    assert!(!view.revealed);
    let own = OwnRating {
        skill: view.result.unwrap().skills[0].skill.clone(),
        rating: Rating::new(4).unwrap(),
    };
    let view = app
        .core
        .reveal_feedback(session, vec![own.clone()])
        .await
        .unwrap();
    assert!(view.revealed);
    let skills = view.result.unwrap().skills;
    assert_eq!(skills[0].own, Some(own.rating));
    assert!(skills[1..].iter().all(|skill| skill.own.is_none()));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    app.start(|options| options.partner_voice = false).await;
    let session = app.until_phase(PracticePhase::YourTurn).await.session;
    let refused = async |session| app.core.ask_for_feedback(session).await.unwrap_err().code;
    assert_eq!(refused(session).await, "feedback_open");
    app.end().await;
    assert_eq!(refused(session).await, "feedback_nothing_said");
    let view = app.core.feedback(session).await.unwrap();
    assert_eq!((view.status, view.result), (FeedbackStatus::NothingSaid, None));
    let wrong = async |sequence, words: &str| {
        let corrected = app.core.correct_turn(session, sequence, words.to_owned()).await;
        corrected.unwrap_err().code
    };
    assert_eq!(wrong(1, "words").await, "no_such_turn");
    assert_eq!(wrong(0, "not the trainee's").await, "no_such_turn");
    assert_eq!(wrong(1, "  ").await, "correct_empty");
    app.core.shut_down().await;
}
