//! The words of a session that has ended, before its judge is asked. A turn that cannot be written down is marked so,
//! and lowers what the result covers; it does not keep the others from being judged.

use std::time::Duration;

use bytes::Bytes;
use rehearse_domain::{Clip, Session, Speaker, TranscriptStatus, Turn};
use rehearse_models::{Speech, Transcriber};

use super::job::{Job, count, read};
use super::trouble::{Trouble, Who, of_model};
use super::{Hold, News, Progress, Recording};
use crate::blocking::on;

/// A sound that the server does not have is looked for again so much later.
const LATER: Duration = Duration::from_secs(3600);
/// After so long a practice of another computer is judged without the turns whose sound has never come.
const WITHOUT_SOUND: Duration = Duration::from_secs(7 * 24 * 3600);
/// Answers that cannot be read are asked for so often.
const ATTEMPTS: u32 = 3;

/// It is the trainee's and waits for its words.
pub(super) fn waits(turn: &Turn) -> bool {
    turn.speaker == Speaker::Trainee && turn.transcript_status == TranscriptStatus::Pending
}

impl Job {
    /// The turns with their words, as far as they can be had.
    pub(super) async fn written_down(
        &self,
        session: &Session,
        mut turns: Vec<Turn>,
    ) -> Result<Vec<Turn>, Trouble> {
        let of = count(turns.iter().filter(|turn| waits(turn)).count());
        for (turn, done) in turns.iter_mut().filter(|turn| waits(turn)).zip(0..) {
            self.tell(Progress::Transcribing { done, of });
            let words = self.words_of(session, turn).await?;
            if words.is_none() && self.due.is_mirror {
                // Whoever recorded it may have the sound: it is unheard for this result alone.
                turn.transcript_status = TranscriptStatus::Failed;
                continue;
            }
            let status = match &words {
                Some(_) => TranscriptStatus::Completed,
                None => TranscriptStatus::Failed,
            };
            let (id, kept, now) = (turn.id, words.clone(), self.now());
            let session = self.session();
            let by_hand = on(&self.store, move |store| {
                let now_there = store.turns(session)?.into_iter().find(|one| one.id == id);
                // Somebody wrote it themselves in the meantime, and that stands.
                if let Some(written) = now_there.filter(|one| !waits(one)) {
                    return Ok(Some(written));
                }
                store.set_transcript(id, kept.as_deref(), status, now)?;
                Ok(None)
            })
            .await?;
            self.panel.changed(self.session(), News::Record);
            (turn.transcript, turn.transcript_status) = match by_hand {
                Some(written) => (written.transcript, written.transcript_status),
                None => (words, status),
            };
            self.tell_words(std::slice::from_ref(turn)).await?;
        }
        Ok(turns)
    }

    /// Has the sounds of a session brought that was recorded elsewhere, before it is claimed: nobody waits for whom they do
    /// not come.
    pub(super) async fn sounds_are_here(&self) -> Result<(), Trouble> {
        if !self.due.is_mirror {
            return Ok(());
        }
        let (session, turns) = read(&self.store, self.due.session).await?;
        for turn in turns.iter().filter(|turn| waits(turn)) {
            let recording = match &turn.clip {
                Some(clip) => self.panel.clip(clip.id).await.map_err(Trouble::Held)?,
                None => Recording::NotCome,
            };
            if recording != Recording::NotCome {
                continue;
            }
            // It may stay where it was recorded.
            let given_up = session
                .ended_at
                .unwrap_or(session.created_at)
                .after(WITHOUT_SOUND);
            // Who asks for it by hand takes it as it is.
            if self.now() < given_up && self.due.evaluation.asked_at.is_none() {
                return Err(Trouble::Held(Hold {
                    until: Some(given_up.min(self.now().after(LATER))),
                    ..Hold::this_session("feedback_recording_missing")
                }));
            }
        }
        Ok(())
    }

    /// What was said in a turn; `None` where nobody can tell.
    async fn words_of(&self, session: &Session, turn: &Turn) -> Result<Option<String>, Trouble> {
        let Some(clip) = &turn.clip else {
            return Ok(None);
        };
        let nobody = || Trouble::Held(Hold::this_session("no_transcriber"));
        let transcriber = self.transcriber.as_ref().ok_or_else(nobody)?;
        let Recording::Here(path) = self.panel.clip(clip.id).await.map_err(Trouble::Held)? else {
            return Ok(None);
        };
        // It is there and cannot be read.
        let unreadable = |_| Trouble::Held(Hold::this_session("store").for_now(self.now()));
        let mp3 = Bytes::from(tokio::fs::read(path).await.map_err(unreadable)?);
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.hear(&**transcriber, session, clip, mp3.clone()).await {
                Ok(words) => return Ok(Some(words).filter(|words| !words.is_empty())),
                Err(Trouble::ForGood(_)) => return Ok(None),
                Err(Trouble::Once(_)) if attempts < ATTEMPTS => {}
                Err(Trouble::Once(_)) => return Ok(None),
                Err(trouble) => return Err(trouble),
            }
        }
    }

    async fn hear(
        &self,
        transcriber: &dyn Transcriber,
        session: &Session,
        clip: &Clip,
        mp3: Bytes,
    ) -> Result<String, Trouble> {
        // A server that is slow keeps no other session waiting.
        self.join_elsewhere().await?;
        let _permit = self.permits.acquire().await.map_err(|_| Trouble::Lost)?;
        self.goes_on()?;
        let speech = Speech::of(session, mp3, clip.duration);
        let heard = transcriber.transcribe(speech).await;
        self.note().await?;
        let transcript = heard.map_err(|error| of_model(Who::Transcriber, &error))?;
        Ok(transcript.text)
    }
}
