//! The clients underneath: one for this computer, which no proxy stands before, and one for all others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::NetError;

#[derive(Debug)]
pub(crate) struct Clients {
    pub(crate) loopback: reqwest::Client,
    pub(crate) outside: reqwest::Client,
    /// Why nothing can be trusted here, if so.
    pub(crate) no_tls: Option<String>,
}

impl Clients {
    pub(crate) fn build(user_agent: &str, connecting: Duration) -> Result<Self, String> {
        let (tls, no_tls) = trust().map_err(|error| error.to_string())?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(user_agent)
                .connect_timeout(connecting)
                .redirect(Policy::none())
                // What may be tried again is decided where the request is understood.
                .retry(reqwest::retry::never())
        };
        let loopback = builder().no_proxy().dns_resolver(ThisComputer).build();
        let outside = builder().build();
        match (loopback, outside) {
            (Ok(loopback), Ok(outside)) => Ok(Self {
                loopback,
                outside,
                no_tls,
            }),
            (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
        }
    }

    pub(crate) fn tls(&self) -> Result<(), NetError> {
        self.no_tls
            .clone()
            .map_or(Ok(()), |why| Err(NetError::NoTls(why)))
    }
}

/// Answers for the names of this computer (RFC 6761, section 6.3) without asking anybody: a server of names is another
/// computer, and it may name a third one.
struct ThisComputer;

impl Resolve for ThisComputer {
    fn resolve(&self, _: Name) -> Resolving {
        // The port is that of the request.
        let addresses = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
        let addresses: Addrs = Box::new(addresses.into_iter().map(|ip: IpAddr| SocketAddr::new(ip, 0)));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// A configuration that trusts what the system trusts. Without any trust it still serves what is not encrypted.
fn trust() -> Result<(ClientConfig, Option<String>), rustls::Error> {
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
    };
    match builder()?.with_platform_verifier() {
        Ok(builder) => Ok((builder.with_no_client_auth(), None)),
        Err(error) => {
            let nothing = builder()?.with_root_certificates(RootCertStore::empty());
            Ok((nothing.with_no_client_auth(), Some(error.to_string())))
        }
    }
}
