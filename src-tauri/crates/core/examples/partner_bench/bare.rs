//! The least that a client can do to be heard: one socket, the same request, and the jitter buffer's worth of sound
//! taken from the stream line by line. Nothing is recorded, shown, resampled or played.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// Bytes of 16 bit samples at 24 kHz.
const BYTES_PER_SECOND: f64 = 48_000.0;

/// A connection that is kept.
pub(crate) struct Bare {
    stream: BufReader<TcpStream>,
    host: String,
    key: String,
}

impl Bare {
    pub(crate) fn connect(url: &str, key: &str) -> Self {
        let host = url.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).expect("the server answers");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream: BufReader::new(stream),
            host,
            key: key.to_owned(),
        }
    }

    /// Sends the body, and answers how long it took until so much sound was there.
    pub(crate) fn ask(&mut self, path: &str, body: &Value, buffer: Duration) -> Duration {
        let enough = (buffer.as_secs_f64() * BYTES_PER_SECOND) as usize;
        let begun = Instant::now();
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            self.host,
            self.key,
            body.len()
        );
        let socket = self.stream.get_mut();
        socket.write_all(head.as_bytes()).expect("the head goes out");
        socket.write_all(body.as_bytes()).expect("the body goes out");
        let (mut there, mut waited, mut line) = (0, None, String::new());
        loop {
            line.clear();
            assert!(
                self.stream.read_line(&mut line).expect("a line") > 0,
                "the server hung up"
            );
            there += line.strip_prefix("data: ").map_or(0, sound_in);
            if there >= enough {
                waited.get_or_insert_with(|| begun.elapsed());
            }
            // The last of the chunks in which the body comes.
            if line == "0\r\n" {
                line.clear();
                self.stream.read_line(&mut line).expect("the end");
                return waited.expect("there was sound");
            }
        }
    }
}

/// Bytes of sound in an event.
fn sound_in(event: &str) -> usize {
    let Ok(event) = serde_json::from_str::<Value>(event) else {
        return 0;
    };
    let sound = event
        .pointer("/choices/0/delta/audio/data")
        .and_then(Value::as_str);
    sound.map_or(0, |sound| BASE64_STANDARD.decode(sound).expect("base64").len())
}
