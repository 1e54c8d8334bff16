//! The program with a data folder and a file of credentials of its own.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for a run.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Program {
    roof: TempDir,
}

/// What a run logged and how it ended.
pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

/// A run under way; killed when dropped.
pub(crate) struct Running {
    child: Child,
    begun: Instant,
}

impl Program {
    pub(crate) fn new(credentials: &Value) -> Self {
        let program = Self {
            roof: TempDir::new().unwrap(),
        };
        program.write(&credentials.to_string());
        program
    }

    pub(crate) fn credentials(&self) -> PathBuf {
        self.roof.path().join("rehearse-poll")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.roof.path().join("data")
    }

    /// The recordings that lie in the data folder.
    pub(crate) fn recordings(&self) -> Vec<PathBuf> {
        let sessions = fs::read_dir(self.data().join("audio")).unwrap();
        let files = sessions.flat_map(|session| fs::read_dir(session.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }

    /// Other credentials.
    pub(crate) fn write(&self, text: &str) {
        let path = self.credentials();
        let _ = fs::remove_file(&path);
        fs::write(&path, text).unwrap();
        self.set_mode(0o600);
    }

    pub(crate) fn set_mode(&self, mode: u32) {
        fs::set_permissions(self.credentials(), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The program, told nothing yet.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rehearse-cli"));
        command.arg("poll").stdin(Stdio::null()).stdout(Stdio::null());
        for name in [
            "RUST_LOG",
            "CREDENTIALS_DIRECTORY",
            "STATE_DIRECTORY",
            "REHEARSE_DATA_DIR",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// The same, told where credentials and data lie.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.bare();
        command
            .arg("--credentials")
            .arg(self.credentials())
            .arg("--data")
            .arg(self.data())
            .args(words);
        command
    }

    pub(crate) fn start(&self, words: &[&str]) -> Running {
        Running::of(self.command(words))
    }

    pub(crate) fn once(&self, words: &[&str]) -> Told {
        self.start(&[&["--once"], words].concat()).told()
    }
}

impl Running {
    pub(crate) fn of(mut command: Command) -> Self {
        Self {
            child: command.stderr(Stdio::piped()).spawn().unwrap(),
            begun: Instant::now(),
        }
    }

    /// Ends it without warning (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end (SIGTERM), and waits.
    pub(crate) fn terminate(mut self) -> Told {
        let sent = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        self.begun = Instant::now();
        self.told()
    }

    /// Waits until it ends.
    pub(crate) fn told(mut self) -> Told {
        let mut pipe = self.child.stderr.take().unwrap();
        let reading = std::thread::spawn(move || {
            let mut err = String::new();
            pipe.read_to_string(&mut err).unwrap();
            err
        });
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            if self.begun.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("it does not end: {}", reading.join().unwrap());
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        Told {
            code,
            took: self.begun.elapsed(),
            err: reading.join().unwrap(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Told {
    /// What was logged: each line an object of fields.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        self.err.lines().map(read).collect()
    }

    /// The lines that say this.
    pub(crate) fn saying(&self, message: &str) -> Vec<Value> {
        let mut lines = self.lines();
        lines.retain(|line| line["message"] == message);
        lines
    }

    /// The code of a run that did not begin; with it goes what is safe and what to do next.
    pub(crate) fn error(&self) -> String {
        let lines = self.lines();
        let line = lines.iter().rfind(|line| line["level"] == "ERROR").unwrap();
        for part in ["message", "safe", "next"] {
            assert!(!line[part].as_str().unwrap().is_empty(), "{line}");
        }
        let code = line["code"].as_str().unwrap().to_owned();
        // Only what may pass by itself is worth being started again for.
        let passes = ["server_away", "data_held"].contains(&code.as_str());
        assert_eq!(self.code, Some(if passes { 1 } else { 78 }), "{}", self.err);
        code
    }
}
