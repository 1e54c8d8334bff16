//! What a person says in a story: short recordings of a human voice, spoken into the stage's microphone.

use std::path::Path;

use rehearse_testkit::{HumanSpeech, human_speech};

use crate::stage::Stage;

/// Long enough to be no slip, short enough for a story.
const SECONDS: std::ops::Range<f64> = 2.5..6.0;
/// Long enough for every figure, pauses among them.
const LONG_SECONDS: std::ops::Range<f64> = 7.0..14.0;

/// A few sentences.
#[derive(Debug)]
pub(crate) struct Sentences(HumanSpeech);

impl Sentences {
    /// That many.
    pub(crate) fn some(count: usize) -> Self {
        Self::between(count, SECONDS)
    }

    /// That many, of several clauses each.
    pub(crate) fn long(count: usize) -> Self {
        Self::between(count, LONG_SECONDS)
    }

    fn between(count: usize, seconds: std::ops::Range<f64>) -> Self {
        let speech = human_speech(count, seconds).expect("recordings of a human voice");
        assert_eq!(
            speech.utterances.len(),
            count,
            "too few recordings of that length"
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
