//! A sound server that goes and comes back, under the player and under the devices that are listed: the next line is
//! heard again. The server is found by the environment, so the player lives in a process of its own and is told what
//! to do line by line.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use common::noise;
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{OutputBackend, PlayEvent, PlayId, Player, PlayerOptions, system_output};
use rehearse_testkit::{ControlRecording, VirtualSound, align, to_rate};

const PATIENCE: Duration = Duration::from_secs(20);

/// The player in its process.
struct Inner {
    process: Child,
    orders: ChildStdin,
    answers: mpsc::Receiver<String>,
}

impl Inner {
    fn start(sound: &VirtualSound, line: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["inner_player", "--exact", "--ignored", "--nocapture"])
            .envs(sound.env())
            .env("LINE", line)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let answer = BufReader::new(process.stderr.take().unwrap());
        let (tell, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in answer.lines() {
                let Ok(line) = line else { return };
                match line.strip_prefix("answer: ") {
                    Some(answer) => drop(tell.send(answer.to_owned())),
                    None => eprintln!("{line}"),
                }
            }
        });
        Self {
            process,
            orders,
            answers,
        }
    }

    fn told(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").unwrap();
        self.answers
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("no answer to {order}: {error}"))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Plays the line and compares it with what leaves the loudspeaker.
fn assert_heard(sound: &VirtualSound, player: &mut Inner, said: &[f32]) {
    let recording = sound.record_speaker().unwrap();
    assert_eq!(player.told("play"), "drained");
    let heard = to_rate(&recording.stop(), ControlRecording::RATE, SAMPLE_RATE);
    // On a busy machine the server leaves gaps; what was never played is alike in no piece.
    let pieces = said.chunks(SAMPLE_RATE as usize / 5);
    let alike: Vec<_> = pieces
        .map(|piece| align(piece, &heard, heard.len()).correlation)
        .collect();
    let found = alike.iter().filter(|piece| **piece > 0.8).count();
    assert!(found * 2 >= alike.len(), "{alike:.2?}");
}

#[test]
fn a_line_is_heard_again_after_the_sound_server_was_gone() {
    let mut sound = match VirtualSound::start() {
        Ok(sound) => sound,
        Err(reason) => return eprintln!("left out: {reason}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let line = folder.path().join("line.wav");
    let said = noise(SAMPLE_RATE as usize * 3 / 2, 1);
    wav::write(&line, &said, SAMPLE_RATE).unwrap();
    let mut player = Inner::start(&sound, &line);
    assert_eq!(player.told("list"), "pulseaudio:speaker");
    assert_heard(&sound, &mut player, &said);

    // The loudspeaker is still open from the line before.
    sound.restart().unwrap();
    assert_heard(&sound, &mut player, &said);

    // Nothing is open, only the connection is old.
    assert_eq!(player.told("rest"), "rested");
    sound.restart().unwrap();
    assert_heard(&sound, &mut player, &said);

    // Nobody answers for a while, and somebody asks for devices and for a line in the meantime.
    sound.crash();
    player.told("list");
    assert_eq!(player.told("play"), "failed");
    player.told("list");
    sound.restart().unwrap();
    assert_eq!(player.told("list"), "pulseaudio:speaker");
    assert_heard(&sound, &mut player, &said);
}

#[test]
#[ignore = "run by a_line_is_heard_again_after_the_sound_server_was_gone"]
fn inner_player() {
    let line = wav::read(std::env::var_os("LINE").unwrap().as_ref()).unwrap();
    let output = system_output();
    let options = PlayerOptions {
        warm: Duration::from_secs(3),
        ..PlayerOptions::default()
    };
    let warm = options.warm;
    let (tell, events) = mpsc::channel();
    let listener = Box::new(move |event| drop(tell.send(event)));
    let player = Player::spawn(system_output(), options, listener).unwrap();
    for (order, number) in std::io::stdin().lines().zip(1..) {
        let order = order.unwrap();
        let begun = Instant::now();
        let answer = match order.as_str() {
            "list" => loudspeaker(output.as_ref()),
            "rest" => {
                std::thread::sleep(warm + Duration::from_millis(500));
                "rested".to_owned()
            }
            _ => {
                player.play(PlayId(number));
                player.push(PlayId(number), line.samples.clone());
                player.end(PlayId(number));
                outcome(&events)
            }
        };
        eprintln!("{order}: {answer} after {:?}", begun.elapsed());
        eprintln!("answer: {answer}");
    }
}

/// The default loudspeaker as it is listed.
fn loudspeaker(output: &dyn OutputBackend) -> String {
    match output.devices() {
        Ok(devices) => devices
            .into_iter()
            .find(|device| device.is_default)
            .map_or_else(|| "none".to_owned(), |device| device.id.0),
        Err(error) => error.code().to_owned(),
    }
}

fn outcome(events: &mpsc::Receiver<PlayEvent>) -> String {
    loop {
        match events.recv_timeout(PATIENCE).unwrap() {
            PlayEvent::Started { .. } => {}
            PlayEvent::Drained { .. } => return "drained".to_owned(),
            PlayEvent::Stopped { .. } => return "stopped".to_owned(),
            PlayEvent::Failed { error, .. } => {
                eprintln!("{error}");
                return "failed".to_owned();
            }
        }
    }
}
