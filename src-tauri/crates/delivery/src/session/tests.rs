//! Sessions of turns with made figures.

use super::*;
use crate::figures::Span;

fn turn(duration_ms: u32, rate: Figure<f32>, pauses_ms: &[u32]) -> TurnFigures {
    let mut figures = crate::measure(16_000, &[]).unwrap();
    figures.duration_ms = duration_ms;
    figures.speech = Figure::Known(Speech {
        first_ms: 0,
        spans: Vec::new(),
        speaking_ms: duration_ms / 2,
        share: 0.5,
    });
    let spans = pauses_ms.iter().map(|length| Span {
        start_ms: 1_000,
        end_ms: 1_000 + length,
    });
    figures.pauses = Figure::Known(Pauses {
        spans: spans.collect(),
        ..Pauses::default()
    });
    figures.syllables = rate.map(|rate| Syllables {
        nuclei_ms: Vec::new(),
        speech_rate: rate,
        articulation_rate: rate + 1.0,
    });
    figures
}

fn summary(turns: &[TurnFigures], partner_ms: u64) -> SessionFigures {
    let turns: Vec<SessionTurn<'_>> = turns
        .iter()
        .map(|figures| SessionTurn {
            figures,
            response_delay_ms: Some(400),
        })
        .collect();
    summarize(&turns, partner_ms)
}

#[test]
fn times_are_added_and_set_against_the_partner() {
    let turns = [
        turn(4_000, Figure::Known(4.0), &[300, 900]),
        turn(8_000, Figure::Known(4.0), &[500]),
    ];
    let session = summary(&turns, 2_000);
    assert_eq!(session.speaking_ms, Figure::Known(6_000));
    assert_eq!(session.speaking_share, Figure::Known(0.5));
    assert_eq!(session.talk_ratio, Figure::Known(0.75));
    assert_eq!(session.pauses, Figure::Known(3));
    assert_eq!(session.pause_median_ms, Figure::Known(500));
    assert_eq!(session.pause_longest_ms, Figure::Known(900));
    assert_eq!(summary(&turns, 0).talk_ratio, Figure::Missing(Reason::NoPartner));
}

#[test]
fn one_odd_turn_does_not_bend_the_trend() {
    let rates = [3.0, 3.5, 9.0, 4.5, 5.0];
    let turns: Vec<TurnFigures> = rates
        .iter()
        .map(|rate| turn(4_000, Figure::Known(*rate), &[]))
        .collect();
    let Figure::Known(rate) = summary(&turns, 1).speech_rate else {
        panic!("every turn has a rate");
    };
    assert_eq!(rate.median, 4.5);
    assert_eq!(
        rate.trend,
        Figure::Known(Trend {
            per_turn: 0.5,
            change: 2.0,
            turns: 5
        })
    );
}

#[test]
fn a_turn_without_the_figure_keeps_its_place_in_the_trend() {
    let missing = Figure::Missing(Reason::TooNoisy);
    let turns = [
        turn(4_000, Figure::Known(2.0), &[]),
        turn(4_000, missing, &[]),
        turn(4_000, Figure::Known(4.0), &[]),
        turn(4_000, Figure::Known(5.0), &[]),
    ];
    let trend = summary(&turns, 1).speech_rate.value().map(|rate| rate.trend);
    assert_eq!(
        trend,
        Some(Figure::Known(Trend {
            per_turn: 1.0,
            change: 3.0,
            turns: 3
        }))
    );
    let two = summary(&turns[..3], 1).speech_rate.value().map(|rate| rate.trend);
    assert_eq!(two, Some(Figure::Missing(Reason::TooFewTurns)));
}

#[test]
fn a_figure_that_no_turn_has_keeps_its_reason() {
    let session = summary(&[turn(4_000, Figure::Missing(Reason::TooNoisy), &[])], 1);
    assert_eq!(session.speech_rate, Figure::Missing(Reason::TooNoisy));
    assert_eq!(session.pause_longest_ms, Figure::Missing(Reason::TooFewPauses));
    assert_eq!(summary(&[], 1).speaking_ms, Figure::Missing(Reason::TooFewTurns));
}
