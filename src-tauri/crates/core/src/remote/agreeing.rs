//! Hosts that may be spoken to without encryption, because the user said so of each: the server itself, or where its
//! files lie. Whoever is on the way to one can read and hear what goes there; that a recording comes back as it was
//! made is checked by its hash all the same.

use std::collections::BTreeSet;

use rehearse_net::PlainHost;
use rehearse_sync::refused_host;

use super::account::{ACCOUNT, Account};
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{SyncView, Topic};

impl Core {
    /// Agrees to speak to a host without encryption, for as long as somebody stays signed in. What was stuck because of
    /// it is tried again. This computer needs no agreement.
    ///
    /// # Errors
    /// `host_bad`; `not_signed_in`; why the database cannot be written.
    pub async fn allow_plain_http(&self, host: String) -> Result<SyncView, ErrorView> {
        if let Some(host) = named(&host)? {
            let _alone = self.0.remote.changing.lock().await;
            let mut account = self.signed_in()?;
            account.plain_hosts.insert(host.clone());
            self.agree(account).await?;
            self.retry_refused(host).await?;
        }
        self.sync().await
    }

    /// Takes that back: from now on nothing goes to this host without encryption.
    ///
    /// # Errors
    /// `host_bad`; `not_signed_in`; `plain_host_is_server`, which signing out takes back; why the database cannot be
    /// written.
    pub async fn forbid_plain_http(&self, host: String) -> Result<SyncView, ErrorView> {
        if let Some(host) = named(&host)? {
            let _alone = self.0.remote.changing.lock().await;
            let mut account = self.signed_in()?;
            if account.is_server(&host) {
                return Err(ErrorView::new("plain_host_is_server").with("host", host));
            }
            account.plain_hosts.remove(&host);
            self.agree(account).await?;
        }
        self.sync().await
    }

    /// Keeps what is agreed to, and holds to it from now on.
    async fn agree(&self, account: Account) -> Result<(), ErrorView> {
        let kept = Some(account.clone());
        self.0
            .on_store(move |store| store.put_setting(ACCOUNT, &kept))
            .await?;
        let remote = &self.0.remote;
        remote.net.set_plain_http_hosts(account.plain_hosts.clone());
        remote.standing.write().account = Some(account);
        self.0.bus.changed(Topic::Sync);
        Ok(())
    }

    /// What was stuck because of this host is tried again, and so are recordings that did not come.
    async fn retry_refused(&self, host: String) -> Result<(), ErrorView> {
        let now = self.0.now();
        self.0
            .on_store(move |store| {
                for row in store.stuck_changes()? {
                    if row.stuck_reason.as_deref().and_then(refused_host) == Some(&host) {
                        store.retry_stuck(row.id, now)?;
                    }
                }
                Ok(())
            })
            .await?;
        self.0.remote.hurry();
        self.0.bus.changed(Topic::Sessions);
        Ok(())
    }
}

/// The hosts that these texts name, without this computer.
pub(super) fn all_named(texts: &[String]) -> Result<BTreeSet<String>, ErrorView> {
    let hosts = texts.iter().filter(|text| !text.trim().is_empty());
    let hosts = hosts.map(|text| named(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(hosts.into_iter().flatten().collect())
}

/// The host that a text names; `None` for this computer.
fn named(text: &str) -> Result<Option<String>, ErrorView> {
    match PlainHost::named(text) {
        Some(PlainHost::Other(host)) => Ok(Some(host)),
        Some(PlainHost::ThisComputer) => Ok(None),
        None => Err(ErrorView::new("host_bad").with("host", repeated(text.trim()))),
    }
}

/// What somebody typed, to be said again; what stands before an `@` may be a password or a key, which nobody repeats.
pub(crate) fn repeated(typed: &str) -> &str {
    if typed.contains('@') { "…" } else { typed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_was_typed_as_part_of_a_host_is_not_repeated() {
        let said = |text: &str| named(text).unwrap_err().params["host"].clone();
        assert_eq!(said(" a b "), "a b");
        for text in [
            "dana:horse@example.org",
            ":horse@example.org",
            "http://dana:horse@example.org/",
        ] {
            assert_eq!(said(text), "…", "{text}");
        }
    }
}
