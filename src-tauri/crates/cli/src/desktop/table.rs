//! Lists in columns, and moments and lengths as people read them.

use jiff::tz::TimeZone;
use rehearse_domain::Timestamp;

/// A moment, to the minute.
const MINUTE: &str = "%Y-%m-%d %H:%M";

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
    in_zone(moment, &TimeZone::system(), MINUTE)
}

/// The days of moments where this computer is, with the time of day where two fall on one day.
pub(crate) fn days(moments: &[Timestamp]) -> Vec<String> {
    days_in(moments, &TimeZone::system())
}

fn days_in(moments: &[Timestamp], zone: &TimeZone) -> Vec<String> {
    // Each is the beginning of the next.
    let [days, minutes, seconds] = ["%Y-%m-%d", MINUTE, "%Y-%m-%d %H:%M:%S"].map(|form| {
        let all = moments.iter().map(|moment| in_zone(*moment, zone, form));
        all.collect::<Vec<_>>()
    });
    let is_shared = |all: &[String], one: &String| all.iter().filter(|other| *other == one).count() > 1;
    let apart = |((day, minute), second): ((&String, &String), &String)| {
        if is_shared(&minutes, minute) {
            second.clone()
        } else if is_shared(&days, day) {
            minute.clone()
        } else {
            day.clone()
        }
    };
    days.iter().zip(&minutes).zip(&seconds).map(apart).collect()
}

fn in_zone(moment: Timestamp, zone: &TimeZone, form: &str) -> String {
    match jiff::Timestamp::from_millisecond(moment.as_millis()) {
        Ok(moment) => moment.to_zoned(zone.clone()).strftime(form).to_string(),
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
        assert_eq!(in_zone(moment, &TimeZone::UTC, MINUTE), "2026-01-31 23:30");
        let shanghai = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(in_zone(moment, &shanghai, MINUTE), "2026-02-01 07:30");
        let unknown = Timestamp::from_millis(i64::MAX);
        assert_eq!(in_zone(unknown, &TimeZone::UTC, MINUTE).len(), 21);
    }

    #[test]
    fn days_are_told_as_exactly_as_it_takes_to_tell_them_apart() {
        let moments = [
            "2026-01-30T09:30:00.000Z",
            "2026-01-31T09:30:00.000Z",
            "2026-01-31T09:45:01.000Z",
            "2026-01-31T09:45:20.000Z",
        ];
        let moments = moments.map(|moment| moment.parse::<Timestamp>().unwrap());
        assert_eq!(
            days_in(&moments, &TimeZone::UTC),
            [
                "2026-01-30",
                "2026-01-31 09:30",
                "2026-01-31 09:45:01",
                "2026-01-31 09:45:20"
            ]
        );
        let honolulu = TimeZone::fixed(jiff::tz::offset(-10));
        assert_eq!(days_in(&moments[..2], &honolulu), ["2026-01-29", "2026-01-30"]);
        assert!(days_in(&[], &TimeZone::UTC).is_empty());
    }

    #[test]
    fn a_length_is_minutes_and_seconds() {
        assert_eq!(
            (length(999).as_str(), length(3_725_000).as_str()),
            ("0:00", "62:05")
        );
    }
}
