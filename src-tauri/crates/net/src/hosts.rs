//! Which servers may be spoken to without encryption: this computer, and hosts that the user agreed to.

use std::collections::BTreeSet;

use parking_lot::RwLock;
use url::{Host, Url};

use crate::NetError;

#[derive(Debug, Default)]
pub(crate) struct PlainHosts(RwLock<BTreeSet<String>>);

impl PlainHosts {
    pub(crate) fn of(hosts: impl IntoIterator<Item = String>) -> Self {
        Self(RwLock::new(
            hosts.into_iter().map(|host| host.to_lowercase()).collect(),
        ))
    }

    pub(crate) fn allow(&self, host: &str) {
        self.0.write().insert(host.to_lowercase());
    }

    pub(crate) fn forbid(&self, host: &str) {
        self.0.write().remove(&host.to_lowercase());
    }

    pub(crate) fn list(&self) -> Vec<String> {
        self.0.read().iter().cloned().collect()
    }

    /// Whether a request may go to this address.
    pub(crate) fn check(&self, address: &Url) -> Result<(), NetError> {
        let Some(host) = address.host_str() else {
            return Err(NetError::Address(address.to_string()));
        };
        match address.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(address) || self.0.read().contains(host) => Ok(()),
            "http" => Err(NetError::PlainHttp {
                host: host.to_owned(),
            }),
            _ => Err(NetError::Address(address.to_string())),
        }
    }
}

/// Whether the address is this computer.
pub(crate) fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Host and port as they stand in an address.
pub(crate) fn host_of(address: &Url) -> String {
    let host = address.host_str().unwrap_or_default();
    match address.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &PlainHosts, address: &str) -> Result<(), NetError> {
        hosts.check(&Url::parse(address).unwrap())
    }

    #[test]
    fn encryption_is_asked_of_every_other_computer() {
        let hosts = PlainHosts::default();
        for fine in [
            "https://example.org/",
            "http://127.0.0.1:7101/",
            "http://127.8.9.10/",
            "http://[::1]:8080/",
            "http://localhost:1/",
            "http://parse.localhost/",
        ] {
            assert!(check(&hosts, fine).is_ok(), "{fine}");
        }
        for plain in [
            "http://example.org/",
            "http://10.0.0.1/",
            "http://localhost.example.org/",
            "http://128.0.0.1/",
        ] {
            assert!(
                matches!(check(&hosts, plain), Err(NetError::PlainHttp { .. })),
                "{plain}"
            );
        }
        for strange in ["ftp://example.org/", "file:///etc/hosts", "data:,x"] {
            assert!(
                matches!(check(&hosts, strange), Err(NetError::Address(_))),
                "{strange}"
            );
        }
    }

    #[test]
    fn an_agreement_holds_for_one_host_until_it_is_taken_back() {
        let hosts = PlainHosts::of(["LC-1.lcfile.com".to_owned()]);
        assert!(check(&hosts, "http://lc-1.lcfile.com/a").is_ok());
        assert!(check(&hosts, "http://lc-2.lcfile.com/a").is_err());
        hosts.allow("lc-2.LCFILE.com");
        assert!(check(&hosts, "http://lc-2.lcfile.com/a").is_ok());
        assert_eq!(hosts.list(), ["lc-1.lcfile.com", "lc-2.lcfile.com"]);
        hosts.forbid("lc-1.lcfile.com");
        assert!(check(&hosts, "http://lc-1.lcfile.com/a").is_err());
    }

    #[test]
    fn a_host_is_told_from_the_same_host_on_another_port() {
        let host = |text: &str| host_of(&Url::parse(text).unwrap());
        assert_eq!(host("https://example.org/x"), "example.org");
        assert_eq!(host("http://127.0.0.1:81/x"), "127.0.0.1:81");
    }
}
