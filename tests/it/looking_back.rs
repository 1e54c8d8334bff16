//! What the history leaves out, where it finds words, and what a run hands on to the next one.

use std::time::Duration;

use rehearse_core::view::{Action, FoundIn, HistoryPage, HistoryQuery, PracticePhase};
use rehearse_domain::{EndReason, TimeFactor};

use crate::app::{App, saved};

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_in_which_nothing_was_said_is_kept_but_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.end().await;

    let spoken = app.history(|query| query.only_with_turns = true).await;
    assert_eq!((spoken.total, spoken.left_out, spoken.rows.len()), (0, 1, 0));
    let all = app.history(|_| ()).await;
    assert_eq!((all.total, all.left_out, all.rows[0].trainee_turns), (1, 0, 0));
    let home = app.core.home().await.unwrap();
    assert!(home.last.is_none() && !home.starters.is_empty());
    assert_eq!(home.storage.sessions, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_says_where_the_words_stand_and_a_review_what_factor_it_ran_with() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let started = app
        .start(|options| (options.partner_voice, options.factor) = (false, TimeFactor::Off))
        .await;
    assert_eq!(started.duration_limit_ms, None);
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: "I looked after the quarrelsome supplier.".into(),
    })
    .await;
    app.until("the answer", |view| saved(view) == 3).await;
    let session = app.end().await.session;

    let found = app
        .history(|query| query.search = Some("QUARREL".into()))
        .await
        .rows;
    let found = found[0].found.as_ref().unwrap();
    assert_eq!(found.place, FoundIn::Trainee);
    assert!(found.text.contains("quarrelsome"));
    let titled = app.history(|query| query.search = Some("raise".into())).await;
    assert_eq!(titled.rows[0].found, None, "the title has it");
    assert_eq!(app.core.review(session).await.unwrap().factor, TimeFactor::Off);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_that_is_closed_while_it_is_paused_in_a_line_has_ended_with_what_was_heard_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    let whole = app.until_phase(PracticePhase::PartnerSpeaking).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    app.act(Action::Pause).await;
    let paused = app.until_phase(PracticePhase::Paused).await;

    app.core.shut_down().await;

    let row = app.history(|_| ()).await.rows.remove(0);
    assert_eq!(row.end_reason, Some(EndReason::ClientClosed));
    assert_eq!(row.active_ms, paused.elapsed_ms, "the clock stood still");
    let review = app.core.review(row.session).await.unwrap();
    let [turn] = review.turns.as_slice() else {
        panic!("not one line: {:?}", review.turns)
    };
    let heard = turn.line.duration_ms.unwrap();
    assert!(
        (100..=row.active_ms + 100).contains(&heard),
        "{heard} of {} ms",
        row.active_ms
    );
    let words = turn.line.text.as_deref().unwrap();
    let said = words.trim_end_matches(['—', '…']);
    let all = whole.lines[0].text.as_deref().unwrap();
    assert!(words != said && all.starts_with(said), "{words} of {all}");
}

impl App {
    async fn history(&self, narrow: impl FnOnce(&mut HistoryQuery)) -> HistoryPage {
        let mut query = HistoryQuery::default();
        narrow(&mut query);
        self.core.history(query).await.unwrap()
    }
}
