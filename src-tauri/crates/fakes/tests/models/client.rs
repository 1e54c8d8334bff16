//! A bare client: HTTP by hyper, events and sound taken out by the few lines below, raw bytes where framing matters.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Served};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const CLOUD: &str = "/compatible-mode/v1/chat/completions";
pub(crate) const LOCAL: &str = "/v1/chat/completions";
pub(crate) const NATIVE: &str = "/api/v1/services/aigc/multimodal-generation/generation";

/// A fake that listens, and a client of it.
pub(crate) struct Desk {
    pub(crate) fake: FakeModels,
    pub(crate) served: Served,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back, whole.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    /// The body in the pieces in which it came: those in which it was written, large ones in several.
    pub(crate) writes: Vec<Bytes>,
    /// Whether the body came to its end.
    pub(crate) is_whole: bool,
}

impl Told {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.writes.concat()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes()).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The events, as JSON; `[DONE]` is a string.
    pub(crate) fn events(&self) -> Vec<Value> {
        let text = String::from_utf8_lossy(&self.bytes()).replace("\r\n", "\n");
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        data.map(|data| match data.trim() {
            "[DONE]" => json!("[DONE]"),
            data => serde_json::from_str(data).unwrap(),
        })
        .collect()
    }

    pub(crate) fn words(&self) -> String {
        let events = self.events();
        let texts = events.iter().filter_map(|event| {
            let delta = event.pointer("/choices/0/delta")?;
            let audio = delta.pointer("/audio/transcript");
            audio.or_else(|| delta.get("content"))?.as_str()
        });
        texts.collect()
    }

    /// The bytes of each delta of sound.
    pub(crate) fn sound(&self) -> Vec<Vec<u8>> {
        let events = self.events();
        let data = events.iter().filter_map(|event| {
            let chat = event.pointer("/choices/0/delta/audio/data");
            chat.or_else(|| event.pointer("/output/audio/data"))?.as_str()
        });
        data.filter(|data| !data.is_empty())
            .map(|data| BASE64_STANDARD.decode(data).unwrap())
            .collect()
    }

    pub(crate) fn error(&self) -> (u16, String, Value) {
        let body = self.json();
        let error = &body["error"];
        let message = error["message"].as_str().unwrap_or_default().to_owned();
        (self.status, message, error["code"].clone())
    }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(FakeModelsOptions {
            pace: 0.01,
            ..FakeModelsOptions::default()
        })
        .await
    }

    pub(crate) async fn with(options: FakeModelsOptions) -> Self {
        let fake = FakeModels::new(options);
        let served = fake.serve().await.unwrap();
        Self {
            fake,
            served,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    pub(crate) async fn send(&self, request: hyper::http::request::Builder, body: Bytes) -> Told {
        let answer = self
            .client
            .request(request.body(Full::new(body)).unwrap())
            .await
            .unwrap();
        let (head, mut body) = answer.into_parts();
        let mut writes = Vec::new();
        let mut is_whole = true;
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => writes.extend(frame.into_data()),
                Err(_) => is_whole = false,
            }
        }
        Told {
            status: head.status.as_u16(),
            headers: head.headers,
            writes,
            is_whole,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        hyper::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.served.url))
            .header("authorization", format!("Bearer {}", self.fake.options().key))
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.send(self.request("GET", path), Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Told {
        let request = self
            .request("POST", path)
            .header("content-type", "application/json");
        self.send(request, Bytes::from(body.to_string())).await
    }

    /// The same, with a script.
    pub(crate) async fn acted(&self, script: &str, path: &str, body: &Value) -> Told {
        let request = self.request("POST", path).header("x-test-script", script);
        self.send(request, Bytes::from(body.to_string())).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)], file: Option<&[u8]>) -> Told {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--xyz\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        if let Some(file) = file {
            body.extend(b"--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"turn.mp3\"\r\ncontent-type: audio/mpeg\r\n\r\n");
            body.extend(file);
            body.extend(b"\r\n");
        }
        body.extend(b"--xyz--\r\n");
        let request = self
            .request("POST", path)
            .header("content-type", "multipart/form-data; boundary=xyz");
        self.send(request, Bytes::from(body)).await
    }

    /// Sends a request by hand and answers the socket.
    pub(crate) async fn raw(&self, script: &str, path: &str, body: &Value) -> TcpStream {
        let address = self.served.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nx-test-script: {script}\r\ncontent-length: {}\r\n\r\n{body}",
            self.fake.options().key,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// Everything until the connection ends, and how it ends.
pub(crate) async fn to_the_end(mut stream: TcpStream) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let mut all = Vec::new();
    let mut some = [0; 65_536];
    loop {
        match stream.read(&mut some).await {
            Ok(0) => return (all, None),
            Ok(read) => all.extend_from_slice(&some[..read]),
            Err(error) => return (all, Some(error.kind())),
        }
    }
}

/// The chunks of an answer's body as they stand on the wire, which a client of HTTP may cut or join.
pub(crate) async fn chunks(mut stream: TcpStream) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut some = [0; 65_536];
    while !all.ends_with(b"\r\n0\r\n\r\n") {
        let read = stream.read(&mut some).await.unwrap();
        assert!(read > 0, "the answer ended early");
        all.extend_from_slice(&some[..read]);
    }
    let after = |bytes: &[u8], mark: &[u8]| {
        bytes
            .windows(mark.len())
            .position(|window| window == mark)
            .unwrap()
    };
    let mut rest = &all[after(&all, b"\r\n\r\n") + 4..];
    let mut chunks = Vec::new();
    loop {
        let head = after(rest, b"\r\n");
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..head]).unwrap(), 16).unwrap();
        if length == 0 {
            return chunks;
        }
        chunks.push(rest[head + 2..head + 2 + length].to_vec());
        rest = &rest[head + 2 + length + 2..];
    }
}

/// The first bytes of an MP3, which is as much as anybody looks at.
pub(crate) fn mp3() -> Vec<u8> {
    let mut mp3 = vec![0xFF, 0xFB, 0x90, 0x64];
    mp3.extend([0; 4_000]);
    mp3
}

pub(crate) fn data_url(bytes: &[u8]) -> String {
    format!("data:;base64,{}", BASE64_STANDARD.encode(bytes))
}

pub(crate) fn clip(data: &str) -> Value {
    json!({"type": "input_audio", "input_audio": {"data": data, "format": "mp3"}})
}

/// A turn of the trainee as the cloud wants it.
pub(crate) fn spoken_turn() -> Value {
    json!({
        "model": "qwen3.5-omni-flash",
        "stream": true,
        "stream_options": {"include_usage": true},
        "modalities": ["text", "audio"],
        "audio": {"voice": "Tina", "format": "wav"},
        "messages": [
            {"role": "system", "content": "You are Kim, a manager. Speak English."},
            {"role": "user", "content": [clip(&data_url(&mp3()))]},
        ],
    })
}

/// The same as a server on one's own machine wants it.
pub(crate) fn local_turn() -> Value {
    let mut turn = spoken_turn();
    turn["model"] = json!("fake-omni");
    turn["audio"] = json!({"voice": "alloy", "format": "pcm16"});
    turn["messages"][1]["content"] = json!([clip(&BASE64_STANDARD.encode(mp3()))]);
    turn
}

/// The same with something else in it.
pub(crate) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() {
        &mut body
    } else {
        body.pointer_mut(parent).unwrap()
    };
    match parent {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
    body
}

pub(crate) fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

/// Bytes of PCM as samples.
pub(crate) fn samples(bytes: &[u8]) -> Vec<i16> {
    bytes
        .chunks_exact(2)
        .map(|two| i16::from_le_bytes([two[0], two[1]]))
        .collect()
}
