//! Figures and ratings over time, of the runs in one language.

use std::sync::Arc;

use rehearse_domain::Language;
use rehearse_store::{Store, StoreError};

use super::comparing::{COMPARABLE, usual_of};
use super::measurer::Measurer;
use super::runs::Earlier;
use crate::error::ErrorView;
use crate::feedback::{SESSIONS, checked, skills_over_time};
use crate::house::Core;
use crate::lines::count;
use crate::view::{Comparison, FigureKind, ProgressPoint, ProgressSeries, ProgressView, UnrevealedResults};

/// Runs that are shown.
const RUNS: u32 = 50;
/// With fewer there is nothing to compare.
const FEWEST: usize = 2;

impl Core {
    /// Every figure and every rated skill over time, of the runs in one language; of the latest run's language when none is named.
    pub async fn progress(&self, language: Option<Language>) -> Result<ProgressView, ErrorView> {
        let own = self.0.language();
        let measurer = Arc::clone(&self.0.measurer);
        let found = self
            .0
            .on_store(move |store| read(store, &measurer, language, own));
        match found.await {
            // Nothing was ever practised in this folder.
            Err(error) if error.code == "store_empty" => Ok(ProgressView {
                language: language.unwrap_or(own),
                languages: Vec::new(),
                series: Vec::new(),
                runs: 0,
                comparison: Comparison::NoRuns,
                skills: Vec::new(),
                unrevealed: None,
                still_measuring: 0,
            }),
            found => found,
        }
    }
}

fn read(
    store: &Store,
    measurer: &Measurer,
    wanted: Option<Language>,
    own: Language,
) -> Result<ProgressView, StoreError> {
    let mut latest = Vec::new();
    for language in Language::ALL {
        let newest = store.recent_deliveries(language, 1, None)?;
        latest.extend(newest.first().map(|run| (run.started_at, language)));
    }
    let rated = store.rated_languages()?;
    let has_figures = |language: Language| latest.iter().any(|(_, of)| *of == language);
    let languages: Vec<_> = Language::ALL
        .into_iter()
        .filter(|language| has_figures(*language) || rated.contains(language))
        .collect();
    // What was only typed has no figures, and may have ratings.
    let newest = latest.iter().max().map(|(_, language)| *language);
    let newest = newest.or(languages.first().copied());
    let language = wanted.or(newest).unwrap_or(own);
    let rated = checked(store, store.rated_sessions(language, SESSIONS)?)?;
    let mut runs = measurer.runs.earlier(store, language, RUNS, None)?;
    runs.retain(|earlier| !earlier.run.session.is_empty());
    runs.reverse();
    let series = series(&runs);
    let still_measuring = measurer.still_to_measure(store)?;
    Ok(ProgressView {
        language,
        languages,
        runs: count(runs.len()),
        comparison: comparison(runs.len(), !series.is_empty(), still_measuring),
        series,
        skills: skills_over_time(language, &rated),
        unrevealed: store.unrevealed(language)?.map(|found| UnrevealedResults {
            count: found.count,
            more: found.more,
            latest: found.latest,
        }),
        still_measuring,
    })
}

fn comparison(runs: usize, something_in_common: bool, still_measuring: u32) -> Comparison {
    match runs {
        _ if something_in_common => Comparison::Ready,
        _ if still_measuring > 0 => Comparison::Measuring,
        0 => Comparison::NoRuns,
        1 => Comparison::OneRun,
        _ => Comparison::NothingInCommon,
    }
}

/// The figures that at least two runs have.
fn series(runs: &[Earlier]) -> Vec<ProgressSeries> {
    let of = |kind: FigureKind| {
        let points: Vec<_> = runs.iter().filter_map(|earlier| point(earlier, kind)).collect();
        let values: Vec<f32> = points.iter().map(|point| point.value).collect();
        ProgressSeries {
            kind,
            points,
            usual: usual_of(&values),
        }
    };
    let all = COMPARABLE.into_iter().map(of);
    all.filter(|series| series.points.len() >= FEWEST).collect()
}

fn point(earlier: &Earlier, kind: FigureKind) -> Option<ProgressPoint> {
    // The share of the talk is known where the speaking time is.
    let of_turn = match kind {
        FigureKind::TalkRatio => FigureKind::SpeakingTimeMs,
        kind => kind,
    };
    Some(ProgressPoint {
        session: earlier.about.session,
        started_at: earlier.about.started_at,
        title: earlier.about.title.clone(),
        value: earlier.run.value(kind)?,
        count: count(earlier.run.turns_with(of_turn)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_there_is_nothing_to_compare_is_told_apart() {
        assert_eq!(comparison(2, true, 3), Comparison::Ready);
        assert_eq!(comparison(1, false, 3), Comparison::Measuring);
        assert_eq!(comparison(2, false, 1), Comparison::Measuring);
        assert_eq!(comparison(0, false, 0), Comparison::NoRuns);
        assert_eq!(comparison(1, false, 0), Comparison::OneRun);
        assert_eq!(comparison(2, false, 0), Comparison::NothingInCommon);
    }
}
