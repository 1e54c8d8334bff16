//! A data folder and the program on it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for something that happens within a second or two.
const PATIENCE: Duration = Duration::from_secs(30);

/// The scenario of most tests.
pub(crate) const RAISE: &str = "ask-for-a-raise";

/// A data folder, and below the same roof whatever a test makes beside it.
pub(crate) struct Stage {
    roof: TempDir,
    data: PathBuf,
}

/// What a run of the program said and how it ended.
pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let roof = TempDir::new().unwrap();
        let data = roof.path().join("data");
        Self { roof, data }
    }

    /// With the data folder somewhere else.
    pub(crate) fn with_data_at(data: PathBuf) -> Self {
        Self { data, ..Self::new() }
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// A place beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.roof.path().join(name)
    }

    /// The program, told where the data lies, in English, on a system without sound devices.
    pub(crate) fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rehearse-cli"));
        let nowhere = self.beside("nowhere");
        command
            .args(words)
            .arg("--data-dir")
            .arg(&self.data)
            .stdin(Stdio::null());
        for name in [
            "LC_ALL",
            "LC_MESSAGES",
            "LANGUAGE",
            "RUST_LOG",
            "REHEARSE_DATA_DIR",
        ] {
            command.env_remove(name);
        }
        command
            .env("LANG", "C.UTF-8")
            .env("XDG_RUNTIME_DIR", &nowhere)
            .env("PULSE_SERVER", format!("unix:{}", nowhere.display()))
            .env("ALSA_CONFIG_PATH", &nowhere);
        command
    }

    /// Runs it to its end in Chinese.
    pub(crate) fn run_in_chinese(&self, words: &[&str]) -> Told {
        Told::of(self.program(words).env("LANG", "zh_CN.UTF-8").output().unwrap())
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Told {
        Told::of(self.program(words).output().unwrap())
    }

    /// Runs it with `--json`: it must succeed, say nothing on standard error, and answer JSON.
    pub(crate) fn ask(&self, words: &[&str]) -> Value {
        let told = self.run(&[words, &["--json"]].concat());
        assert_eq!(
            (told.code, told.err.as_str()),
            (Some(0), ""),
            "{words:?}: {}",
            told.out
        );
        serde_json::from_str(&told.out).unwrap()
    }

    /// Practises with these files as turns; answers the session as JSON.
    pub(crate) fn practise(&self, inputs: &[PathBuf], more: &[&str]) -> Value {
        let mut words = vec!["practise", RAISE];
        for input in inputs {
            words.extend(["--input", input.to_str().unwrap()]);
        }
        words.extend(more);
        self.ask(&words)
    }

    /// Starts a practice at the pace of speech; it runs until it ends or is killed.
    pub(crate) fn start_practice(&self, input: &Path) -> Running {
        let words = [
            "practise",
            RAISE,
            "--realtime",
            "--input",
            input.to_str().unwrap(),
        ];
        let child = self
            .program(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running(child)
    }

    /// Waits until the take that the trainee is recording has so many bytes.
    pub(crate) fn wait_for_take(&self, bytes: u64) -> PathBuf {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let part = files(&self.data).into_iter().find(|file| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.ends_with(".mp3.part")
                    && !name.contains(".partner.")
                    && file.metadata().is_ok_and(|about| about.len() >= bytes)
            });
            if let Some(part) = part {
                return part;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("nothing is recorded: {:?}", files(&self.data));
    }
}

impl Told {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// The error of a run with `--json`: data on standard error, nothing on standard output, exit code 1.
    pub(crate) fn error(&self) -> Value {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        let told: Value = serde_json::from_str(&self.err).unwrap();
        assert!(!told["text"].as_str().unwrap().is_empty());
        told["error"].clone()
    }

    /// The sentences of a run that failed.
    pub(crate) fn sentences(&self) -> &str {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        assert!(
            !self.err.contains("{{") && !self.err.contains("error."),
            "{}",
            self.err
        );
        &self.err
    }
}

/// A practice under way; killed when dropped.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Ends it without warning (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Waits until it ends by itself.
    pub(crate) fn told(mut self) -> Told {
        let mut err = String::new();
        let mut pipe = self.0.stderr.take().unwrap();
        std::io::Read::read_to_string(&mut pipe, &mut err).unwrap();
        Told {
            code: self.0.wait().unwrap().code(),
            out: String::new(),
            err,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}
