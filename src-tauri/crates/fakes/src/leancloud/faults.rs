//! Faults on cue: what goes wrong with which request, and how often.

use std::time::Duration;

use parking_lot::Mutex;

use super::seen::SeenRequest;

/// An answer that is not the app's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: String,
    /// Its body.
    pub body: String,
}

impl Reply {
    /// An error of the API: JSON with a code.
    pub fn error(status: u16, code: i64, text: &str) -> Self {
        Self {
            status,
            content_type: "application/json;charset=utf-8".to_owned(),
            body: serde_json::json!({"code": code, "error": text}).to_string(),
        }
    }

    /// A gateway's page.
    pub fn html(status: u16, title: &str) -> Self {
        Self {
            status,
            content_type: "text/html".to_owned(),
            body: format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"),
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered so, and nothing is applied.
    Before(Reply),
    /// Applied, but answered so.
    Instead(Reply),
    /// The connection is lost and nothing is applied.
    Lost,
    /// Applied, then the connection is lost without an answer.
    After,
    /// Applied, and the connection is lost in the middle of the answer.
    CutShort,
    /// Never answered, nothing applied.
    Hang,
    /// Never answered, and applied after this time on the runtime's clock, whether the client is still there or not.
    Late(Duration),
    /// Never answered, and applied when the test calls
    /// [`deliver_withheld`](super::FakeLeanCloud::deliver_withheld).
    Withheld,
    /// Answered rightly, but only after this time on the runtime's clock.
    Slow(Duration),
}

impl Fault {
    /// 429: no worker is free.
    pub fn too_many_requests() -> Self {
        Self::Before(Reply::error(429, 429, "Too many requests."))
    }

    /// A gateway's 502 in HTML.
    pub fn html_502() -> Self {
        Self::Before(Reply::html(502, "502 Bad Gateway"))
    }

    /// 503: the app is disabled or can only be read.
    pub fn disabled_503() -> Self {
        Self::Before(Reply::error(503, 503, "The application is disabled."))
    }

    /// 504: the app is archived after a month without requests.
    pub fn archived_504() -> Self {
        Self::Before(Reply::error(
            504,
            504,
            "The application is archived, please restore it in the console.",
        ))
    }

    /// 401: the app or its key is unknown.
    pub fn unauthorized() -> Self {
        Self::Before(Reply::error(401, 401, "Unauthorized."))
    }

    /// Code 140: the day's calls are used up.
    pub fn quota_exceeded() -> Self {
        Self::Before(Reply::error(400, 140, "The application has exceeded its quota."))
    }

    /// Code 124: the server gave up waiting for itself, and the write may have happened. Here it has.
    pub fn timed_out_inside() -> Self {
        Self::Instead(Reply::error(400, 124, "The request timed out on the server."))
    }
}

type Script = Box<dyn FnMut(&SeenRequest) -> Option<Fault> + Send>;

struct Rule {
    method: String,
    path: String,
    /// How often still; `None` is for ever.
    left: Option<usize>,
    fault: Fault,
}

/// The faults that wait for their requests. The first rule that fits decides, then the script.
///
/// A method is `*` for all. A path is one as it is sent, without the query; `*` in it stands for any text.
#[derive(Default)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
    script: Mutex<Option<Script>>,
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faults")
            .field("rules", &self.rules.lock().len())
            .finish_non_exhaustive()
    }
}

impl Faults {
    /// For the next request that fits.
    pub fn once(&self, method: &str, path: &str, fault: Fault) {
        self.times(1, method, path, fault);
    }

    /// For so many requests that fit.
    pub fn times(&self, count: usize, method: &str, path: &str, fault: Fault) {
        self.add(method, path, Some(count), fault);
    }

    /// For every request that fits, until [`Faults::clear`].
    pub fn always(&self, method: &str, path: &str, fault: Fault) {
        self.add(method, path, None, fault);
    }

    fn add(&self, method: &str, path: &str, left: Option<usize>, fault: Fault) {
        let rule = Rule {
            method: method.to_owned(),
            path: path.to_owned(),
            left,
            fault,
        };
        self.rules.lock().push(rule);
    }

    /// Asks for every request that no rule fits, in order of arrival: what a random schedule of faults needs.
    pub fn script(&self, script: impl FnMut(&SeenRequest) -> Option<Fault> + Send + 'static) {
        *self.script.lock() = Some(Box::new(script));
    }

    /// Takes every rule and the script away.
    pub fn clear(&self) {
        self.rules.lock().clear();
        *self.script.lock() = None;
    }

    /// Faults that no request has come for yet; those for ever are not counted.
    pub fn waiting(&self) -> usize {
        self.rules.lock().iter().filter_map(|rule| rule.left).sum()
    }

    /// What goes wrong with this request.
    pub(super) fn next(&self, request: &SeenRequest) -> Option<Fault> {
        self.next_rule(request)
            .or_else(|| self.script.lock().as_mut().and_then(|script| script(request)))
    }

    fn next_rule(&self, request: &SeenRequest) -> Option<Fault> {
        let mut rules = self.rules.lock();
        let fits = |rule: &Rule| {
            (rule.method == "*" || rule.method == request.method) && matches(&rule.path, &request.path)
        };
        let index = rules.iter().position(fits)?;
        let rule = rules.get_mut(index)?;
        let fault = rule.fault.clone();
        rule.left = rule.left.map(|left| left.saturating_sub(1));
        if rule.left == Some(0) {
            rules.remove(index);
        }
        Some(fault)
    }
}

/// Whether a path fits a pattern in which `*` is any text.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices()
                .map(|(at, _)| at)
                .chain([tail.len()])
                .any(|at| tail.get(at..).is_some_and(|tail| matches(rest, tail)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> SeenRequest {
        SeenRequest {
            number: 0,
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            at: 0,
            body_bytes: 0,
            master: false,
            session: None,
            status: None,
            reached: false,
        }
    }

    #[test]
    fn a_fault_comes_as_often_as_it_was_ordered() {
        let faults = Faults::default();
        faults.times(2, "POST", "/1.1/classes/*", Fault::After);
        faults.always("*", "/lcfile/*", Fault::Lost);
        assert_eq!(faults.next(&request("GET", "/1.1/classes/Turn")), None);
        assert_eq!(
            faults.next(&request("POST", "/1.1/classes/Turn")),
            Some(Fault::After)
        );
        assert_eq!(faults.waiting(), 1);
        assert_eq!(
            faults.next(&request("POST", "/1.1/classes/Turn")),
            Some(Fault::After)
        );
        assert_eq!(faults.next(&request("POST", "/1.1/classes/Turn")), None);
        assert_eq!(faults.next(&request("GET", "/lcfile/abc")), Some(Fault::Lost));
        faults.clear();
        assert_eq!(faults.next(&request("GET", "/lcfile/abc")), None);
    }

    #[test]
    fn a_script_is_asked_for_what_no_rule_fits() {
        let faults = Faults::default();
        faults.script(|request| (request.method == "PUT").then_some(Fault::Hang));
        assert_eq!(
            faults.next(&request("PUT", "/1.1/classes/Turn/1")),
            Some(Fault::Hang)
        );
        assert_eq!(faults.next(&request("POST", "/1.1/classes/Turn")), None);
    }

    #[test]
    fn a_star_is_any_text() {
        assert!(matches("/1.1/classes/*", "/1.1/classes/Turn/1"));
        assert!(matches("*/uploads/*", "/buckets/b/objects/k/uploads/1"));
        assert!(!matches("/1.1/classes/*/1", "/1.1/classes/Turn/2"));
        assert!(matches("*", ""));
    }
}
