//! `sessions`: what was practised, newest first.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{HistoryQuery, HistoryRow};
use serde::Serialize;

use crate::desktop::arguments::Sessions;
use crate::desktop::jobs::end_line;
use crate::desktop::print::Printer;
use crate::desktop::table::{columns, length, local};

/// Sessions that are listed when nobody says how many.
const USUAL: u32 = 20;

/// What is said when not all are listed.
#[derive(Serialize)]
struct More {
    kind: &'static str,
    count: u32,
}

/// Lists them, and says how many more there are.
pub(crate) async fn run(core: &Core, how: Sessions, printer: &Printer) -> Result<(), ErrorView> {
    let searched = how.search.is_some();
    let most = if how.all {
        u32::MAX
    } else {
        how.limit.unwrap_or(USUAL)
    };
    let (rows, total) = match newest(core, how.search, most).await {
        // Nothing was ever practised in this folder.
        Err(error) if error.code == "store_empty" => (Vec::new(), 0),
        found => found?,
    };
    printer.answer(&rows, |rows| match rows.as_slice() {
        [] if searched => vec![printer.sentences.say("cli.nothing_found", &[])],
        [] => vec![printer.sentences.say("cli.no_sessions", &[])],
        rows => table(rows, printer),
    })?;
    let count = total.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    if count > 0 {
        let number = count.to_string();
        let text = printer.sentences.say("cli.more_sessions", &[("count", &number)]);
        let kind = "more_sessions";
        printer.notice(&More { kind, count }, &text);
    }
    Ok(())
}

/// The newest ones, page after page, and how many there are in all.
async fn newest(core: &Core, search: Option<String>, most: u32) -> Result<(Vec<HistoryRow>, u32), ErrorView> {
    let mut query = HistoryQuery {
        search,
        ..HistoryQuery::default()
    };
    let mut rows = Vec::new();
    loop {
        let left = most.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        query.limit = Some(left);
        let page = core.history(query.clone()).await?;
        rows.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() || rows.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return Ok((rows, page.total));
        }
    }
}

/// A line each, below a line of titles.
fn table(rows: &[HistoryRow], printer: &Printer) -> Vec<String> {
    let say = |key| printer.sentences.say(key, &[]);
    let titles = [
        "cli.head.session",
        "cli.head.when",
        "cli.head.length",
        "cli.head.own_turns",
        "cli.head.scenario",
        "cli.head.end",
    ]
    .map(say);
    let rows = rows.iter().map(|row| {
        let end = row.end_reason.map(|reason| end_line(reason, printer));
        [
            row.session.to_string(),
            local(row.created_at),
            length(row.active_ms),
            match row.trainee_turns {
                0 => say("history.unspoken"),
                turns => turns.to_string(),
            },
            row.title.clone(),
            end.unwrap_or_default(),
        ]
    });
    columns(&std::iter::once(titles).chain(rows).collect::<Vec<_>>())
}
