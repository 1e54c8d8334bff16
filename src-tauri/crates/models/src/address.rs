//! Where a model is served, from what a person typed. Nothing is guessed: a path that is missing is not added.

use std::fmt;
use std::str::FromStr;

use rehearse_net::is_this_computer;
use url::Url;

use crate::Key;
use crate::wire::Dialect;

/// The text is no address of a model's host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no address at all, or a relative one.
    #[error("that is not an address; one begins with https:// or http://")]
    NoAddress,
    /// It leads to something that is not served over HTTP.
    #[error("a model is reached over https:// or http://")]
    Scheme,
    /// It carries a name or a password, which would be kept and shown with it. A key is kept apart.
    #[error("an address must not carry a name or a password")]
    Secret,
    /// It goes on after a `?` or a `#`, so that nothing can be added to its path.
    #[error("an address must not have a ? or a # in it")]
    Query,
}

/// The address that all requests to a model begin with, such as `https://api.openai.com/v1`. Without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

impl FromStr for Address {
    type Err = AddressError;

    /// Takes an address with or without spaces around it and slashes at its end.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.contains(['?', '#']) {
            return Err(AddressError::Query);
        }
        let url = Url::parse(text.trim_end_matches('/')).map_err(|_| AddressError::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Secret);
        }
        Ok(Self(url))
    }
}

impl Address {
    /// The host, and the port where it is not the usual one.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The host, without its port, where everything goes to another computer without encryption.
    pub fn plain_host(&self) -> Option<&str> {
        let is_plain = self.0.scheme() == "http" && !self.is_this_computer();
        self.0.host_str().filter(|_| is_plain)
    }

    /// Whether it is served on this computer: nothing that goes there leaves it.
    pub fn is_this_computer(&self) -> bool {
        is_this_computer(&self.0)
    }

    /// This path below the address.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// The address of DashScope's own interface beside the one that OpenAI coined.
    pub(crate) fn native(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path(url.path().replace("/compatible-mode/v1", "/api/v1").as_str());
        Self(url)
    }

    /// DashScope is known by its host, or by its path where something stands before it.
    pub(crate) fn dialect(&self) -> Dialect {
        let host = self.0.host_str().unwrap_or_default();
        match host.ends_with(".aliyuncs.com") || self.0.path().contains("/compatible-mode/") {
            true => Dialect::DashScope,
            false => Dialect::OpenAi,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Where a model is served, and what opens the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Where.
    pub address: Address,
    /// The key; a model on this computer mostly needs none.
    pub key: Option<Key>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_cleaned_and_never_completed() {
        for (text, clean) in [
            (" https://api.openai.com/v1/ ", "https://api.openai.com/v1"),
            ("http://127.0.0.1:11434/v1//", "http://127.0.0.1:11434/v1"),
            ("http://LOCALHOST:8080", "http://localhost:8080"),
        ] {
            assert_eq!(address(text).to_string(), clean);
        }
        assert_eq!(
            address("http://localhost:8080").join("inference"),
            "http://localhost:8080/inference"
        );
        assert_eq!(address("https://h/v1/").join("models"), "https://h/v1/models");
    }

    #[test]
    fn a_bad_address_is_told_by_what_is_wrong_with_it() {
        for (text, error) in [
            ("", AddressError::NoAddress),
            ("api.openai.com/v1", AddressError::NoAddress),
            ("https://", AddressError::NoAddress),
            ("localhost:8080", AddressError::Scheme),
            ("ftp://example.org", AddressError::Scheme),
            ("https://me:secret@example.org", AddressError::Secret),
            ("https://example.org/v1?key=secret", AddressError::Query),
        ] {
            assert_eq!(text.parse::<Address>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_host_is_shown_with_its_port_and_this_computer_is_known() {
        let here = address("http://127.0.0.1:11434/v1");
        assert_eq!(
            (here.host().as_str(), here.is_this_computer()),
            ("127.0.0.1:11434", true)
        );
        let away = address("https://api.openai.com/v1");
        assert_eq!(
            (away.host().as_str(), away.is_this_computer()),
            ("api.openai.com", false)
        );
    }

    #[test]
    fn what_goes_to_another_computer_without_encryption_is_known_by_its_host() {
        let lan = address("http://NAS:11434/v1");
        assert_eq!(lan.plain_host(), Some("nas"));
        for fine in ["http://localhost:11434/v1", "http://[::1]/v1", "https://nas/v1"] {
            assert_eq!(address(fine).plain_host(), None, "{fine}");
        }
    }

    #[test]
    fn dashscope_is_known_by_its_host_or_its_path_and_has_two_interfaces() {
        let beijing = address("https://dashscope.aliyuncs.com/compatible-mode/v1");
        assert_eq!(beijing.dialect(), Dialect::DashScope);
        assert_eq!(
            beijing.native().to_string(),
            "https://dashscope.aliyuncs.com/api/v1"
        );
        let workspace = address("https://w.cn-beijing.maas.aliyuncs.com/compatible-mode/v1");
        assert_eq!(workspace.dialect(), Dialect::DashScope);
        assert_eq!(
            address("http://127.0.0.1:1/compatible-mode/v1").dialect(),
            Dialect::DashScope
        );
        assert_eq!(address("http://127.0.0.1:11434/v1").dialect(), Dialect::OpenAi);
    }
}
