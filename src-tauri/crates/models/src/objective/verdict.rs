//! A judge's answer, held against the dialogue.

use rehearse_domain::Speaker;
use serde_json::Value;

use super::{Doubt, Judgement, LONGEST_REASON, Verdict, words_of};
use crate::HistoryTurn;
use crate::quote::SpokenWords;

/// What somebody says who wants to talk to the judge. Nobody says these to a manager or a mother, so a turn with one of
/// them in it shows nothing about the talk. The list cannot be complete; what it keeps out is cheating at one's own
/// practice.
const TO_THE_JUDGE: [&str; 18] = [
    "ignore previous instructions",
    "ignore all previous",
    "ignore the previous",
    "ignore your instructions",
    "disregard previous",
    "disregard all previous",
    "objective check",
    "status succeeded",
    "as succeeded",
    "system prompt",
    "end criteria",
    "忽略以上",
    "忽略之前",
    "忽略前面",
    "无视以上",
    "判定为成功",
    "标记为成功",
    "系统提示",
];

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
        reason: on_one_line(text("reason").unwrap_or_default()),
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
    let said = SpokenWords::of(words_of(turn).ok_or(Doubt::NotSaid)?);
    if !said.contains(&words) {
        return Err(Doubt::NotSaid);
    }
    let trainee_among = |turns: &[HistoryTurn]| turns.iter().any(|turn| turn.speaker == Speaker::Trainee);
    let partner_among = |turns: &[HistoryTurn]| turns.iter().any(|turn| turn.speaker == Speaker::Partner);
    let (before, after) = (dialogue.get(..place), dialogue.get(place + 1..));
    match (turn.speaker, verdict) {
        // What the partner says before the trainee has said anything is the situation, not its outcome.
        (Speaker::Partner, _) if !before.is_some_and(trainee_among) => Err(Doubt::TooEarly),
        (Speaker::Trainee, _) if is_to_the_judge(&said) => Err(Doubt::ToTheJudge),
        // One side alone reaches nothing: the other one may still walk away, or not have understood.
        (Speaker::Trainee, Verdict::Succeeded) if !after.is_some_and(partner_among) => Err(Doubt::TooEarly),
        _ => Ok(()),
    }
}

fn is_to_the_judge(said: &SpokenWords) -> bool {
    TO_THE_JUDGE
        .iter()
        .any(|phrase| said.contains(&SpokenWords::of(phrase)))
}

/// The number of the turn; a model may write it as `3.0`, which its form allows.
fn turn_number(answer: &Value) -> Option<u32> {
    let number = answer.get("turn")?.as_f64()?;
    (0.0..=f64::from(u32::MAX))
        .contains(&number)
        .then_some(number as u32)
}

/// A reason without line breaks, cut where it would not fit.
fn on_one_line(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_REASON {
        return line;
    }
    let cut: String = line.chars().take(LONGEST_REASON - 1).collect();
    // Not in the middle of a word, where there are words to speak of.
    let whole = match cut.rsplit_once(' ') {
        Some((whole, tail)) if tail.len() < 30 => whole,
        _ => &cut,
    };
    format!("{}…", whole.trim_end_matches([',', '，', '、', ';', '；', ' ']))
}
