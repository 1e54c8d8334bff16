//! A second process: this same test program, told by its environment what to do.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use rehearse_store::Store;

use crate::support::{at, recorded, session};
use crate::{end, owner, owner_at};

const TASK: &str = "REHEARSE_STORE_TEST_TASK";
const FOLDER: &str = "REHEARSE_STORE_TEST_FOLDER";

/// What the other process does.
#[derive(Clone, Copy)]
pub(crate) enum Task {
    /// Owns the folder until it is killed.
    Own,
    /// Owns the folder and records session after session until it is killed.
    Record,
    /// Owns the folder and deletes and purges session after session until it is killed.
    Purge,
}

impl Task {
    fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Record => "record",
            Self::Purge => "purge",
        }
    }
}

/// The other process; killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts it and waits until it owns the folder.
    pub(crate) fn start(task: Task, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "child::another_process",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(TASK, task.word())
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Self { child, lines };
        process.wait_for("owned");
        process
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads what it reports until this comes; gives back the number that follows it.
    pub(crate) fn wait_for(&mut self, word: &str) -> u64 {
        loop {
            let line = self.lines.next().expect("the other process ended early").unwrap();
            if let Some((_, rest)) = line.split_once(&format!("{word}:")) {
                return rest.trim_end_matches('.').parse().unwrap();
            }
        }
    }

    /// Kills it without any warning and gives back the last number it reported with this word.
    pub(crate) fn kill(mut self, word: &str) -> Option<u64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut last = None;
        while let Some(Ok(line)) = self.lines.next() {
            // A line that was cut off by the kill may have lost digits, so only whole ones (with the mark) count.
            if let Some((_, rest)) = line.split_once(&format!("{word}:")) {
                last = rest
                    .strip_suffix('.')
                    .and_then(|number| number.trim().parse().ok())
                    .or(last);
            }
        }
        last
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn report(word: &str, number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}:{number}.").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "the part of another process, started by other tests"]
fn another_process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("started by another test"));
    let task = std::env::var(TASK).unwrap();
    let store = match task.as_str() {
        "own" => owner(&folder),
        _ => owner_at(&folder, at(0)),
    };
    report("owned", 0);
    match task.as_str() {
        "record" => record_without_end(&store, &folder),
        "purge" => purge_without_end(&store),
        _ => std::thread::sleep(std::time::Duration::from_secs(60)),
    }
}

/// Reports each turn after it was acknowledged.
fn record_without_end(store: &Store, folder: &Path) {
    for number in 1.. {
        store.create_session(&session(number)).unwrap();
        for sequence in 0..6 {
            store.record_turn(&recorded(folder, number, sequence)).unwrap();
            report("turn", number * 1_000 + u64::from(sequence));
        }
        store.end_session(&end(number)).unwrap();
    }
}

/// Reports each session before its purge begins.
fn purge_without_end(store: &Store) {
    for number in 1.. {
        let id = crate::support::session_id(number);
        if store.doom_sessions(&[id], at(0)).unwrap().sessions == 0 {
            return;
        }
        report("doomed", number);
        store.purge_doomed(at(0), at(1)).unwrap();
    }
}
