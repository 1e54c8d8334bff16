//! How long a session was and when its turns were heard, as both are told everywhere. Sound that comes from files faster
//! than it is spoken leaves the clock behind; then the sound is the measure.

use std::ops::Range;
use std::time::Duration;

use rehearse_domain::{Session, Speaker, Turn};
use rehearse_store::SoundLengths;

/// How long an ended session was: what its clock counted. The trainee's turns take as long as they sound, so a clock that
/// shows less did not run beside them, and then it is the length of all sound. The partner's lines tell nothing of the
/// kind: they may have been cut short, and what nobody waited for does not count.
pub(crate) fn length(clock: Duration, sound: SoundLengths) -> Duration {
    if is_ahead(sound, clock) {
        sound.partner + sound.trainee
    } else {
        clock
    }
}

/// The same of the turns themselves.
pub(crate) fn length_of(clock: Duration, turns: &[Turn]) -> Duration {
    length(clock, sound(turns))
}

/// What the clock of a session counted; `None` while it still runs.
pub(crate) fn clock(session: &Session) -> Option<Duration> {
    session.end_reason.map(|_| session.active)
}

/// When each turn was heard, counted from the beginning of the first: by their own times, or one after the other where
/// the clock left no room for the sound. A line that was cut short overlaps the turn after it.
pub(crate) fn heard(clock: Option<Duration>, turns: &[Turn]) -> Vec<Range<Duration>> {
    let Some(first) = turns.first().map(|turn| turn.started_at) else {
        return Vec::new();
    };
    if clock.is_none_or(|clock| !is_ahead(sound(turns), clock)) {
        let by_clock = |turn: &Turn| turn.started_at.since(first)..turn.ended_at.since(first);
        return turns.iter().map(by_clock).collect();
    }
    let mut end = Duration::ZERO;
    let one_by_one = |turn: &Turn| {
        let begin = end;
        end += spoken(turn);
        begin..end
    };
    turns.iter().map(one_by_one).collect()
}

fn is_ahead(sound: SoundLengths, clock: Duration) -> bool {
    sound.trainee > clock
}

fn sound(turns: &[Turn]) -> SoundLengths {
    let of = |speaker| -> Duration {
        let own = turns.iter().filter(move |turn| turn.speaker == speaker);
        own.map(spoken).sum()
    };
    SoundLengths {
        partner: of(Speaker::Partner),
        trainee: of(Speaker::Trainee),
    }
}

/// A turn ends where its sound does, also one that nobody heard to its end; a typed one has none.
fn spoken(turn: &Turn) -> Duration {
    turn.ended_at.since(turn.started_at)
}

#[cfg(test)]
mod tests {
    use rehearse_domain::{SessionId, Timestamp, TranscriptStatus, TurnId};

    use super::*;

    /// A turn between these moments, in milliseconds.
    fn turn(speaker: Speaker, from: i64, to: i64) -> Turn {
        Turn {
            id: TurnId::from(uuid::Uuid::nil()),
            session: SessionId::from(uuid::Uuid::nil()),
            sequence: 0,
            speaker,
            clip: None,
            transcript: None,
            transcript_status: TranscriptStatus::Pending,
            started_at: Timestamp::from_millis(from),
            ended_at: Timestamp::from_millis(to),
            latency: None,
        }
    }

    #[test]
    fn a_session_is_as_long_as_its_clock_counted_unless_the_trainee_spoke_longer() {
        let partner = turn(Speaker::Partner, 0, 11_000);
        let trainee = turn(Speaker::Trainee, 3_000, 7_000);
        let seconds = Duration::from_secs;
        // The window was closed in the middle of the line.
        assert_eq!(length_of(seconds(3), std::slice::from_ref(&partner)), seconds(3));
        // The line was cut short, and answered.
        let both = [partner, trainee];
        assert_eq!(length_of(seconds(8), &both), seconds(8));
        assert_eq!(length_of(seconds(60), &both), seconds(60));
        // Both came from files.
        assert_eq!(length_of(seconds(1), &both), seconds(15));
        assert_eq!(length_of(seconds(1), &[]), seconds(1));
    }

    #[test]
    fn turns_are_heard_when_they_were_or_one_after_the_other_when_they_came_faster_than_they_sound() {
        // A line that was cut short, an answer, a typed one, and what was said to that.
        let turns = [
            turn(Speaker::Partner, 500, 9_500),
            turn(Speaker::Trainee, 2_500, 6_500),
            turn(Speaker::Trainee, 9_000, 9_000),
            turn(Speaker::Partner, 9_100, 12_100),
        ];
        let heard = |clock: Option<u64>| {
            let all = heard(clock.map(Duration::from_secs), &turns).into_iter();
            let times = all.map(|one| (one.start.as_secs(), one.end.as_secs()));
            times.collect::<Vec<_>>()
        };
        let by_clock = [(0, 9), (2, 6), (8, 8), (8, 11)];
        assert_eq!(heard(Some(4)), by_clock);
        assert_eq!(heard(None), by_clock, "nobody knows its clock yet");
        assert_eq!(heard(Some(3)), [(0, 9), (9, 13), (13, 13), (13, 16)]);
    }
}
