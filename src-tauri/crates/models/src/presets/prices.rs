//! What models cost, where a document says so, and what a practice has cost.

use serde::Serialize;

use super::{Family, Preset, fits};
use crate::Usage;

/// Whom a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// Accounts outside mainland China, before taxes.
    International,
}

/// Prices in US dollars, each in micro-dollars for a million tokens: 430,000 is $0.43. `None` is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Prices {
    /// Text that goes in.
    pub text_in: Option<u64>,
    /// Of what goes in, what the host still knew.
    pub cached: Option<u64>,
    /// Sound that goes in.
    pub audio_in: Option<u64>,
    /// Text that comes out.
    pub text_out: Option<u64>,
    /// Sound that comes out.
    pub audio_out: Option<u64>,
    /// Whom they are for.
    pub market: Market,
    /// The month in which they were read, as `2026-11`.
    pub as_of: &'static str,
}

const UNKNOWN: Prices = Prices {
    text_in: None,
    cached: None,
    audio_in: None,
    text_out: None,
    audio_out: None,
    market: Market::International,
    as_of: "2026-11",
};

/// Of the speech of qwen3.5-omni no price was to be found.
const DASHSCOPE: &[(&str, Prices)] = &[
    (
        "qwen3-omni-flash",
        Prices {
            text_in: Some(430_000),
            audio_in: Some(3_810_000),
            text_out: Some(1_660_000),
            audio_out: Some(15_110_000),
            ..UNKNOWN
        },
    ),
    (
        "qwen3.8-omni-flash",
        Prices {
            text_in: Some(150_000),
            cached: Some(16_000),
            text_out: Some(470_000),
            ..UNKNOWN
        },
    ),
    (
        "qwen3.8-flash",
        Prices {
            text_in: Some(150_000),
            text_out: Some(470_000),
            ..UNKNOWN
        },
    ),
    (
        "qwen3.5-flash",
        Prices {
            text_in: Some(100_000),
            text_out: Some(400_000),
            ..UNKNOWN
        },
    ),
    // Billed by the second, $0.000035, which is 25 tokens; the words cost nothing more.
    (
        "qwen3-asr-flash",
        Prices {
            text_in: Some(0),
            audio_in: Some(1_400_000),
            text_out: Some(0),
            ..UNKNOWN
        },
    ),
];

const OPENAI: &[(&str, Prices)] = &[(
    "gpt-audio-1.5",
    Prices {
        text_in: Some(2_500_000),
        audio_in: Some(32_000_000),
        text_out: Some(10_000_000),
        audio_out: Some(64_000_000),
        ..UNKNOWN
    },
)];

pub(super) fn of(preset: &Preset, model: &str) -> Option<Prices> {
    let known = match (preset.family, preset.id) {
        // Accounts in Beijing pay other prices, in another currency.
        (Family::DashScope, "qwen-singapore") => DASHSCOPE,
        (Family::OpenAi, _) => OPENAI,
        _ => return None,
    };
    known
        .iter()
        .find(|(pattern, _)| fits(pattern, model) && !model.contains("realtime"))
        .map(|(_, prices)| *prices)
}

/// What was used, in micro-dollars, rounded up; `None` when something was used whose price is not known. An estimate:
/// what the host still knew is counted in full where it has no price of its own.
pub fn cost(usage: &Usage, prices: &Prices) -> Option<u64> {
    let (known_again, cached) = match prices.cached {
        Some(price) => (usage.cached.min(usage.text_in), Some(price)),
        None => (0, None),
    };
    let mut sum = 0_u128;
    for (tokens, price) in [
        (usage.text_in - known_again, prices.text_in),
        (known_again, cached),
        (usage.audio_in, prices.audio_in),
        (usage.text_out, prices.text_out),
        (usage.audio_out, prices.audio_out),
    ] {
        if tokens > 0 {
            sum += u128::from(tokens) * u128::from(price?);
        }
    }
    u64::try_from(sum.div_ceil(1_000_000)).ok()
}
