//! Runs a voice program: text in, its output back, ended when it takes too long.

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{VoiceError, failed};

/// Runs `command` with `input` on its standard input; returns its standard output.
///
/// # Errors
/// [`VoiceError::Unavailable`] when there is no such program, [`VoiceError::Failed`] with the start of what it
/// said on standard error, [`VoiceError::TimedOut`] after it was ended.
pub(super) fn run(mut command: Command, input: &str, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let until = Instant::now() + deadline;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::PermissionDenied => VoiceError::Unavailable,
            _ => failed(error),
        })?;
    // Three pipes, three threads: whichever the program fills first, it does not wait for us.
    let (stdin, input) = (child.stdin.take(), input.as_bytes().to_vec());
    std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // A program that needs no more input may close it early.
            let _ = stdin.write_all(&input);
        }
    });
    let output = drain(child.stdout.take());
    let complaint = drain(child.stderr.take());
    let Ok(output) = output.recv_timeout(until.saturating_duration_since(Instant::now())) else {
        end(&mut child);
        return Err(VoiceError::TimedOut);
    };
    while Instant::now() < until {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => return Ok(output),
            Some(status) => {
                let complaint = complaint.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
                let complaint = String::from_utf8_lossy(&complaint);
                return Err(failed(format!(
                    "{status}: {}",
                    complaint.chars().take(200).collect::<String>()
                )));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
    end(&mut child);
    Err(VoiceError::TimedOut)
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What could be read before an error is judged by whoever gets it.
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = done.send(bytes);
    });
    result
}

fn end(child: &mut Child) {
    // It may have ended by itself in the meantime; then both say so.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_text_arrives_on_standard_input_and_only_there() {
        let text = "-v --stdout; $(touch never) \u{4f60}\u{597d}";
        let output = run(shell("cat"), text, Duration::from_secs(20)).unwrap();
        assert_eq!(output, text.as_bytes());
    }

    #[test]
    fn a_program_that_hangs_is_ended_at_the_deadline() {
        let begin = Instant::now();
        let error = run(shell("exec sleep 30"), "", Duration::from_millis(200)).unwrap_err();
        assert!(matches!(error, VoiceError::TimedOut));
        assert!(begin.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_missing_program_and_a_failing_one_are_told_apart() {
        let missing = run(Command::new("no-such-voice-program"), "", Duration::from_secs(20));
        assert!(matches!(missing, Err(VoiceError::Unavailable)));
        let failing = run(shell("echo no data >&2; exit 3"), "", Duration::from_secs(20));
        assert!(matches!(failing, Err(VoiceError::Failed { reason }) if reason.contains("no data")));
    }

    #[test]
    fn a_long_text_and_a_long_answer_do_not_block_each_other() {
        let text = "word ".repeat(200_000);
        assert_eq!(
            run(shell("cat"), &text, Duration::from_secs(20)).unwrap().len(),
            text.len()
        );
    }
}
