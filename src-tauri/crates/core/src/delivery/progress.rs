//! Figures over time, of the runs in one language.

use std::sync::Arc;

use rehearse_domain::Language;
use rehearse_store::{Store, StoreError};

use super::comparing::{COMPARABLE, usual_of};
use super::measurer::Measurer;
use super::runs::Earlier;
use crate::error::ErrorView;
use crate::house::Core;
use crate::lines::count;
use crate::view::{FigureKind, ProgressPoint, ProgressSeries, ProgressView};

/// Runs that are shown.
const RUNS: u32 = 50;
/// With fewer there is nothing to compare.
const FEWEST: usize = 2;

impl Core {
    /// Every figure over time, of the runs in one language; of the latest run's language when none is named.
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
    let languages = latest.iter().map(|(_, language)| *language).collect();
    let newest = latest.iter().max().map(|(_, language)| *language);
    let language = wanted.or(newest).unwrap_or(own);
    let mut runs = measurer.runs.earlier(store, language, RUNS, None)?;
    runs.retain(|earlier| !earlier.run.session.is_empty());
    runs.reverse();
    Ok(ProgressView {
        language,
        languages,
        runs: count(runs.len()),
        series: if runs.len() < FEWEST {
            Vec::new()
        } else {
            series(&runs)
        },
        still_measuring: count(measurer.still_to_measure(store)?),
    })
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
