//! The fake LeanCloud and the fake models for a developer's hands: `npm run dev-server [-- --port 7101]
//! [--models-port 7102] [--provider s3|qiniu|cos] [--contents kept|dropped]`.
//!
//! Everything is in memory and gone when it ends. Never part of an installer.

use std::io::{self, Write};
use std::process::ExitCode;

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Provider};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions};

const USAGE: &str = "Usage: rehearse-dev-server [--port NUMBER] [--models-port NUMBER] [--provider s3|qiniu|cos] \
                     [--contents kept|dropped]\n";
/// Where they listen unless told otherwise, so that the settings of yesterday still fit.
const USUAL_PORT: u16 = 7101;
const USUAL_MODELS_PORT: u16 = 7102;
/// The models remember so many requests; recordings are in them, and nobody looks.
const REMEMBERED: usize = 20;

struct Wishes {
    port: u16,
    models_port: u16,
    provider: Provider,
    keeps_contents: bool,
}

fn wishes(words: &[String]) -> Option<Wishes> {
    let mut wishes = Wishes {
        port: USUAL_PORT,
        models_port: USUAL_MODELS_PORT,
        provider: Provider::S3,
        keeps_contents: true,
    };
    for pair in words.chunks(2) {
        match pair {
            [name, value] if name == "--port" => wishes.port = value.parse().ok()?,
            [name, value] if name == "--models-port" => wishes.models_port = value.parse().ok()?,
            [name, value] if name == "--provider" => {
                let all = [
                    ("s3", Provider::S3),
                    ("qiniu", Provider::Qiniu),
                    ("cos", Provider::Cos),
                ];
                wishes.provider = all.into_iter().find(|(known, _)| known == value)?.1;
            }
            [name, value] if name == "--contents" => {
                wishes.keeps_contents = match value.as_str() {
                    "kept" => true,
                    "dropped" => false,
                    _ => return None,
                };
            }
            _ => return None,
        }
    }
    Some(wishes)
}

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match wishes(&words) {
        Some(wishes) => serve(wishes).await,
        None => {
            // Nobody is left to tell when standard error is closed.
            let _ = io::stderr().write_all(USAGE.as_bytes());
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "The server cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(wishes: Wishes) -> io::Result<()> {
    let fake = FakeLeanCloud::new(FakeOptions {
        provider: wishes.provider,
        keeps_contents: wishes.keeps_contents,
        ..FakeOptions::default()
    });
    let served = fake.serve_at(wishes.port).await?;
    let models = FakeModels::new(FakeModelsOptions {
        remembered: REMEMBERED,
        ..FakeModelsOptions::default()
    });
    let models_served = models.serve_at(wishes.models_port).await?;
    let told = leancloud(&fake, &served.url) + &models_told(&models, &models_served.url);
    let mut out = io::stdout();
    // In one piece, for a reader that leaves as soon as it has read what it wants.
    out.write_all(told.as_bytes())?;
    out.flush()?;
    tokio::signal::ctrl_c().await
}

fn leancloud(fake: &FakeLeanCloud, url: &str) -> String {
    let options = fake.options();
    format!(
        "A LeanCloud app in memory, until this ends (Ctrl+C):
  server      {url}
  App ID      {}
  App Key     {}
  Master Key  {}
  files on    {}
",
        options.app_id,
        options.app_key,
        options.master_key,
        options.provider.name()
    )
}

fn models_told(fake: &FakeModels, url: &str) -> String {
    format!(
        "
Models that only pretend, as DashScope has them:
  address     {url}/compatible-mode/v1
  key         {}
  partner     qwen3.5-omni-flash
  transcriber qwen3-asr-flash
  judge       qwen3.7-plus
  speaker     qwen3-tts-flash

and as servers on one's own machine have them, without a key:
  address     {url}/v1
  partner     fake-omni, or fake-chat without a voice
  transcriber fake-whisper
  judge       fake-chat
  speaker     fake-speech

A model called test/<script> misbehaves on cue: test/drop_mid, test/429_then_ok, test/obj_success_3 ...
",
        fake.options().key
    )
}
