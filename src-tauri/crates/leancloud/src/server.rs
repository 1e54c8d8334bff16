//! Where the server is and which dialect it speaks.

use url::Url;

use crate::Invalid;

/// Which of the two servers answers. They share most of one protocol; this crate hides where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// LeanCloud, API version 1.1.
    LeanCloud,
    /// Parse Server 9.
    Parse,
}

/// The address of an app's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    dialect: Dialect,
    base: Url,
}

impl Server {
    /// A LeanCloud app at the address that its console shows, with or without `/1.1`.
    ///
    /// # Errors
    ///
    /// [`Invalid::Address`] when it is no http or https address.
    ///
    /// ```
    /// let server = rehearse_leancloud::Server::leancloud("https://abcdefgh.api.lncldglobal.com")?;
    /// assert_eq!(server.base().as_str(), "https://abcdefgh.api.lncldglobal.com/1.1");
    /// # Ok::<(), rehearse_leancloud::Invalid>(())
    /// ```
    pub fn leancloud(address: &str) -> Result<Self, Invalid> {
        let mut base = parse(address)?;
        if base.path().trim_end_matches('/').is_empty() {
            base.set_path("/1.1");
        }
        Ok(Self {
            dialect: Dialect::LeanCloud,
            base,
        })
    }

    /// A Parse Server, at its address with the mount path: `https://example.org/parse`.
    ///
    /// # Errors
    ///
    /// [`Invalid::Address`] when it is no http or https address.
    pub fn parse(address: &str) -> Result<Self, Invalid> {
        Ok(Self {
            dialect: Dialect::Parse,
            base: parse(address)?,
        })
    }

    /// Which dialect it speaks.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The address below which everything lies, without a slash at its end.
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// The path of a request inside a batch.
    pub(crate) fn inner_path(&self, segments: &[&str]) -> String {
        let prefix = self.base.path().trim_end_matches('/');
        format!("{prefix}/{}", segments.join("/"))
    }

    /// The address of a request.
    pub(crate) fn address(&self, segments: &[String], query: Option<&str>) -> Url {
        let mut address = self.base.clone();
        // An http address always has a path.
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        address.set_query(query);
        address
    }
}

fn parse(address: &str) -> Result<Url, Invalid> {
    let wrong = || Invalid::Address(address.to_owned());
    let mut base = Url::parse(address.trim()).map_err(|_| wrong())?;
    if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none_or(str::is_empty) {
        return Err(wrong());
    }
    // Keys have their own place; an address is shown and written down.
    if !base.username().is_empty() || base.password().is_some() {
        return Err(Invalid::Address("an address with keys in it".to_owned()));
    }
    base.set_query(None);
    base.set_fragment(None);
    let path = base.path().trim_end_matches('/').to_owned();
    base.set_path(&path);
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for written in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/1.1",
            " https://a.example/1.1/ ",
        ] {
            let server = Server::leancloud(written).unwrap();
            assert_eq!(server.base().as_str(), "https://a.example/1.1", "{written}");
        }
        let server = Server::parse("http://127.0.0.1:7337/parse/").unwrap();
        assert_eq!(server.inner_path(&["classes", "Turn"]), "/parse/classes/Turn");
        let root = Server::parse("http://127.0.0.1:7337").unwrap();
        assert_eq!(root.inner_path(&["classes", "Turn"]), "/classes/Turn");
        for wrong in ["", "a.example", "ftp://a.example", "mailto:a@b.example"] {
            assert!(
                Server::leancloud(wrong).is_err() && Server::parse(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_name_cannot_leave_its_place_in_the_path() {
        let server = Server::leancloud("https://a.example").unwrap();
        let address = server.address(&["files".to_owned(), "../x?y#z".to_owned()], Some("a=b"));
        assert_eq!(address.as_str(), "https://a.example/1.1/files/..%2Fx%3Fy%23z?a=b");
    }
}
