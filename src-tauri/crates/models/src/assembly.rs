//! Puts an answer together: hosts differ in where they put the words, in how many choices they send, and in what they
//! leave out at the end.

use std::collections::VecDeque;

use serde_json::Value;

use crate::chat_stream::ChatPart;
use crate::client::malformed;
use crate::thought::Thought;
use crate::wire::{ChatAnswer, Finish, Head, Pcm, Refusals, sound_of, unpacked};
use crate::{ModelError, Refusal, RefusalKind, Usage};

/// Where words can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Content,
    BesideSound,
}

/// The answer so far.
pub(crate) struct Assembly {
    refusals: Refusals,
    request_id: Option<String>,
    /// The choice and the place in it where the words were first: the same words may stand in another place too.
    words_from: Option<(u64, Place)>,
    sound_from: Option<u64>,
    thought: Thought,
    pcm: Pcm,
    usage: Option<Usage>,
    finish: Finish,
    /// There were words, sound or arguments.
    said_something: bool,
    /// The host said that it is over.
    done: bool,
}

impl Assembly {
    pub(crate) fn new(refusals: Refusals, request_id: Option<String>) -> Self {
        Self {
            refusals,
            request_id,
            words_from: None,
            sound_from: None,
            thought: Thought::default(),
            pcm: Pcm::default(),
            usage: None,
            finish: Finish::Unsaid,
            said_something: false,
            done: false,
        }
    }

    /// The host said that it is over.
    pub(crate) fn is_done(&mut self) {
        self.done = true;
    }

    /// Takes an event, or an answer in one piece.
    ///
    /// # Errors
    /// When it cannot be read or is a refusal.
    pub(crate) fn take(
        &mut self,
        event: &[u8],
        parts: &mut VecDeque<Result<ChatPart, ModelError>>,
    ) -> Result<(), ModelError> {
        let value: Value = serde_json::from_slice(event).map_err(malformed)?;
        if let Some(refusal) = self.refusals.inside(&value, self.head()) {
            return Err(ModelError::Refused(refusal));
        }
        let value = unpacked(value, "choices");
        // An answer in one piece is over when it is there.
        let in_one_piece = |choice: &Value| choice.get("message").is_some_and(Value::is_object);
        let choices = value.get("choices").and_then(Value::as_array);
        self.done |= choices.is_some_and(|choices| choices.iter().any(in_one_piece));
        self.take_answer(serde_json::from_value(value).map_err(malformed)?, parts)
    }

    fn take_answer(
        &mut self,
        mut answer: ChatAnswer,
        parts: &mut VecDeque<Result<ChatPart, ModelError>>,
    ) -> Result<(), ModelError> {
        // The last one counts: some hosts tell with every piece what it cost so far.
        self.usage = answer.used().or(self.usage);
        for (position, choice) in (0..).zip(&mut answer.choices) {
            self.finish = self.finish.max(choice.finish());
            let index = choice.index.unwrap_or(position);
            let Some(said) = choice.said() else { continue };
            let before = parts.len();
            let content = said.content();
            let transcript = said.transcript();
            parts.extend(self.words(index, content, transcript).map(ChatPart::Text).map(Ok));
            if let Some(sound) = said.sound()
                && *self.sound_from.get_or_insert(index) == index
            {
                let samples = self.samples(&sound)?;
                parts.extend((!samples.is_empty()).then_some(Ok(ChatPart::Pcm(samples))));
            }
            if index == 0 {
                parts.extend(said.arguments().map(ChatPart::Arguments).map(Ok));
            }
            self.said_something |= parts.len() > before;
        }
        Ok(())
    }

    /// Of the words in all places, those that were not said yet.
    fn words(&mut self, index: u64, content: Option<String>, transcript: Option<String>) -> Option<String> {
        let places = [(Place::Content, content), (Place::BesideSound, transcript)];
        for (place, words) in places {
            if words.is_some() && *self.words_from.get_or_insert((index, place)) == (index, place) {
                return self.thought.push(words?);
            }
        }
        None
    }

    fn samples(&mut self, sound: &str) -> Result<Vec<f32>, ModelError> {
        let bytes = sound_of(sound).map_err(|cause| ModelError::Malformed(Some(cause)))?;
        self.pcm
            .push(&bytes)
            .map_err(|cause| ModelError::Malformed(Some(cause)))
    }

    /// Nothing more comes.
    ///
    /// # Errors
    /// When what came is not a whole answer, or the host cut it off because of what it said.
    pub(crate) fn finish(
        &mut self,
        parts: &mut VecDeque<Result<ChatPart, ModelError>>,
    ) -> Result<(), ModelError> {
        parts.extend(self.thought.finish().map(ChatPart::Text).map(Ok));
        let rest = self.pcm.finish();
        parts.extend((!rest.is_empty()).then_some(Ok(ChatPart::Pcm(rest))));
        parts.extend(self.usage.take().map(ChatPart::Used).map(Ok));
        if self.finish == Finish::Filtered {
            return Err(ModelError::Refused(self.filtered()));
        }
        // Some hosts leave out both the reason and the mark of the end. Then an end that came as it should has to do, if
        // it ends something.
        if !self.done && !self.said_something && self.finish == Finish::Unsaid {
            return Err(ModelError::Malformed(None));
        }
        parts.push_back(Ok(ChatPart::Finished(self.finish)));
        Ok(())
    }

    fn head(&self) -> Head {
        Head {
            request_id: self.request_id.clone(),
            ..Head::default()
        }
    }

    fn filtered(&self) -> Refusal {
        Refusal {
            code: "contentfilter".into(),
            request_id: self.request_id.clone(),
            ..Refusal::of_kind(RefusalKind::Filtered)
        }
    }
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
