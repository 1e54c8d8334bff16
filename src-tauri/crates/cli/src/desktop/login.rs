//! `login` and `logout`: whose server is told what is recorded. Keys and passwords are asked for and never stand in the
//! arguments, where other programs could read them.

use rehearse_core::SystemFolders;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{AudioChoice, ServerKind, SignInAs, SignInRequest};

use crate::desktop::arguments::{Login, Server};
use crate::desktop::jobs::owning;
use crate::desktop::print::Printer;
use crate::desktop::secret::secret;

/// Signs in. Somebody new without a name is told a recovery code.
pub(crate) async fn run(how: Login, folders: &SystemFolders, printer: &Printer) -> Result<(), ErrorView> {
    let core = owning(folders).await?;
    let done = async {
        let signed_in = core.sign_in(request(how, printer)?).await?;
        printer.answer(&signed_in, |signed_in| {
            let account = signed_in.sync.account.as_ref();
            let host = account.map(|account| account.host.as_str()).unwrap_or_default();
            let mut lines = vec![printer.sentences.say("cli.signed_in", &[("host", host)])];
            if let Some(code) = &signed_in.recovery_code {
                lines.push(printer.sentences.say("cli.recovery_code", &[("code", code)]));
            }
            lines
        })
    };
    let done = done.await;
    core.shut_down().await;
    done
}

/// Signs out.
pub(crate) async fn leave(folders: &SystemFolders, printer: &Printer) -> Result<(), ErrorView> {
    let core = owning(folders).await?;
    let done = core.sign_out().await;
    core.shut_down().await;
    printer.answer(&done?, |_| vec![printer.sentences.say("cli.signed_out", &[])])
}

/// Asks for what is secret, in this order: the app's key, the master key, the password or the recovery code.
fn request(how: Login, printer: &Printer) -> Result<SignInRequest, ErrorView> {
    let ask = |what| secret(what, printer);
    let app_key = ask("cli.ask.app_key")?;
    let master_key = how.master_key.then(|| ask("cli.ask.master_key")).transpose()?;
    let who = match (how.user, how.recovery_code, how.new) {
        (Some(username), _, false) => SignInAs::LogIn {
            username,
            password: ask("cli.ask.password")?,
        },
        (Some(username), _, true) => SignInAs::SignUp {
            username,
            password: ask("cli.ask.new_password")?,
        },
        (None, true, _) => SignInAs::RecoveryCode {
            code: ask("cli.ask.recovery_code")?,
        },
        (None, false, _) => SignInAs::Anonymous,
    };
    Ok(SignInRequest {
        server: match how.server {
            Server::Leancloud => ServerKind::LeanCloud,
            Server::Parse => ServerKind::Parse,
        },
        address: how.address,
        app_id: how.app_id,
        app_key: Some(app_key),
        master_key,
        who,
        stub_user: how.stub_user,
        audio: if how.audio_stays_here {
            AudioChoice::StaysHere
        } else {
            AudioChoice::Sent
        },
        keys: how.keys.into(),
        plain_hosts: how.plain_http,
        forget_untold: how.forget_untold,
    })
}
