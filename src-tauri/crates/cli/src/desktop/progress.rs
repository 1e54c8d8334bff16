//! `progress`: figures and ratings from one practice to the next.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{Comparison, ProgressPoint, ProgressSeries, ProgressView, UnrevealedResults};
use rehearse_domain::{Language, SessionId, Timestamp};

use crate::desktop::delivery::usual;
use crate::desktop::figures::{caveat, name, value};
use crate::desktop::print::Printer;
use crate::desktop::skills;
use crate::desktop::table::{columns, days};

/// Practices that are shown beside one another, the latest; `--json` has all.
const SHOWN: usize = 5;

/// Columns of the table: the figure, the practices, what is usual.
const COLUMNS: usize = SHOWN + 2;

/// Shows them, or why there is nothing to compare yet.
pub(crate) async fn run(core: &Core, language: Option<Language>, printer: &Printer) -> Result<(), ErrorView> {
    let found = core.progress(language).await?;
    printer.answer(&found, |found| told(found, printer))
}

fn told(found: &ProgressView, printer: &Printer) -> Vec<String> {
    let say = |key, count: u32| printer.sentences.say(key, &[("count", &count.to_string())]);
    let mut lines = Vec::new();
    let empty = match found.comparison {
        Comparison::Ready => {
            lines.push(say("progress.runs_other", found.runs));
            lines.extend(table(&found.series, printer));
            let shown = found.series.iter().map(|one| one.kind);
            lines.extend(caveat(shown, found.language, &printer.sentences));
            None
        }
        Comparison::Measuring => {
            lines.push(say("progress.measuring_title", 0));
            None
        }
        Comparison::NoRuns => Some("progress.empty_no_runs"),
        Comparison::OneRun => Some("progress.empty_one_run"),
        Comparison::NothingInCommon => Some("progress.empty_nothing_in_common"),
    };
    if let Some(why) = empty {
        lines.push(say("progress.empty", 0));
        lines.push(say(why, 0));
    }
    lines.extend(skills::told(&found.skills, printer));
    lines.extend(
        found
            .unrevealed
            .iter()
            .flat_map(|found| unrevealed(found, printer)),
    );
    lines.extend(other_language(found, printer));
    if found.still_measuring > 0 {
        lines.push(say("cli.still_measuring", found.still_measuring));
    }
    lines
}

/// What its trainee has not looked at does not count, and how to look at it.
fn unrevealed(found: &UnrevealedResults, printer: &Printer) -> [String; 3] {
    let sentences = &printer.sentences;
    let counted = match found.more {
        true => sentences.say("cli.unrevealed_more", &[("count", &found.count.to_string())]),
        false => sentences.counted("cli", "unrevealed", found.count),
    };
    let latest = found.latest.to_string();
    let next = sentences.say("cli.unrevealed_next", &[("session", &latest)]);
    [String::new(), counted, next]
}

/// A line for each figure, below the days of the practices.
fn table(series: &[ProgressSeries], printer: &Printer) -> Vec<String> {
    let runs = latest(series);
    let moments: Vec<Timestamp> = runs.iter().map(|(at, _)| *at).collect();
    let mut titles = row(printer.sentences.say("progress.practice", &[]));
    for (cell, day) in titles.iter_mut().skip(1).zip(days(&moments)) {
        *cell = day;
    }
    let rows = series.iter().map(|one| figures(one, &runs, printer));
    columns(&std::iter::once(titles).chain(rows).collect::<Vec<_>>())
}

/// Which language these practices are in, where there are practices in another too.
fn other_language(found: &ProgressView, printer: &Printer) -> Option<String> {
    let other = found.languages.iter().find(|one| **one != found.language)?;
    let name = format!("language_name.{}", found.language.tag());
    let name = printer.sentences.say(&name, &[]);
    let params = [("language", name.as_str()), ("other", other.tag())];
    Some(printer.sentences.say("cli.other_language", &params))
}

fn figures(series: &ProgressSeries, runs: &[(Timestamp, SessionId)], printer: &Printer) -> [String; COLUMNS] {
    let say = &printer.sentences;
    let mut cells = row(name(series.kind, say));
    for (cell, (_, session)) in cells.iter_mut().skip(1).zip(runs) {
        let is_its = |point: &&ProgressPoint| point.session == *session;
        *cell = match series.points.iter().find(is_its) {
            Some(point) => value(series.kind, point.value, say),
            None => say.say("progress.not_known", &[]),
        };
    }
    let usual = series.usual.map(|found| usual(series.kind, &found, say));
    if let (Some(cell), Some(usual)) = (cells.last_mut(), usual) {
        *cell = usual;
    }
    cells
}

/// The practices of all figures, the oldest first, from the first one that is shown on.
fn latest(series: &[ProgressSeries]) -> Vec<(Timestamp, SessionId)> {
    let points = series.iter().flat_map(|one| &one.points);
    let mut runs: Vec<_> = points.map(|point| (point.started_at, point.session)).collect();
    runs.sort_unstable();
    runs.dedup();
    runs.split_off(runs.len().saturating_sub(SHOWN))
}

fn row(first: String) -> [String; COLUMNS] {
    let mut row: [String; COLUMNS] = Default::default();
    if let Some(cell) = row.first_mut() {
        *cell = first;
    }
    row
}
