//! Lists in columns, and moments and lengths as people read them.

use jiff::tz::TimeZone;
use rehearse_domain::Timestamp;

/// The rows with their columns under one another; a column is as wide as its widest cell.
pub(crate) fn columns<const COUNT: usize>(rows: &[[String; COUNT]]) -> Vec<String> {
    let mut widths = [0; COUNT];
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = width(cell).max(*most);
        }
    }
    let line = |row: &[String; COUNT]| {
        let cells = row.iter().zip(widths).map(|(cell, most)| {
            let gap = " ".repeat(most - width(cell));
            format!("{cell}{gap}")
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// `2026-01-31 09:30`, where this computer is.
pub(crate) fn local(moment: Timestamp) -> String {
    in_zone(moment, TimeZone::system())
}

fn in_zone(moment: Timestamp, zone: TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(moment.as_millis()) {
        Ok(moment) => moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => moment.to_string(),
    }
}

/// `4:05`, minutes and seconds.
pub(crate) fn length(milliseconds: u32) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Columns that a text takes on a terminal: characters from Hangul on, which the Chinese ones follow, take two.
fn width(text: &str) -> usize {
    let wide = |character: &char| matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}');
    text.chars().count() + text.chars().filter(wide).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_one_another_in_either_language() {
        let rows = [["要求加薪", "1"], ["Ask", "22"]].map(|row| row.map(str::to_owned));
        assert_eq!(columns(&rows), ["要求加薪  1", "Ask       22"]);
        assert_eq!(columns::<2>(&[]), Vec::<String>::new());
    }

    #[test]
    fn a_moment_is_told_in_the_time_of_the_place() {
        let moment: Timestamp = "2026-01-31T23:30:59.000Z".parse().unwrap();
        assert_eq!(in_zone(moment, TimeZone::UTC), "2026-01-31 23:30");
        let shanghai = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(in_zone(moment, shanghai), "2026-02-01 07:30");
        assert_eq!(in_zone(Timestamp::from_millis(i64::MAX), TimeZone::UTC).len(), 21);
    }

    #[test]
    fn a_length_is_minutes_and_seconds() {
        assert_eq!(
            (length(999).as_str(), length(3_725_000).as_str()),
            ("0:00", "62:05")
        );
    }
}
