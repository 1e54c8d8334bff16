//! Median milliseconds of the first page and of searches over a seeded folder, as JSON: through the store, and
//! from bare SQL in the `sqlite3` program where there is one. `query_bench FOLDER [RUNS]`.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use rehearse_domain::Timestamp;
use rehearse_store::{Access, SessionQuery, Store};
use serde_json::{Map, Value, json};

/// What is measured: a name, the search text, and the expression that the store makes of it.
const CASES: [(&str, Option<(&str, &str)>); 5] = [
    ("first_page", None),
    ("search_rare", Some(("sabbatical", "\"sabbatical\"*"))),
    ("search_common", Some(("the", "\"the\"*"))),
    ("search_one_character", Some(("的", "\"的\"*"))),
    ("search_two_characters", Some(("加薪", "\"加薪\""))),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().expect("a seeded folder"));
    let runs: usize = arguments
        .get(1)
        .map_or(21, |runs| runs.parse().expect("a number of runs"));
    let store = Store::open(&folder, Access::Reader, Timestamp::from_millis(0)).expect("the folder opens");
    let mut report = Map::new();
    for (name, search) in CASES {
        let query = SessionQuery {
            search: search.map(|(text, _)| text.to_owned()),
            ..SessionQuery::default()
        };
        let mut total = 0;
        let times: Vec<f64> = (0..runs)
            .map(|_| {
                let begun = Instant::now();
                total = store.sessions(&query).expect("an answer").total;
                begun.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        let bare = bare(&folder, search.map(|(_, expression)| expression), runs);
        report.insert(
            name.to_owned(),
            json!({ "found": total, "store_ms": median(times), "sqlite3_ms": bare }),
        );
    }
    println!(
        "{}",
        serde_json::to_string_pretty(&Value::Object(report)).expect("JSON")
    );
}

/// The same answer (page and number of all lines) from bare SQL in the `sqlite3` program: mean milliseconds over the
/// runs, without its start. `None` where the program is missing or cannot read the file.
fn bare(folder: &Path, expression: Option<&str>, runs: usize) -> Option<f64> {
    let matching = expression.map_or_else(String::new, |expression| {
        format!(
            " AND number IN (SELECT rowid >> 16 FROM search WHERE search MATCH '{}')",
            expression.replace('\'', "''")
        )
    });
    let statements = format!(
        "SELECT count(*) FROM session WHERE doomed_at IS NULL{matching};
         SELECT number, id, title, slug, family, category, language, status, created_at, active_ms, end_reason,
                objective_status, parent_session, parent_turn,
                (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'ai'),
                (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'trainee'),
                (SELECT coalesce(sum(ended_at - started_at), 0) FROM turn
                    WHERE session = session.number AND speaker = 'ai'),
                (SELECT coalesce(sum(ended_at - started_at), 0) FROM turn
                    WHERE session = session.number AND speaker = 'trainee')
         FROM session WHERE doomed_at IS NULL{matching} ORDER BY created_at DESC, number DESC LIMIT 20;\n"
    );
    let once = sqlite3(folder, &statements)?;
    let often = sqlite3(folder, &statements.repeat(runs + 1))?;
    Some(rounded((often - once) / runs as f64))
}

/// Milliseconds that the program takes from start to end.
fn sqlite3(folder: &Path, script: &str) -> Option<f64> {
    let begun = Instant::now();
    let mut child = Command::new("sqlite3")
        .args(["-readonly", "-batch", "-bail"])
        .arg(folder.join("rehearse.db"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(script.as_bytes()).ok()?;
    child
        .wait()
        .ok()?
        .success()
        .then(|| begun.elapsed().as_secs_f64() * 1_000.0)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    rounded(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 100.0).round() / 100.0
}
