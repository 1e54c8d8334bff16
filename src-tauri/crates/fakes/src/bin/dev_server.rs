//! The fake LeanCloud for a developer's hands: `npm run dev-server [-- --port 7101] [--provider s3|qiniu|cos]
//! [--contents kept|dropped]`.
//!
//! Everything is in memory and gone when it ends. Never part of an installer.

use std::io::{self, Write};
use std::process::ExitCode;

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Provider};

const USAGE: &str =
    "Usage: rehearse-dev-server [--port NUMBER] [--provider s3|qiniu|cos] [--contents kept|dropped]\n";
/// Where it listens unless told otherwise, so that an account of yesterday still fits.
const USUAL_PORT: u16 = 7101;

struct Wishes {
    port: u16,
    provider: Provider,
    keeps_contents: bool,
}

fn wishes(words: &[String]) -> Option<Wishes> {
    let mut wishes = Wishes {
        port: USUAL_PORT,
        provider: Provider::S3,
        keeps_contents: true,
    };
    for pair in words.chunks(2) {
        match pair {
            [name, value] if name == "--port" => wishes.port = value.parse().ok()?,
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
    let options = fake.options();
    let mut out = io::stdout();
    writeln!(out, "A LeanCloud app in memory, until this ends (Ctrl+C):")?;
    writeln!(out, "  server      {}", served.url)?;
    writeln!(out, "  App ID      {}", options.app_id)?;
    writeln!(out, "  App Key     {}", options.app_key)?;
    writeln!(out, "  Master Key  {}", options.master_key)?;
    writeln!(out, "  files on    {}", options.provider.name())?;
    out.flush()?;
    tokio::signal::ctrl_c().await
}
