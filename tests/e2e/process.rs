//! Processes that a stage started: each is ended by its id when the stage goes, and so is what it started in turn.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running program that does not outlive its owner.
#[derive(Debug)]
pub(crate) struct OwnProcess {
    child: Child,
}

impl OwnProcess {
    /// Starts a program; what it prints is dropped.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| {
            panic!(
                "{} could not be started: {error}",
                command.get_program().display()
            )
        });
        Self { child }
    }

    /// Starts a program that tells in its first line where it can be reached, and answers that line.
    pub(crate) fn start_and_read_line(command: &mut Command) -> (Self, String) {
        let mut process = Self::start(command.stdout(Stdio::piped()));
        let output = process.child.stdout.take().expect("the output is piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a first line");
        assert!(
            !line.trim().is_empty(),
            "{} ended without a word",
            command.get_program().display()
        );
        (process, line.trim().to_owned())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for OwnProcess {
    fn drop(&mut self) {
        let below = descendants(self.id());
        signal("TERM", self.id());
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(2) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        for (id, begun) in below {
            // An id that was given to another process in the meantime has another beginning.
            if started_at(id) == Some(begun) {
                signal("KILL", id);
            }
        }
    }
}

/// Sends a signal to one process.
pub(crate) fn signal(name: &str, id: u32) {
    let _ = Command::new("kill")
        .args(["-s", name, &id.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// Whether a process of that id runs; one that has ended and was not yet collected does not.
pub(crate) fn is_running(id: u32) -> bool {
    fields(id).is_some_and(|fields| fields.first().is_some_and(|state| state != "Z"))
}

/// The running process with that name below another one.
pub(crate) fn named_below(ancestor: u32, name: &str) -> Option<u32> {
    descendants(ancestor)
        .into_iter()
        .map(|(id, _)| id)
        .find(|id| fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|found| found.trim() == name))
}

/// All processes below one, with the moment each began, deepest last.
fn descendants(ancestor: u32) -> Vec<(u32, String)> {
    let everyone: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id| Some((id, fields(id)?.get(1)?.parse().ok()?)))
        .collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(
            everyone
                .iter()
                .filter(|(_, above)| *above == parent)
                .map(|(id, _)| *id),
        );
        next += 1;
    }
    found
        .into_iter()
        .skip(1)
        .filter_map(|id| Some((id, started_at(id)?)))
        .collect()
}

fn started_at(id: u32) -> Option<String> {
    fields(id)?.get(19).cloned()
}

/// The fields of `/proc/<id>/stat` after the name, which may hold spaces: state first, then the parent.
fn fields(id: u32) -> Option<Vec<String>> {
    let line = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = line.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
