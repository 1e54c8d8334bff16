//! The trainee's turns of one session with their figures, and what they are together.

use std::collections::{HashMap, HashSet};

use rehearse_delivery::session::{OverTurns, SessionTurn, Trend, summarize};
use rehearse_delivery::{Figure, TurnFigures};
use rehearse_domain::{Language, Speaker, Turn, TurnId};

use super::figures::{of_sound, of_words, response_delay};
use super::record::Record;
use crate::lines::millis;
use crate::view::{FigureKind, FigureView, MissingReason, TrendView};

/// One turn.
pub(super) struct Reading<'a> {
    pub(super) turn: &'a Turn,
    /// What was measured, or why nothing was.
    pub(super) measured: Result<&'a TurnFigures, MissingReason>,
    /// The figures; empty where nothing was measured.
    pub(super) figures: Vec<FigureView>,
}

/// The turns of a session.
pub(super) struct Readings<'a> {
    pub(super) turns: Vec<Reading<'a>>,
    partner_ms: u64,
    language: Language,
}

impl<'a> Readings<'a> {
    pub(super) fn new(turns: &'a [Turn], records: &'a HashMap<TurnId, Record>, language: Language) -> Self {
        let before = std::iter::once(None).chain(turns.iter().map(Some));
        let own = turns.iter().zip(before);
        let own = own.filter(|(turn, _)| turn.speaker == Speaker::Trainee);
        let partner = turns.iter().filter(|turn| turn.speaker == Speaker::Partner);
        let sound = partner.filter_map(|turn| turn.clip.as_ref());
        Self {
            turns: own
                .map(|(turn, before)| reading(turn, before, records.get(&turn.id), language))
                .collect(),
            partner_ms: sound.map(|clip| u64::from(millis(clip.duration))).sum(),
            language,
        }
    }

    /// The same with the turns whose sound lies on another computer: there is nothing wrong with it.
    pub(super) fn without(mut self, elsewhere: &HashSet<TurnId>) -> Self {
        for reading in &mut self.turns {
            if reading.measured.is_err() && elsewhere.contains(&reading.turn.id) {
                reading.measured = Err(MissingReason::Elsewhere);
            }
        }
        self
    }

    /// Whether anything was measured.
    pub(super) fn is_measured(&self) -> bool {
        self.turns.iter().any(|reading| reading.measured.is_ok())
    }

    /// The values of a figure over the turns that have it.
    pub(super) fn values(&self, kind: FigureKind) -> impl Iterator<Item = f32> {
        self.of(kind).filter_map(|(_, figure)| figure.value)
    }

    /// The figures of the whole session.
    pub(super) fn session_figures(&self) -> Vec<FigureView> {
        use FigureKind as Kind;
        let pace = match self.language {
            Language::English => Kind::WordsPerMinute,
            Language::Chinese => Kind::CharactersPerMinute,
        };
        let turns: Vec<SessionTurn<'_>> = self.turns.iter().filter_map(session_turn).collect();
        let all = summarize(&turns, self.partner_ms);
        let plain = |kind, figure: Figure<f32>| self.whole(kind, figure.map(|value| (value, None)));
        let over = |kind, figure: Figure<OverTurns>| {
            self.whole(
                kind,
                figure.map(|over| (over.median, over.trend.value().map(trend))),
            )
        };
        vec![
            plain(Kind::SpeakingTimeMs, all.speaking_ms.map(|ms| ms as f32)),
            plain(Kind::SpeakingShare, all.speaking_share),
            plain(Kind::TalkRatio, all.talk_ratio),
            plain(Kind::PauseCount, all.pauses.map(|count| count as f32)),
            over(Kind::PausesPerMinute, all.pauses_per_minute),
            plain(Kind::PauseMedianMs, all.pause_median_ms.map(|ms| ms as f32)),
            plain(Kind::PauseLongestMs, all.pause_longest_ms.map(|ms| ms as f32)),
            over(Kind::SpeechRate, all.speech_rate),
            over(Kind::ArticulationRate, all.articulation_rate),
            over(Kind::PitchMedianHz, all.pitch_hz),
            self.median_over_turns(Kind::PitchLowHz),
            self.median_over_turns(Kind::PitchHighHz),
            over(Kind::PitchSpreadSemitones, all.pitch_spread_semitones),
            over(Kind::LoudnessLufs, all.loudness_lufs),
            self.median_over_turns(Kind::LoudnessRangeLu),
            self.sum(Kind::ClippedSamples),
            over(Kind::ResponseDelayMs, all.response_delay_ms),
            self.median_over_turns(pace),
            self.sum(Kind::Fillers),
            self.sum(Kind::Hedges),
        ]
    }

    fn of(&self, kind: FigureKind) -> impl Iterator<Item = (TurnId, FigureView)> {
        self.turns.iter().filter_map(move |reading| {
            let figure = reading.figures.iter().find(|figure| figure.kind == kind)?;
            Some((reading.turn.id, *figure))
        })
    }

    /// A figure of the session, with the place in the turn where it stands out: of a low end the lowest, else the
    /// highest.
    fn whole(&self, kind: FigureKind, figure: Figure<(f32, Option<TrendView>)>) -> FigureView {
        match figure {
            Figure::Known((value, trend)) => {
                let places = self.of(kind).filter(|(_, figure)| figure.at_ms.is_some());
                let height = |figure: &FigureView| {
                    let value = figure.value.unwrap_or_default();
                    if kind == FigureKind::PitchLowHz {
                        -value
                    } else {
                        value
                    }
                };
                let outstanding = places.max_by(|(_, one), (_, other)| height(one).total_cmp(&height(other)));
                FigureView {
                    turn: outstanding.map(|(turn, _)| turn),
                    at_ms: outstanding.and_then(|(_, figure)| figure.at_ms),
                    trend,
                    ..FigureView::new(kind, Ok(value))
                }
            }
            Figure::Missing(reason) => {
                FigureView::new(kind, Err(self.reason(kind).unwrap_or_else(|| reason.into())))
            }
        }
    }

    /// The median over the turns that have it.
    fn median_over_turns(&self, kind: FigureKind) -> FigureView {
        let mut sorted: Vec<f32> = self.values(kind).collect();
        sorted.sort_by(f32::total_cmp);
        let upper = sorted.get(sorted.len() / 2);
        let lower = sorted.get(sorted.len().saturating_sub(1) / 2);
        self.made(kind, lower.zip(upper).map(|(lower, upper)| (lower + upper) / 2.0))
    }

    fn sum(&self, kind: FigureKind) -> FigureView {
        let sum = self.values(kind).reduce(|sum, value| sum + value);
        self.made(kind, sum)
    }

    fn made(&self, kind: FigureKind, value: Option<f32>) -> FigureView {
        let missing = Figure::Missing(rehearse_delivery::Reason::TooFewTurns);
        self.whole(kind, value.map_or(missing, |value| Figure::Known((value, None))))
    }

    /// Why no turn has a figure: what most of the measured turns say, or most of all turns when none could be measured.
    fn reason(&self, kind: FigureKind) -> Option<MissingReason> {
        let of_figure = self.of(kind).filter_map(|(_, figure)| figure.missing);
        match prevalent(of_figure) {
            None if !self.is_measured() => prevalent(self.turns.iter().filter_map(|one| one.measured.err())),
            found => found,
        }
    }
}

/// The reason of most turns; among equals that of the latest turn. The first one is an exception in many sessions:
/// before somebody who opens nobody was heard, whatever is heard later.
fn prevalent(reasons: impl Iterator<Item = MissingReason>) -> Option<MissingReason> {
    let all: Vec<MissingReason> = reasons.collect();
    let how_often = |reason: &MissingReason| all.iter().filter(|one| *one == reason).count();
    // Of equals it answers the last.
    all.iter().copied().max_by_key(how_often)
}

fn reading<'a>(
    turn: &'a Turn,
    before: Option<&Turn>,
    record: Option<&'a Record>,
    language: Language,
) -> Reading<'a> {
    let measured = match (&turn.clip, record.and_then(|record| record.figures.as_ref())) {
        (None, _) => Err(MissingReason::NoClip),
        (Some(_), None) => Err(MissingReason::Unreadable),
        (Some(_), Some(figures)) => Ok(figures),
    };
    let answers = before.is_some_and(|turn| turn.speaker == Speaker::Partner && turn.clip.is_some());
    let lead = match record.and_then(|record| record.lead_ms) {
        _ if !answers => Err(MissingReason::NoPartner),
        None => Err(MissingReason::NotTimed),
        Some(lead) => Ok(lead),
    };
    let figures = measured.map_or_else(
        |_| Vec::new(),
        |figures| {
            let mut all = of_sound(figures);
            all.push(response_delay(figures, lead));
            all.extend(of_words(turn, figures, language));
            all
        },
    );
    Reading {
        turn,
        measured,
        figures,
    }
}

fn session_turn<'a>(reading: &Reading<'a>) -> Option<SessionTurn<'a>> {
    let mut figures = reading.figures.iter();
    let delay = figures.find(|figure| figure.kind == FigureKind::ResponseDelayMs);
    Some(SessionTurn {
        figures: reading.measured.ok()?,
        response_delay_ms: delay.and_then(|delay| delay.value).map(|delay| delay as u32),
    })
}

fn trend(trend: Trend) -> TrendView {
    TrendView {
        per_turn: trend.per_turn,
        change: trend.change,
        turns: trend.turns,
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::SessionId;

    use super::*;
    use crate::delivery::made::{record, turn};
    use crate::system::SystemIds;

    /// What a session of these speakers says about the response delay, when no moment was kept.
    fn delay(speakers: &[Speaker]) -> FigureView {
        let session = SessionId::new(&SystemIds);
        let turns: Vec<Turn> = (0..)
            .zip(speakers)
            .map(|(sequence, speaker)| Turn {
                speaker: *speaker,
                ..turn(session, sequence)
            })
            .collect();
        let heard = record(1, 150.0);
        let records = turns.iter().map(|turn| (turn.id, heard.clone())).collect();
        let figures = Readings::new(&turns, &records, Language::English).session_figures();
        let delay = figures.iter().find(|one| one.kind == FigureKind::ResponseDelayMs);
        *delay.unwrap()
    }

    #[test]
    fn a_figure_that_no_turn_has_is_missing_for_the_reason_of_most_turns_and_among_equals_of_the_latest() {
        use Speaker::{Partner, Trainee};
        let reason = |speakers: &[Speaker]| delay(speakers).missing.unwrap();
        assert_eq!(reason(&[Trainee]), MissingReason::NoPartner);
        let opened = [Trainee, Partner, Trainee];
        assert_eq!(reason(&opened), MissingReason::NotTimed);
        let alone = [Partner, Trainee, Trainee, Trainee];
        assert_eq!(reason(&alone), MissingReason::NoPartner);
    }
}
