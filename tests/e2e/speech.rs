//! What a person says in a story: short recordings of a human voice, spoken into the stage's microphone.

use std::path::Path;

use rehearse_testkit::{HumanSpeech, human_speech};

use crate::stage::Stage;

/// Long enough to be no slip, short enough for a story.
const SECONDS: std::ops::Range<f64> = 2.5..6.0;

/// A few sentences.
#[derive(Debug)]
pub(crate) struct Sentences(HumanSpeech);

impl Sentences {
    /// At least that many.
    pub(crate) fn at_least(count: usize) -> Self {
        let mut speech = human_speech(8 * count, SECONDS.start).expect("recordings of a human voice");
        speech
            .utterances
            .retain(|utterance| SECONDS.contains(&utterance.seconds));
        assert!(
            speech.utterances.len() >= count,
            "only {} short recordings",
            speech.utterances.len()
        );
        Self(speech)
    }

    /// One of them, counted from 0.
    pub(crate) fn file(&self, number: usize) -> &Path {
        &self.0.utterances[number].path
    }
}

/// Says one sentence to its end.
pub(crate) async fn speak(stage: &Stage, sentence: &Path) {
    tokio::task::block_in_place(|| stage.sound().play(sentence)).expect("the sentence is spoken");
}
