//! A judge's answer, held against the dialogue.

use rehearse_domain::Speaker;
use serde_json::Value;

use super::{Doubt, Judgement, LONGEST_REASON, Verdict, words_of};
use crate::one_line::one_line;
use crate::quote::SpokenWords;
use crate::{HistoryTurn, to_the_judge};

/// Reads an answer that has its form. What the dialogue does not bear out is [`Verdict::Continue`].
pub(super) fn read(answer: &Value, dialogue: &[HistoryTurn]) -> Judgement {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::trim);
    let verdict = match text("status") {
        Some("succeeded") => Verdict::Succeeded,
        Some("failed") => Verdict::Failed,
        _ => return Judgement::going_on(None),
    };
    let quote = text("quote").filter(|quote| !quote.is_empty());
    let (Some(number), Some(quote)) = (turn_number(answer), quote) else {
        return Judgement::going_on(Some(Doubt::NoQuote));
    };
    if let Err(doubt) = bears_out(verdict, number, quote, dialogue) {
        return Judgement::going_on(Some(doubt));
    }
    Judgement {
        verdict,
        turn: Some(number),
        quote: Some(quote.to_owned()),
        reason: one_line(text("reason").unwrap_or_default(), LONGEST_REASON),
        doubt: None,
    }
}

/// Whether the words stand in that turn, and whether the turn can show what it is to show.
fn bears_out(verdict: Verdict, number: u32, quote: &str, dialogue: &[HistoryTurn]) -> Result<(), Doubt> {
    let place = usize::try_from(number).map_err(|_| Doubt::NotSaid)?;
    let turn = dialogue.get(place).ok_or(Doubt::NotSaid)?;
    let words = SpokenWords::of(quote);
    if !words.is_telling() {
        return Err(Doubt::TooShort);
    }
    let said = words_of(turn).ok_or(Doubt::NotSaid)?;
    if !SpokenWords::of(said).contains(&words) {
        return Err(Doubt::NotSaid);
    }
    let trainee_among = |turns: &[HistoryTurn]| turns.iter().any(|turn| turn.speaker == Speaker::Trainee);
    let partner_among = |turns: &[HistoryTurn]| turns.iter().any(|turn| turn.speaker == Speaker::Partner);
    let (before, after) = (dialogue.get(..place), dialogue.get(place + 1..));
    match (turn.speaker, verdict) {
        // What the partner says before the trainee has said anything is the situation, not its outcome.
        (Speaker::Partner, _) if !before.is_some_and(trainee_among) => Err(Doubt::TooEarly),
        (Speaker::Trainee, _) if to_the_judge::is_told(said) => Err(Doubt::ToTheJudge),
        // One side alone reaches nothing: the other one may still walk away, or not have understood.
        (Speaker::Trainee, Verdict::Succeeded) if !after.is_some_and(partner_among) => Err(Doubt::TooEarly),
        _ => Ok(()),
    }
}

/// The number of the turn; a model may write it as `3.0`, which its form allows.
fn turn_number(answer: &Value) -> Option<u32> {
    let number = answer.get("turn")?.as_f64()?;
    (0.0..=f64::from(u32::MAX))
        .contains(&number)
        .then_some(number as u32)
}
