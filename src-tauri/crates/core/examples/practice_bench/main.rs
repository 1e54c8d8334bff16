//! How fast a practice answers, over the whole core with a real sound server: `practice_bench WAV SESSIONS TURNS`
//! speaks the WAV into a virtual microphone, practises so many sessions of so many turns, and prints the figures as
//! JSON. After each turn the bare program beside it does the same writes, so that both meet the same disk.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod bare;
mod looking;
mod memory;
mod percentiles;
mod practice;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};

use rehearse_testkit::VirtualSound;

/// Said to the process that runs with the virtual sound server in its environment.
const INSIDE: &str = "--inside";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, otherwise| {
        words
            .get(place)
            .map_or(otherwise, |word| word.parse().expect("a number"))
    };
    let (sessions, turns) = (number(1, 20), number(2, 2));
    if words.get(3).is_some_and(|word| word == INSIDE) {
        return practice::run(sessions, turns);
    }
    let wav = PathBuf::from(words.first().expect("a WAV with speech"));
    match VirtualSound::start() {
        Ok(sound) => inside(&sound, &wav, sessions, turns),
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

/// Starts this program again where the sound server is the only one, and speaks until it has ended.
fn inside(sound: &VirtualSound, wav: &Path, sessions: u32, turns: u32) -> ExitCode {
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let speaker = threads.spawn(|| speak(sound, wav, &over));
        let status = Command::new(std::env::current_exe().unwrap())
            .arg(wav)
            .args([sessions.to_string(), turns.to_string()])
            .arg(INSIDE)
            .envs(sound.env())
            .status();
        over.store(true, Ordering::Release);
        speaker.join().expect("speaking ends");
        match status {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    })
}

/// Speaks the WAV again and again.
fn speak(sound: &VirtualSound, wav: &Path, over: &AtomicBool) {
    while !over.load(Ordering::Acquire) {
        let mut player = sound.player(wav).expect("paplay is installed");
        while matches!(player.try_wait(), Ok(None)) {
            if over.load(Ordering::Acquire) {
                let _ = player.kill();
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
