//! `delivery`: how somebody sounds in files; and the figures below a session.

use std::path::PathBuf;
use std::process::ExitCode;

use rehearse_core::delivery::{SoundFile, measure_file};
use rehearse_core::error::ErrorView;
use rehearse_core::view::{DeliveryView, FigureKind, FigureView, UsualView};
use rehearse_domain::Language;

use crate::desktop::figures::{caveat, change, missing, name, value};
use crate::desktop::print::Printer;
use crate::desktop::sentences::Sentences;
use crate::desktop::table::columns;

/// What is shown below a session; `--json` has all.
const MAIN: [FigureKind; 10] = [
    FigureKind::SpeakingTimeMs,
    FigureKind::SpeakingShare,
    FigureKind::TalkRatio,
    FigureKind::ResponseDelayMs,
    FigureKind::SpeechRate,
    FigureKind::PausesPerMinute,
    FigureKind::PauseLongestMs,
    FigureKind::PitchMedianHz,
    FigureKind::PitchSpreadSemitones,
    FigureKind::LoudnessLufs,
];

/// Measures each file. One that cannot be measured is said, and keeps no other from being measured.
pub(crate) async fn run(files: &[PathBuf], printer: &Printer) -> Result<ExitCode, ErrorView> {
    let mut measured = Vec::new();
    for file in files {
        match measure_file(file).await {
            Ok(sound) => measured.push(sound),
            Err(error) => printer.error(&error),
        }
    }
    printer.answer(&measured, |measured| {
        let blocks: Vec<_> = measured.iter().map(|sound| of_file(sound, printer)).collect();
        blocks.join(&String::new())
    })?;
    Ok(if measured.len() == files.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn of_file(sound: &SoundFile, printer: &Printer) -> Vec<String> {
    let mut lines = vec![sound.file.clone()];
    lines.extend(table(&sound.figures, printer));
    lines
}

/// The main figures of a session, below a title; nothing when the trainee took no turn.
pub(crate) fn of_session(delivery: &DeliveryView, practised: Language, printer: &Printer) -> Vec<String> {
    if delivery.turns.is_empty() {
        return Vec::new();
    }
    let kinds = MAIN.iter();
    let figures = kinds.filter_map(|kind| delivery.figures.iter().find(|one| one.kind == *kind));
    let figures: Vec<FigureView> = figures.copied().collect();
    let title = printer.sentences.say("delivery.title", &[]);
    let mut lines = vec![String::new(), title];
    lines.extend(table(&figures, printer));
    let known = figures.iter().filter(|figure| figure.value.is_some());
    lines.extend(caveat(
        known.map(|figure| figure.kind),
        practised,
        &printer.sentences,
    ));
    lines
}

/// A line each: its name, its value or why there is none, what is usual, and how it changed over the turns.
fn table(figures: &[FigureView], printer: &Printer) -> Vec<String> {
    let say = &printer.sentences;
    let row = |figure: &FigureView| {
        let shown = match (figure.value, figure.missing) {
            (Some(found), _) => value(figure.kind, found, say),
            (None, Some(reason)) => missing(reason, say),
            (None, None) => String::new(),
        };
        let usual = figure.usual.map(|found| usual(figure.kind, &found, say));
        let trend = figure.trend.map(|trend| change(figure.kind, trend.change, say));
        [
            name(figure.kind, say),
            shown,
            usual.unwrap_or_default(),
            trend.unwrap_or_default(),
        ]
    };
    columns(&figures.iter().map(row).collect::<Vec<_>>())
}

/// What is usual for this speaker.
pub(crate) fn usual(kind: FigureKind, usual: &UsualView, say: &Sentences) -> String {
    let [median, low, high] = [usual.median, usual.low, usual.high].map(|one| value(kind, one, say));
    let band = [("low", low.as_str()), ("high", high.as_str())];
    let band = say.say("delivery.band_below_zero", &band);
    say.say("delivery.usual", &[("median", &median), ("band", &band)])
}
