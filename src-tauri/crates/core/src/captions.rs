//! The words of a session as WebVTT (W3C), for players that show captions beside the sound.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use rehearse_domain::{Language, Session, Speaker, Turn};

use crate::timeline::{clock, heard};

/// A shorter cue cannot be read; a typed turn has no length of its own.
const SHORTEST: Duration = Duration::from_secs(1);

/// One cue a turn, timed from the first turn on. A turn whose words are not known has a note in their place: players
/// drop an empty cue or show an empty box, and most of them show nothing of the speaker's `<v>`.
pub(crate) fn captions(session: &Session, turns: &[Turn]) -> String {
    let mut text = "WEBVTT\n".to_owned();
    let heard = heard(clock(session), turns);
    for (turn, (from, to)) in turns.iter().zip(times(&heard)) {
        let name = match turn.speaker {
            Speaker::Partner => &session.snapshot.scenario.partner.name,
            Speaker::Trainee => &session.snapshot.scenario.trainee.name,
        };
        let words = turn.transcript.as_deref().map(str::trim);
        let words = match words.filter(|words| !words.is_empty()) {
            Some(words) => words.to_owned(),
            None => without_words(name, session.language),
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{}\n{} --> {}\n<v {}>{}\n",
            turn.sequence,
            cue_time(from),
            cue_time(to),
            escaped(name),
            escaped(&words)
        );
    }
    text
}

/// When each cue begins and ends: as the turn is heard, cut where the next one begins, but long enough to be read. A cue
/// that would begin before the last one ends waits for it.
fn times(heard: &[Range<Duration>]) -> Vec<(Duration, Duration)> {
    let mut before = Duration::ZERO;
    let next = heard.iter().skip(1).map(|next| Some(next.start));
    let cue = |(heard, next): (&Range<Duration>, Option<Duration>)| {
        let from = heard.start.max(before);
        before = next
            .map_or(heard.end, |next| heard.end.min(next))
            .max(from + SHORTEST);
        (from, before)
    };
    heard.iter().zip(next.chain([None])).map(cue).collect()
}

/// Stands here and not in the catalogue because it is in the language that is spoken, like the words around it.
fn without_words(name: &str, language: Language) -> String {
    match language {
        Language::English => format!("({name}: spoken, not written down)"),
        Language::Chinese => format!("（{name}：有录音，没有文字）"),
    }
}

fn cue_time(at: Duration) -> String {
    let seconds = at.as_secs();
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        at.subsec_millis()
    )
}

/// Text of a cue: markup is escaped, and line ends, which would end the cue, become spaces.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_says_hours_and_milliseconds() {
        assert_eq!(cue_time(Duration::from_millis(3_723_004)), "01:02:03.004");
    }

    #[test]
    fn words_cannot_break_out_of_their_cue() {
        assert_eq!(
            escaped("a < b & c\n\n00:01 --> 00:02"),
            "a &lt; b &amp; c  00:01 --&gt; 00:02"
        );
    }

    #[test]
    fn every_cue_can_be_read_and_none_overlaps_the_next() {
        // A line, a typed turn that is answered at once, a line that is interrupted, a typed turn at the end.
        let heard = [
            (0, 4_000),
            (9_000, 9_000),
            (9_020, 14_000),
            (12_000, 15_000),
            (20_000, 20_000),
        ]
        .map(|(from, to)| Duration::from_millis(from)..Duration::from_millis(to));
        let times = times(&heard).into_iter();
        let times: Vec<_> = times
            .map(|(from, to)| (from.as_millis(), to.as_millis()))
            .collect();
        assert_eq!(
            times,
            [
                (0, 4_000),
                (9_000, 10_000),
                (10_000, 12_000),
                (12_000, 15_000),
                (20_000, 21_000)
            ]
        );
    }
}
