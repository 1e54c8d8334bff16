//! Results for one's own practices that were made elsewhere: held against the words here before they are shown or
//! counted. What was made here, or was checked, stays when the words are put right afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rehearse_core::view::{FeedbackView, ResultView, SkillProgress};
use rehearse_core::{Access, SystemClock};
use rehearse_domain::{
    Assessment, EvaluationId, NotObserved, SessionId, Standing, Timestamp, TranscriptStatus,
};
use rehearse_fakes::leancloud::{FakeLeanCloud, Served};
use rehearse_store::{Claim, RemoteEvaluation, RemoteRecord, RemoteRow, RemoteStamp, Store};
use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::feedback_mirrored::{SOMEBODY, copy};
use crate::judge::{JUDGE, Judged, SKILLS, TURNS, done, typed, until, waits_because};
use crate::remote::{self, eventually, request, server, sessions, told};

const INVENTED: &str = "I have never done any work here at all";

/// A practice with its feedback, both made here, and a server that was told of them.
struct Told {
    folder: PathBuf,
    judged: Judged,
    fake: FakeLeanCloud,
    _served: Served,
    session: SessionId,
    own: ResultView,
}

impl Told {
    async fn open(folder: &Path) -> Self {
        let judged = Judged::open(folder, &JUDGE).await;
        let (fake, served) = server().await;
        judged.app.core.sign_in(request(&fake, &served)).await.unwrap();
        let session = typed(&judged.app, &TURNS).await;
        judged.app.core.close_practice().await.unwrap();
        let view = until(&judged.app, session, "the feedback", done).await;
        remote::until(&judged.app.core, "everything told", |view| {
            let rows = fake.rows("Evaluation");
            told(view) && rows.iter().any(|row| row["status"] == "completed")
        })
        .await;
        Self {
            folder: folder.to_owned(),
            own: view.result.unwrap(),
            judged,
            fake,
            _served: served,
            session,
        }
    }

    /// Another computer asks for another result and gives it.
    async fn another_arrives(&self, change: impl Fn(&mut Assessment)) {
        let mut row = self.fake.rows("Evaluation").remove(0);
        let soon = json!(Timestamp::from_millis(now() + 5_000));
        row["objectId"] = json!("again");
        row["clientId"] = json!("018f0000-0000-7000-8000-00000000000a");
        for moment in ["queuedAt", "completedAt", "createdAt", "updatedAt"] {
            row[moment] = soon.clone();
        }
        let mut result: Assessment = serde_json::from_str(row["assessment"].as_str().unwrap()).unwrap();
        change(&mut result);
        let text = json!(serde_json::to_string(&result).unwrap());
        row["assessment"] = text.clone();
        let rounds = row["results"].as_object_mut().unwrap();
        rounds.values_mut().for_each(|round| *round = text.clone());
        self.fake.import("Evaluation", [row]);
        // Nobody looks at it meanwhile.
        eventually(&self.judged.app.core, || async {
            let store = Store::open(&self.folder, Access::Reader, Timestamp::from_millis(0)).unwrap();
            store.assessments(self.session).unwrap().len() == 2
        })
        .await;
    }

    /// The same, and what is shown of it.
    async fn judged_again(&self, change: impl Fn(&mut Assessment)) -> FeedbackView {
        self.another_arrives(change).await;
        let view = self.feedback().await;
        assert!(done(&view) && view.earlier.len() == 1);
        view
    }

    async fn feedback(&self) -> FeedbackView {
        self.judged.app.core.feedback(self.session).await.unwrap()
    }

    /// Other words in every turn of the trainee.
    async fn put_right(&self) {
        let core = &self.judged.app.core;
        for turn in core.review(self.session).await.unwrap().turns {
            let sequence = turn.line.sequence;
            if turn.line.text.is_some_and(|text| TURNS.contains(&text.as_str())) {
                let words =
                    format!("Turn {sequence} was written down as what another person said in the next room.");
                core.correct_turn(self.session, sequence, words).await.unwrap();
            }
        }
    }

    /// The ratings of the practice as they count over time, once its trainee has looked.
    async fn counted(&self) -> Vec<SkillProgress> {
        let core = &self.judged.app.core;
        core.reveal_feedback(self.session, Vec::new()).await.unwrap();
        core.progress(None).await.unwrap().skills
    }
}

fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn rated(result: &ResultView) -> usize {
    let rated = |standing: &Standing| matches!(standing, Standing::Rated { .. });
    result
        .skills
        .iter()
        .filter(|skill| rated(&skill.standing))
        .count()
}

fn unrated(why: NotObserved) -> Standing {
    Standing::NotObserved { why }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_somebody_puts_into_ones_mouth_are_neither_shown_nor_counted() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    let view = story
        .judged_again(|result| {
            result.skills[0].quotes[0].text = INVENTED.to_owned();
            result.skills[0].quotes.truncate(1);
        })
        .await;
    let shown = view.result.unwrap();
    assert_eq!(shown.skills[0].standing, unrated(NotObserved::NoQuote));
    assert_eq!(rated(&shown), rated(&story.own) - 1);
    assert!(!serde_json::to_string(&shown).unwrap().contains(INVENTED));
    assert_eq!(rated(&view.earlier[0]), rated(&story.own), "the one made here");

    let counted = story.counted().await;
    let forged = |one: &SkillProgress| one.skill == shown.skills[0].skill;
    assert_eq!((counted.len(), counted.iter().any(forged)), (SKILLS - 1, false));
    story.judged.app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_result_that_nobody_looked_at_is_not_counted_either() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    let core = &story.judged.app.core;
    assert_eq!(story.counted().await.len(), SKILLS);
    story
        .another_arrives(|result| {
            let quotes = result.skills.iter_mut().flat_map(|skill| &mut skill.quotes);
            quotes.for_each(|quote| quote.text = INVENTED.to_owned());
        })
        .await;
    // Without a look at its Review.
    assert_eq!(core.progress(None).await.unwrap().skills, []);
    let shown = story.feedback().await.result.unwrap();
    assert_eq!((rated(&shown), shown.skills.len()), (0, SKILLS));
    story.judged.app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_words_that_were_put_right_before_it_came_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    story.put_right().await;
    let made_here = story.feedback().await.result.unwrap();
    assert_eq!(
        rated(&made_here),
        rated(&story.own),
        "its quotes belong to the words of its time"
    );
    let view = story.judged_again(|_| ()).await;
    let shown = view.result.unwrap();
    assert_eq!(rated(&shown), 0);
    for (skill, own) in shown.skills.iter().zip(&story.own.skills) {
        if matches!(own.standing, Standing::Rated { .. }) {
            assert_eq!(skill.standing, unrated(NotObserved::OtherWords));
        }
    }
    assert_eq!(rated(&view.earlier[0]), rated(&story.own), "the one made here");
    assert_eq!(story.counted().await, []);
    story.judged.app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_whose_words_are_put_right_after_it_came_stays_as_one_that_was_made_here() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    story.another_arrives(|_| ()).await;
    story.put_right().await;
    let shown = story.feedback().await.result.unwrap();
    assert_eq!(rated(&shown), rated(&story.own));
    for (skill, own) in shown.skills.iter().zip(&story.own.skills) {
        assert_eq!(skill.standing, own.standing);
        assert_eq!(skill.quotes.len(), own.quotes.len());
    }
    assert_eq!(story.counted().await.len(), SKILLS);
    story.judged.app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_from_putting_words_right_by_an_earlier_result_that_is_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    story.another_arrives(|_| ()).await;
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let changed = database.execute(
        "UPDATE evaluation SET assessment = '{}' WHERE superseded_at IS NOT NULL",
        [],
    );
    assert_eq!(changed.unwrap(), 1);
    story.put_right().await;
    let view = story.feedback().await;
    assert_eq!(view.earlier, []);
    assert_eq!(
        rated(&view.result.unwrap()),
        rated(&story.own),
        "it was checked before the words changed"
    );
    story.judged.app.core.shut_down().await;
}

/// A forged result as a server tells of it, the latest of its session.
fn forged(story: &Told, number: u32) -> RemoteRow {
    let store = Store::open(&story.folder, Access::Reader, Timestamp::from_millis(0)).unwrap();
    let (mut evaluation, result) = store.assessment_of(story.session).unwrap().unwrap();
    let mut result = result.unwrap();
    let quotes = result.skills.iter_mut().flat_map(|skill| &mut skill.quotes);
    quotes.for_each(|quote| quote.text = INVENTED.to_owned());
    let later = Timestamp::from_millis(now() + 60_000 + i64::from(number));
    let id = Uuid::from_u128(0x018f_0000_0000_7000_8000_0001_0000_0000 + u128::from(number));
    evaluation.id = EvaluationId::from(id);
    evaluation.queued_at = later;
    RemoteRow {
        stamp: RemoteStamp {
            subject: id,
            object_id: format!("forged{number}"),
            created_at: later,
            updated_at: later,
            digest: None,
        },
        session: story.session,
        claim: Claim::Own,
        record: RemoteRecord::Evaluation(Box::new(RemoteEvaluation {
            evaluation,
            result: None,
            assessment: Some(result),
        })),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_result_that_comes_while_somebody_looks_is_not_shown_either() {
    const RESULTS: u32 = 60;
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    story.judged.app.core.shut_down().await;
    let forged: Vec<RemoteRow> = (0..RESULTS).map(|number| forged(&story, number)).collect();
    let (session, own) = (story.session, rated(&story.own));
    drop(story);
    let store = Store::open(folder.path(), Access::Owner, Timestamp::from_millis(0)).unwrap();
    let looking = App::open_with(folder.path(), Arc::new(SystemClock::default()), Access::Reader).await;
    let coming = std::thread::spawn(move || {
        for row in forged {
            let (at, rows) = (row.stamp.updated_at, [row]);
            assert_eq!(store.take_in("a server", &rows, None, at).unwrap().len(), 1);
        }
    });
    loop {
        let is_last = coming.is_finished();
        // Several at once, so that more of them are between two of their steps when one comes.
        let look = || looking.core.feedback(session);
        let (one, two, three, four) = tokio::join!(look(), look(), look(), look());
        let views = [one, two, three, four].map(Result::unwrap);
        assert!(!serde_json::to_string(&views).unwrap().contains(INVENTED));
        if let ([view, ..], true) = (&views, is_last) {
            let all = view.earlier.iter().chain(&view.result);
            let ratings: Vec<usize> = all.map(rated).collect();
            assert_eq!(ratings.len(), RESULTS as usize + 1);
            assert_eq!(ratings.iter().sum::<usize>(), own, "the one made here");
            break;
        }
    }
    coming.join().unwrap();
    looking.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_whose_words_have_not_come_waits_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let story = Told::open(folder.path()).await;
    let (fake, served) = server().await;
    copy(&story.fake, &fake, |class, row| {
        if class == "Turn" && row["speaker"] == "trainee" {
            row.as_object_mut().unwrap().remove("transcript");
            row["asrStatus"] = json!("pending");
        }
    });
    let there = tempfile::tempdir().unwrap();
    let mirror = App::open(there.path()).await;
    let asked = rehearse_core::view::SignInRequest {
        stub_user: Some(SOMEBODY.to_owned()),
        ..request(&fake, &served)
    };
    mirror.core.sign_in(asked).await.unwrap();
    eventually(&mirror.core, || async {
        !sessions(&mirror.core).await.is_empty()
    })
    .await;
    let session = sessions(&mirror.core).await[0];
    let view = until(&mirror, session, "what is missing", |view| {
        waits_because(view, "feedback_words_missing")
    })
    .await;
    assert_eq!((view.result, view.earlier.len()), (None, 0));
    mirror.core.reveal_feedback(session, Vec::new()).await.unwrap();
    assert_eq!(mirror.core.progress(None).await.unwrap().skills, []);
    mirror.core.shut_down().await;
    drop(mirror);

    let store = Store::open(there.path(), Access::Owner, Timestamp::from_millis(0)).unwrap();
    let mut turns = store.turns(session).unwrap();
    turns.retain(|turn| turn.transcript.is_none());
    for (turn, words) in turns.iter().zip(TURNS) {
        let status = TranscriptStatus::Completed;
        store
            .set_transcript(turn.id, Some(words), status, Timestamp::from_millis(0))
            .unwrap();
    }
    drop(store);
    let mirror = App::open(there.path()).await;
    let view = until(&mirror, session, "the feedback", done).await;
    assert_eq!(rated(&view.result.unwrap()), rated(&story.own));
    assert_eq!(mirror.core.progress(None).await.unwrap().skills.len(), SKILLS);
    mirror.core.shut_down().await;
    story.judged.app.core.shut_down().await;
}
