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

    pub(crate) fn replace(&self, hosts: impl IntoIterator<Item = String>) {
        *self.0.write() = hosts.into_iter().map(|host| host.to_lowercase()).collect();
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
            "http" if is_this_computer(address) || self.0.read().contains(host) => Ok(()),
            "http" => Err(NetError::PlainHttp {
                host: host.to_owned(),
            }),
            _ => Err(NetError::Address(address.to_string())),
        }
    }
}

/// A host that somebody names in order to agree to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlainHost {
    /// This computer, which needs no agreement.
    ThisComputer,
    /// Another one: in lower case, as it stands in addresses, without a port.
    Other(String),
}

impl PlainHost {
    /// Reads a host from what somebody typed or copied: its name, with or without a port, or a whole address. `None`
    /// when that is none of these, or says with which name or password one would go there.
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        let address = match text.contains("://") {
            true => Url::parse(text),
            false => Url::parse(&format!("http://{text}")),
        };
        let names_nobody = |address: &Url| address.username().is_empty() && address.password().is_none();
        let address = address.ok().filter(names_nobody)?;
        let host = address.host_str().filter(|host| !host.is_empty())?;
        Some(match is_this_computer(&address) {
            true => Self::ThisComputer,
            false => Self::Other(host.to_owned()),
        })
    }
}

/// Whether an address is this computer's own, so that nothing that goes there leaves it. This is the one rule for that:
/// what it says is spoken to without encryption and without agreement, and reached while the offline switch is on.
///
/// ```
/// let here = |address: &str| rehearse_net::is_this_computer(&address.parse().unwrap());
/// assert!(here("http://127.0.0.1:11434/v1") && here("http://models.localhost/"));
/// assert!(!here("http://192.168.0.9:11434/v1") && !here("https://localhost.example.org/"));
/// ```
pub fn is_this_computer(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether a host, with or without its port as it stands in an address, is this computer.
pub fn names_this_computer(host: &str) -> bool {
    PlainHost::named(host) == Some(PlainHost::ThisComputer)
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
        hosts.replace(["lc-2.LCFILE.com".to_owned()]);
        assert!(check(&hosts, "http://lc-2.lcfile.com/a").is_ok());
        assert_eq!(hosts.list(), ["lc-2.lcfile.com"]);
        assert!(check(&hosts, "http://lc-1.lcfile.com/a").is_err());
    }

    #[test]
    fn a_host_is_understood_as_people_name_it_and_matches_the_addresses_it_stands_in() {
        for text in [
            "LC-1.lcfile.com",
            " lc-1.lcfile.com:8080 ",
            "http://lc-1.lcfile.com/a/b.mp3?x=1",
        ] {
            let named = PlainHost::Other("lc-1.lcfile.com".to_owned());
            assert_eq!(PlainHost::named(text), Some(named), "{text}");
        }
        let Some(PlainHost::Other(host)) = PlainHost::named("[2001:DB8::1]:81") else {
            panic!("a number is a name too");
        };
        assert!(check(&PlainHosts::of([host]), "http://[2001:db8::1]/a").is_ok());
        for here in ["127.0.0.1:7101", "localhost", "[::1]"] {
            assert_eq!(PlainHost::named(here), Some(PlainHost::ThisComputer), "{here}");
            assert!(names_this_computer(here), "{here}");
        }
        for nothing in ["", "a b", "http://", "me@example.org", ":secret@example.org"] {
            assert_eq!(PlainHost::named(nothing), None, "{nothing}");
            assert!(!names_this_computer(nothing), "{nothing}");
        }
    }

    #[test]
    fn a_host_is_told_from_the_same_host_on_another_port() {
        let host = |text: &str| host_of(&Url::parse(text).unwrap());
        assert_eq!(host("https://example.org/x"), "example.org");
        assert_eq!(host("http://127.0.0.1:81/x"), "127.0.0.1:81");
    }
}
