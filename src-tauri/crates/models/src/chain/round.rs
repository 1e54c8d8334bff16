//! One request on its way through a chain: everybody is asked once at most, and nobody but the last may use up the time
//! of those behind.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::{Chain, falls_on};
use crate::ModelError;
use crate::client::time_to_send;

/// How long a first word or sound is waited for while somebody else could be asked. Less than what a person is asked to
/// bear before the window offers a way out, 20 s.
const FIRST_SIGN: Duration = Duration::from_secs(12);
/// Whoever a person gives up on after this long has failed; sooner, it is the person who has changed their mind.
const SLOW: Duration = Duration::from_secs(5);

pub(super) struct Round<'chain, T: ?Sized> {
    chain: &'chain Chain<T>,
    /// Whose turn is still to come.
    ahead: VecDeque<usize>,
    /// Who is being asked, and since when.
    asking: Option<(usize, Instant)>,
    /// Given up on after this long, whoever is being asked has failed. Nothing where it is not a person that gives up.
    slow: Option<Duration>,
    /// The failure of the one who stands furthest in front.
    failed: Option<(usize, ModelError)>,
}

impl<'chain, T: ?Sized> Round<'chain, T> {
    /// Those who are able to answer; where nobody is, the first of the chain, for its reasons.
    pub(super) fn begin(chain: &'chain Chain<T>, able: impl Fn(&T) -> bool) -> Self {
        let (players, start) = (chain.standing.players(), chain.standing.next());
        let places = (0..players).map(|asked| (start + asked) % players);
        let mut ahead: VecDeque<usize> = places.filter(|place| able(chain.at(*place))).collect();
        if ahead.is_empty() {
            ahead.push_back(0);
        }
        Self {
            chain,
            ahead,
            asking: None,
            slow: None,
            failed: None,
        }
    }

    pub(super) fn next(&mut self) -> Option<(usize, &'chain T)> {
        let place = self.ahead.pop_front();
        self.asking = place.map(|place| (place, Instant::now()));
        place.map(|place| (place, self.chain.at(place)))
    }

    fn is_last(&self) -> bool {
        self.ahead.is_empty()
    }

    /// A person waits for the answer, once `bytes` of a recording have gone out.
    pub(super) fn for_a_person(mut self, bytes: usize) -> Self {
        self.slow = Some(SLOW + time_to_send(bytes));
        self
    }

    /// Waits for the first sign of whoever is being asked: without an end of its own for the last one, for the others no
    /// longer than [`FIRST_SIGN`] after a recording of `bytes` has gone out.
    pub(super) async fn heard_from<A>(
        &self,
        answer: impl Future<Output = Result<A, ModelError>>,
        bytes: usize,
    ) -> Result<A, ModelError> {
        self.answer_within(FIRST_SIGN + time_to_send(bytes), answer).await
    }

    /// The same for an answer that comes whole, about a recording of this length: a model on this computer may take as
    /// long as it was spoken.
    pub(super) async fn written_by<A>(
        &self,
        answer: impl Future<Output = Result<A, ModelError>>,
        bytes: usize,
        spoken: Duration,
    ) -> Result<A, ModelError> {
        self.answer_within(FIRST_SIGN.max(spoken) + time_to_send(bytes), answer)
            .await
    }

    async fn answer_within<A>(
        &self,
        patience: Duration,
        answer: impl Future<Output = Result<A, ModelError>>,
    ) -> Result<A, ModelError> {
        if self.is_last() {
            return answer.await;
        }
        let answer = tokio::time::timeout(patience, answer).await;
        answer.unwrap_or(Err(ModelError::TimedOut(patience)))
    }

    /// What of the time that is `left` whoever is being asked may use: all of it for the last one, two thirds for the
    /// others.
    pub(super) fn share_of(&self, left: Duration) -> Duration {
        if self.is_last() { left } else { left * 2 / 3 }
    }

    pub(super) fn answered(&mut self, place: usize) {
        self.asking = None;
        self.chain.standing.answered(place, self.failed.is_some());
    }

    /// It falls to the next one.
    ///
    /// # Errors
    /// The same error where nobody is to be asked instead.
    pub(super) fn failed(&mut self, place: usize, model: &str, error: ModelError) -> Result<(), ModelError> {
        self.asking = None;
        if !falls_on(&error) {
            return Err(error);
        }
        tracing::warn!(model, %error, "it falls to the next model");
        self.chain.standing.failed(place);
        if self.failed.as_ref().is_none_or(|(before, _)| place < *before) {
            self.failed = Some((place, error));
        }
        Ok(())
    }

    /// Why nobody answered.
    pub(super) fn why(mut self) -> ModelError {
        let failed = self.failed.take();
        failed.map_or(ModelError::Malformed(None), |(_, error)| error)
    }
}

impl<T: ?Sized> Drop for Round<'_, T> {
    /// Nobody waits for the answer any more. If that took long, the next request is not to wait for the same one again.
    fn drop(&mut self) {
        if let (Some((place, since)), Some(slow)) = (self.asking, self.slow)
            && since.elapsed() >= slow
        {
            self.chain.standing.failed(place);
        }
    }
}
