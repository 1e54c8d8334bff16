//! What is read from the head of an answer: its status, what the host calls the request, and how long it wants to be
//! left alone.

use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use rehearse_net::Body;

use crate::wire::Head;

/// A host that wants to be left alone for longer is as good as gone; and moments have an end.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The head of an answer.
pub(crate) fn head_of(answer: &Response<Body>) -> Head {
    let text = |name: &str| answer.headers().get(name)?.to_str().ok();
    let status = answer.status();
    Head {
        status: (status != StatusCode::OK).then(|| status.as_u16()),
        request_id: text("x-request-id").map(ToOwned::to_owned),
        retry_after: text(RETRY_AFTER.as_str())
            .and_then(|told| wait_of(told, text(DATE.as_str())))
            .map(|wait| wait.min(LONGEST_WAIT)),
    }
}

/// How long a host wants to be left alone: a number of seconds, or the time between the date of its answer, by its own
/// clock, and the one that it names. A moment that has passed is no wait.
fn wait_of(told: &str, answered_at: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = told.trim().parse() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let moment = |text: &str| Some(rfc2822::parse(text.trim()).ok()?.timestamp());
    let now = answered_at.and_then(moment).unwrap_or_else(Timestamp::now);
    let wait = moment(told)?.duration_since(now);
    Some(wait.try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_number_of_seconds_or_a_date_by_the_hosts_own_clock() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let secs = |told: &str| wait_of(told, date).map(|wait| wait.as_millis());
        for (told, wait) in [
            ("7", Some(7_000)),
            (" 1.5 ", Some(1_500)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30_000)),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
            ("-3", None),
            ("inf", None),
            ("soon", None),
        ] {
            assert_eq!(secs(told), wait, "{told}");
        }
        let past = wait_of("Sun, 06 Nov 1994 08:50:07 GMT", None);
        assert_eq!(
            past,
            Some(Duration::ZERO),
            "by our clock where the host tells no time"
        );
    }
}
