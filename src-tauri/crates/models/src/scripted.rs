//! The embedded partner: says the next line of the author's script, whatever was said to it. It does not listen and
//! must never word anything itself, so nothing it says can pretend to have understood.

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use rehearse_domain::{PartnerKind, Script, ScriptLine, Speaker};

use crate::{HistoryTurn, ModelError, Partner, PartnerRequest, ReplyEnd, ReplyPart, ReplyStream};

/// Follows the scenario's script. Needs no network, holds no state: the same request gives the same words.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScriptedPartner;

#[async_trait]
impl Partner for ScriptedPartner {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Scripted
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn hears(&self) -> bool {
        false
    }

    fn speaks(&self) -> bool {
        false
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let (words, end) = next_words(&request).ok_or(ModelError::NoScript)?;
        Ok(stream::iter([Ok(ReplyPart::Text(words)), Ok(ReplyPart::Done(end))]).boxed())
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        next_words(request).map(|(words, _)| words)
    }
}

/// The next line in the wording for this turn; `None` without a script or when the line has no wording.
fn next_words(request: &PartnerRequest) -> Option<(String, ReplyEnd)> {
    let (line, end) = next_line(request.scenario.script.as_ref()?, request);
    let number = request.sequence.wrapping_add(request.variation);
    let words = line.wording(usize::try_from(number).ok()?)?;
    Some((words.to_owned(), end))
}

/// The author's opening, where there is one and nothing has been said yet: it comes before the words of a model too.
pub(crate) fn opening(request: &PartnerRequest) -> Option<String> {
    let nothing_said = request.history.is_empty();
    nothing_said
        .then(|| next_words(request))
        .flatten()
        .map(|(words, _)| words)
}

/// Opening, push-back lines in order, closing; then the closing again for as long as it is asked.
fn next_line<'script>(script: &'script Script, request: &PartnerRequest) -> (&'script ScriptLine, ReplyEnd) {
    if request.sequence == 0 && request.history.is_empty() {
        return (&script.opening, ReplyEnd::Continues);
    }
    match script.push_back.get(push_backs_said(&request.history)) {
        Some(line) => (line, ReplyEnd::Continues),
        None => (&script.closing, ReplyEnd::SaidEverything),
    }
}

/// Earlier replies of the partner, an opening not counted.
fn push_backs_said(history: &[HistoryTurn]) -> usize {
    let by_partner = |turn: &&HistoryTurn| turn.speaker == Speaker::Partner;
    let openings = history.iter().take(1).filter(by_partner).count();
    history.iter().filter(by_partner).count() - openings
}

#[cfg(test)]
#[path = "scripted_tests.rs"]
mod tests;
