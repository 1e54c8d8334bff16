//! One answer of the partner: collected from its stream and given the system's voice where it has none.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use rehearse_dialog::Pace;
use rehearse_models::{ModelError, Partner, PartnerRequest, ReplyEnd, ReplyPart};

use super::voice_lines::{Pcm, VoiceLines};

/// How long a partner may take before the practice is paused.
const BUDGET: Duration = Duration::from_secs(30);

/// An answer that is whole.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) words: String,
    /// The sound; `None` for a partner without a voice.
    pub(super) pcm: Option<Pcm>,
    pub(super) end: ReplyEnd,
}

/// Asks and waits for the whole answer. `voice` speaks for a partner that has none of its own.
pub(super) async fn obtain(
    partner: Arc<dyn Partner>,
    request: PartnerRequest,
    voice: Option<VoiceLines>,
) -> Result<Reply, ModelError> {
    let collected = tokio::time::timeout(BUDGET, collect(partner, request)).await;
    let (words, pcm, end) = collected.map_err(|_| ModelError::TimedOut(BUDGET))??;
    let pcm = match (pcm, voice) {
        (pcm, _) if !pcm.is_empty() => Some(Pcm::from(pcm)),
        (_, Some(voice)) => voice.pcm(&words, Pace::Normal).await,
        (_, None) => None,
    };
    Ok(Reply { words, pcm, end })
}

async fn collect(
    partner: Arc<dyn Partner>,
    request: PartnerRequest,
) -> Result<(String, Vec<f32>, ReplyEnd), ModelError> {
    let mut stream = partner.reply(request).await?;
    let (mut words, mut pcm) = (String::new(), Vec::new());
    while let Some(part) = stream.next().await {
        match part? {
            ReplyPart::Text(text) => words.push_str(&text),
            ReplyPart::Pcm(samples) => pcm.extend(samples),
            ReplyPart::From { .. } | ReplyPart::Used(_) => {}
            ReplyPart::Done(end) => return Ok((words, pcm, end)),
        }
    }
    // A stream that stops without its end mark was cut off; half an answer is none.
    Err(ModelError::Malformed(None))
}
