//! Somebody at a terminal: what is typed and all that is said are on one screen, in the order in which it is read.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command as OnTerminal, Pty, open};
use rehearse_testkit::VirtualSound;
use serde_json::json;

use crate::speech::two_turns;
use crate::stage::{RAISE, Stage};

/// Longest wait for what is said next.
const PATIENCE: Duration = Duration::from_secs(60);
/// The end of input, as a terminal is told it.
const CTRL_D: &str = "\u{4}";

/// The person, and the program that they see; it is killed when this is dropped.
struct Person {
    keyboard: Arc<Pty>,
    screen: Arc<Mutex<String>>,
    /// So much of the screen was read.
    read: usize,
    program: Child,
}

impl Person {
    fn starts(program: &Command) -> Self {
        let (terminal, end_of_program) = open().unwrap();
        // No line is broken that is looked for.
        terminal.resize(Size::new(50, 500)).unwrap();
        let mut command = OnTerminal::new(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let program = command.spawn(end_of_program).unwrap();
        let (keyboard, screen) = (Arc::new(terminal), Arc::default());
        let (terminal, shown) = (Arc::clone(&keyboard), Arc::clone(&screen));
        std::thread::spawn(move || show(&terminal, &shown));
        Self {
            keyboard,
            screen,
            read: 0,
            program,
        }
    }

    fn presses(&self, keys: &str) {
        (&*self.keyboard).write_all(keys.as_bytes()).unwrap();
    }

    fn enters(&self, words: &str) {
        self.presses(&format!("{words}\n"));
    }

    fn screen(&self) -> String {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads on until this was said; answers all that came before it, since the last time.
    fn reads_until(&mut self, said: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let screen = self.screen();
            if let Some((before, _)) = screen[self.read..].split_once(said) {
                self.read += before.len() + said.len();
                return before.to_owned();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nobody says {said:?}: {}", self.screen());
    }

    /// Waits until the program ends; answers its exit code.
    fn sees_the_end(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end: {}", self.screen());
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Shows what comes until the program is gone.
fn show(terminal: &Pty, screen: &Mutex<String>) {
    let (mut terminal, mut whole) = (terminal, Vec::new());
    let mut some = [0; 4096];
    while let Ok(read @ 1..) = terminal.read(&mut some) {
        whole.extend_from_slice(&some[..read]);
        // A character may come in two pieces.
        if let Ok(text) = std::str::from_utf8(&whole) {
            text.clone_into(&mut screen.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

fn practice(stage: &Stage) -> Command {
    stage.program(&["practise", RAISE])
}

#[test]
fn what_the_partner_says_is_read_before_it_is_ones_turn() {
    let stage = Stage::new();
    let partner = stage.ask(&["scenario", RAISE])["partner"]["name"].clone();
    let partner = format!("{}: ", partner.as_str().unwrap());
    let mut person = Person::starts(&practice(&stage));
    let opening = person.reads_until("Your turn.");
    assert_eq!(opening.matches(&partner).count(), 1, "{opening}");
    for words in ["I came about my pay.", "I have done the work of two."] {
        person.enters(words);
        let answer = person.reads_until("Your turn.");
        let mine = answer.find(&format!("You: {words}")).unwrap();
        let theirs = answer.find(&partner).unwrap();
        assert!(mine < theirs, "{answer}");
        assert_eq!(answer.matches(&partner).count(), 1, "{answer}");
    }
    person.presses(CTRL_D);
    assert_eq!(person.sees_the_end(), Some(0), "{}", person.screen());
    assert_eq!(
        person.screen().matches(&partner).count(),
        3,
        "no line is said twice"
    );
}

#[test]
fn that_it_records_is_said_to_whoever_has_a_microphone() {
    let (stage, Some(speech)) = (Stage::new(), two_turns()) else {
        return;
    };
    let Ok(sound) = VirtualSound::start().inspect_err(|reason| eprintln!("left out: {reason}")) else {
        return;
    };
    let mut practice = practice(&stage);
    let mut person = Person::starts(practice.args(["--turns", "3"]).envs(sound.env()));
    person.reads_until("Your turn. Press Enter to talk");
    person.enters("");
    person.reads_until("Recording. Press Enter when you are done.");
    sound.play(&speech.files[0]).unwrap();
    person.enters("");
    let turn = person.reads_until("Your turn. Press Enter to talk");
    assert!(turn.contains("You: (spoken, not written down)"), "{turn}");

    // What was said until then is a turn, and the practice goes on without the microphone.
    person.enters("");
    person.reads_until("Recording.");
    sound.play(&speech.files[1]).unwrap();
    sound.unplug().unwrap();
    let turn = person.reads_until("Your turn. Type your words and press Enter.");
    assert!(turn.contains("Plug it in again"), "{turn}");
    assert!(turn.contains("You: (spoken, not written down)"), "{turn}");
    person.enters("");
    let turn = person.reads_until("Your turn. Type your words and press Enter.");
    assert!(turn.contains("No microphone was found."), "{turn}");
    assert!(!turn.contains("Recording"), "{turn}");

    sound.replug().unwrap();
    person.enters("");
    person.reads_until("Recording.");
    person.enters("");
    person.reads_until("Your turn. Press Enter to talk");
    // Nothing was said into it. The one that was cut off counts, and this is the third.
    person.enters("Then I will type it.");
    assert_eq!(person.sees_the_end(), Some(0), "{}", person.screen());
    let id = stage.ask(&["sessions"])[0]["session"].clone();
    let session = stage.ask(&["session", id.as_str().unwrap()]);
    let turns = session["turns"].as_array().unwrap();
    let mine = turns
        .iter()
        .filter(|turn| turn["line"]["speaker"] == json!("trainee"));
    assert_eq!(mine.count(), 3, "{session}");
}
