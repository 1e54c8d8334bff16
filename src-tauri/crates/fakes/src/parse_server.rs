//! A real Parse Server on loopback for as long as a test wants one: `tests/parse/serve.mjs`, which starts it with a
//! PostgreSQL of its own in a temporary folder, and ends both when this end of its standard input closes.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::Unavailable;

/// What a client of the server is configured with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseKeys {
    /// `X-Parse-Application-Id`.
    pub app_id: String,
    /// `X-Parse-REST-API-Key`.
    pub rest_key: String,
    /// `X-Parse-Master-Key`.
    pub master_key: String,
}

/// A Parse Server with an empty database. Dropped, it and its database are gone.
#[derive(Debug)]
pub struct ParseServer {
    child: Child,
    /// `None` once it was told to end.
    talk: Mutex<Option<Talk>>,
    url: String,
    keys: ParseKeys,
}

#[derive(Debug)]
struct Talk {
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl ParseServer {
    /// Starts one; that takes some seconds.
    ///
    /// # Errors
    /// Where Node, the npm packages of `tests/parse` or PostgreSQL are missing, or it does not come up.
    pub fn start() -> Result<Self, Unavailable> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/parse"));
        if !folder.join("node_modules/parse-server").is_dir() {
            return Err(Unavailable::because(
                "run `npm ci` in tests/parse, which `npm test` does, for Parse Server",
            ));
        }
        let mut child = Command::new("node")
            .arg("serve.mjs")
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Its warnings are about the defaults of versions to come.
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Unavailable::because(format_args!("node: {error}")))?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Unavailable::because("node has no pipes"));
        };
        let mut talk = Talk {
            orders,
            answers: BufReader::new(answers),
        };
        let ready = talk.answer();
        let text = |name: &str| ready.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let keys = (text("url"), text("appId"), text("restKey"), text("masterKey"));
        let (Some(url), Some(app_id), Some(rest_key), Some(master_key)) = keys else {
            // It ends by itself after it has said why.
            drop(talk);
            let _ = child.wait();
            return Err(Unavailable::because(
                text("unavailable").unwrap_or_else(|| "Parse Server did not start".into()),
            ));
        };
        let keys = ParseKeys {
            app_id,
            rest_key,
            master_key,
        };
        Ok(Self {
            child,
            talk: Mutex::new(Some(talk)),
            url,
            keys,
        })
    }

    /// Where it answers, its mount path included: `http://127.0.0.1:PORT/parse`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The app and its keys.
    pub const fn keys(&self) -> &ParseKeys {
        &self.keys
    }

    /// Gives a text column of a class a unique index, and makes both where they do not exist yet.
    ///
    /// # Errors
    /// When the database refuses, as where the column has twins already.
    pub fn make_unique(&self, class: &str, column: &str) -> Result<(), Unavailable> {
        let mut talk = self.talk.lock();
        let talk = talk
            .as_mut()
            .ok_or_else(|| Unavailable::because("the server has ended"))?;
        let order = json!({"unique": [class, column]});
        writeln!(talk.orders, "{order}").map_err(Unavailable::because)?;
        match talk.answer().get("done") {
            Some(Value::Bool(true)) => Ok(()),
            told => Err(Unavailable::because(format_args!("no unique index: {told:?}"))),
        }
    }
}

impl Talk {
    /// The next line, as JSON; null where there is none.
    fn answer(&mut self) -> Value {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        read.ok()
            .and_then(|_| serde_json::from_str(&line).ok())
            .unwrap_or_default()
    }
}

impl Drop for ParseServer {
    fn drop(&mut self) {
        // Its input ends, and so does it, after it has cleaned up.
        self.talk.lock().take();
        let _ = self.child.wait();
    }
}
