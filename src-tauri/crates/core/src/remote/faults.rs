//! What the server, or a place for keys, refused: as a sentence's code.

use rehearse_leancloud::{Error, Next, Reason, Why};

use crate::error::ErrorView;
use crate::vault::VaultFault;

/// An error of the server, met while somebody waited for the answer. `host` is named in the sentence.
pub(super) fn of_remote(host: &str, error: &Error) -> ErrorView {
    let code = match error.next() {
        Next::Later { why, .. } => match why {
            Why::Offline => "remote_offline",
            Why::Unreachable | Why::NoAnswer => "remote_unreachable",
            Why::Busy | Why::Fault | Why::Earlier => "remote_busy",
            Why::Quota => "remote_quota",
            Why::Archived => "remote_archived",
            Why::Disabled => "remote_disabled",
            Why::LoginLocked => "remote_login_locked",
        },
        Next::SignInAgain => refusal(error),
        Next::AlreadyDone => "remote_refused",
        Next::Stuck { reason } => match reason {
            Reason::Taken => "remote_name_taken",
            Reason::PlainHttp(plain) => return ErrorView::new("remote_plain_http").with("host", plain),
            Reason::Missing => "remote_no_such_app",
            Reason::NeedsMasterKey => "remote_needs_master_key",
            _ => "remote_refused",
        },
    };
    ErrorView::new(code).with("host", host).with("detail", error)
}

/// Wrong name or password, or wrong keys.
fn refusal(error: &Error) -> &'static str {
    match error {
        Error::Server(told) if matches!(told.code, Some(210 | 211)) => "remote_wrong_password",
        Error::Server(told) if told.status.as_u16() == 410 => "remote_no_such_app",
        _ => "remote_wrong_keys",
    }
}

/// A place for keys that cannot be used.
pub(crate) fn of_vault(fault: &VaultFault) -> ErrorView {
    let (code, detail) = match fault {
        VaultFault::Missing(detail) => ("keychain_missing", detail),
        VaultFault::Locked(detail) => ("keychain_locked", detail),
        VaultFault::Open(file) => return ErrorView::new("key_file_open").with("file", file),
        VaultFault::Failed(detail) => ("keychain_failed", detail),
    };
    ErrorView::new(code).with("detail", detail)
}
