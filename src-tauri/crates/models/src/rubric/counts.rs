//! What code counts in the trainee's and the partner's words. Sentences that speak to the judge are not among them.

use rehearse_domain::Counts;

use super::rules::questions::{self, Question};
use super::transcript::{HeardTurn, Transcript};

/// The counts. A word is a word; a character that is written without spaces is one.
pub(super) fn counts(transcript: &Transcript<'_>) -> Counts {
    let mut counts = Counts::default();
    for turn in transcript.trainee() {
        let words = words(turn);
        counts.trainee_words = counts.trainee_words.saturating_add(words);
        if words > counts.longest_turn {
            counts.longest_turn = words;
            counts.longest_turn_number = Some(turn.number);
        }
        for sentence in turn.sentences() {
            match questions::kind(&sentence) {
                Some(Question::Open) => {
                    counts.questions += 1;
                    counts.open_questions += 1;
                }
                Some(Question::Closed) => counts.questions += 1,
                None => {}
            }
        }
    }
    for turn in transcript.partner() {
        counts.partner_words = counts.partner_words.saturating_add(words(turn));
    }
    counts
}

fn words(turn: &HeardTurn<'_>) -> u32 {
    let (words, characters) = turn.amount();
    u32::try_from(words + characters).unwrap_or(u32::MAX)
}
