//! Each kind of error with what comes after it.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::Cause;

fn refused(status: u16, code: Option<i64>, message: &str) -> Next {
    let error = ServerError {
        status: StatusCode::from_u16(status).unwrap(),
        code,
        message: message.to_owned(),
        date: None,
        retry_after: None,
    };
    Error::from(error).next()
}

fn cause() -> Cause {
    Arc::new(std::io::Error::other("cable out"))
}

#[test]
fn what_the_network_does_passes_and_says_whether_the_server_may_have_acted() {
    let next = |error: TransportError| Error::from(error).next();
    assert_eq!(
        next(TransportError::Offline),
        later(Wait::Soon, Why::Offline, false)
    );
    assert_eq!(
        next(TransportError::NotSent(cause())),
        later(Wait::Soon, Why::Unreachable, false)
    );
    assert_eq!(
        next(TransportError::Interrupted(cause())),
        later(Wait::Soon, Why::NoAnswer, true)
    );
    assert_eq!(
        next(TransportError::Silent),
        later(Wait::Soon, Why::NoAnswer, true)
    );
    let late = Error::TimedOut(Duration::from_secs(20));
    assert_eq!(late.next(), later(Wait::Soon, Why::NoAnswer, true));
    let host = "files.example".to_owned();
    let plain = TransportError::PlainHttp { host: host.clone() };
    assert_eq!(next(plain), stuck(Reason::PlainHttp(host)));
}

#[test]
fn keys_and_sessions_that_are_not_accepted_stop_everything() {
    for code in [206, 209, 210, 211, 401, 403] {
        assert_eq!(refused(400, Some(code), ""), Next::SignInAgain, "{code}");
    }
    for status in [401, 403, 410] {
        assert_eq!(
            refused(status, None, "unauthorized"),
            Next::SignInAgain,
            "{status}"
        );
    }
    assert_eq!(Error::from(Invalid::NoKey).next(), Next::SignInAgain);
}

#[test]
fn a_server_with_too_much_to_do_is_asked_again_and_a_day_that_is_used_up_ends_at_midnight() {
    assert_eq!(refused(429, Some(429), ""), later(Wait::Soon, Why::Busy, false));
    assert_eq!(refused(429, None, ""), later(Wait::Soon, Why::Busy, false));
    assert_eq!(refused(400, Some(430), ""), later(Wait::Slowly, Why::Busy, false));
    assert_eq!(
        refused(400, Some(140), ""),
        later(Wait::Tomorrow, Why::Quota, false)
    );
    assert_eq!(
        refused(400, Some(219), ""),
        later(Wait::Slowly, Why::LoginLocked, false)
    );
}

#[test]
fn a_fault_of_the_server_passes_and_an_archived_app_is_said() {
    for (status, code) in [(500, Some(1)), (502, Some(502)), (400, Some(124)), (524, None)] {
        let next = refused(status, code, "");
        assert_eq!(next, later(Wait::Soon, Why::Fault, true), "{status} {code:?}");
    }
    assert_eq!(
        refused(200, Some(1), "Internal server error."),
        later(Wait::Soon, Why::Fault, true)
    );
    assert_eq!(
        refused(503, Some(503), ""),
        later(Wait::Slowly, Why::Disabled, false)
    );
    assert_eq!(
        refused(504, Some(504), ""),
        later(Wait::Slowly, Why::Archived, false)
    );
}

#[test]
fn what_is_there_already_is_done() {
    assert_eq!(refused(400, Some(137), ""), Next::AlreadyDone);
    assert_eq!(refused(400, Some(159), "Duplicate request"), Next::AlreadyDone);
}

#[test]
fn one_row_is_stuck_with_its_reason() {
    let lock = TypeLock {
        field: "n".to_owned(),
        expected: "Number".to_owned(),
    };
    let text = "schema mismatch for C.n; expected Number but got String";
    assert_eq!(
        refused(400, Some(111), text),
        stuck(Reason::TypeLocked(Some(lock)))
    );
    assert_eq!(refused(400, Some(111), "?"), stuck(Reason::TypeLocked(None)));
    assert_eq!(refused(404, Some(101), ""), stuck(Reason::Missing));
    let gone = "Could not find object by id 'x' for class 'C'.";
    assert_eq!(refused(200, Some(1), gone), stuck(Reason::Missing));
    assert_eq!(
        refused(413, None, "request entity too large"),
        stuck(Reason::TooLarge)
    );
    assert_eq!(refused(400, Some(305), ""), stuck(Reason::Conflict));
    assert_eq!(refused(400, Some(202), ""), stuck(Reason::Taken));
    assert_eq!(refused(400, Some(105), ""), stuck(Reason::Refused(105)));
    assert_eq!(refused(400, None, ""), stuck(Reason::Refused(400)));
    assert_eq!(Error::from(Invalid::NoFields).next(), stuck(Reason::Invalid));
    assert_eq!(Error::from(Invalid::TooLarge(1)).next(), stuck(Reason::TooLarge));
    assert_eq!(
        Error::Unsupported { what: "scan" }.next(),
        stuck(Reason::Unsupported)
    );
    assert_eq!(
        Error::NeedsMasterKey { what: "it" }.next(),
        stuck(Reason::NeedsMasterKey)
    );
    assert_eq!(Error::Altered { what: "hash" }.next(), stuck(Reason::Altered));
    assert_eq!(Error::Local(cause()).next(), stuck(Reason::LocalFile));
    assert_eq!(Error::Conflict.next(), stuck(Reason::Conflict));
}

#[test]
fn a_gateway_does_not_know_what_it_refuses() {
    let next = |status| {
        let status = StatusCode::from_u16(status).unwrap();
        Error::Gateway { status }.next()
    };
    assert_eq!(next(502), later(Wait::Soon, Why::Fault, true));
    assert_eq!(next(200), later(Wait::Soon, Why::Fault, true));
    assert_eq!(next(302), later(Wait::Soon, Why::Fault, false));
    assert_eq!(next(403), later(Wait::Soon, Why::Fault, false));
    assert_eq!(next(413), stuck(Reason::TooLarge));
    assert_eq!(next(429), later(Wait::Soon, Why::Busy, false));
    assert_eq!(
        Error::malformed("no JSON").next(),
        later(Wait::Soon, Why::Fault, true)
    );
    assert_eq!(Error::HeldBack.next(), later(Wait::Soon, Why::Earlier, false));
}

#[test]
fn a_host_of_files_has_numbers_of_its_own() {
    let next = |status| {
        let status = StatusCode::from_u16(status).unwrap();
        let message = String::new();
        Error::from(StorageError { status, message }).next()
    };
    assert_eq!(next(614), Next::AlreadyDone);
    assert_eq!(next(401), later(Wait::Soon, Why::Fault, true));
    assert_eq!(next(573), later(Wait::Soon, Why::Busy, true));
    assert_eq!(next(579), later(Wait::Soon, Why::Fault, true));
    assert_eq!(next(404), stuck(Reason::Missing));
    assert_eq!(next(413), stuck(Reason::TooLarge));
    assert_eq!(next(403), stuck(Reason::Refused(403)));
    let left = Error::LeftBehind {
        file: crate::FileId::new("f"),
        source: Box::new(Error::TimedOut(Duration::ZERO)),
    };
    assert_eq!(left.next(), later(Wait::Soon, Why::NoAnswer, true));
}
