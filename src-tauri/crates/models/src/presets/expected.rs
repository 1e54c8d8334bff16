//! What a practice is likely to cost, so that it can be said before it is begun. It rests on a talk as it is imagined
//! here, and on prices as they were read in a certain month; nobody is billed by it.

use super::{Family, Preset, Prices, Role, cost};
use crate::{Abilities, SoundIn, Usage};

/// Both speak half of the time, in turns of so many seconds.
const TURN: u64 = 15;
/// Tokens of what is said in a turn, as words: 150 words a minute, of which three are four tokens.
const WORDS: u64 = 50;
/// Tokens of who a partner is, or of what a judge has to look for; said again with each question.
const TOLD: u64 = 1_000;
/// Tokens of a verdict.
const VERDICT: u64 = 80;

impl Preset {
    /// The host that stands there, by the host of an address. One's own server is none of them.
    pub fn at(host: &str) -> Option<&'static Self> {
        let stands_there = |address: &str| match host_in(address).split_once("{workspace}.") {
            Some((_, region)) => host.split_once('.').is_some_and(|(_, rest)| rest == region),
            None => !address.is_empty() && host_in(address) == host,
        };
        super::PRESETS
            .iter()
            .find(|preset| stands_there(preset.address) || preset.workspace_address.is_some_and(stands_there))
    }

    /// What a model is likely to cost in a practice of so many minutes, in micro-dollars, and by which prices; `None`
    /// where a price of something that it would use is not known.
    pub fn expected_cost(
        &self,
        role: Role,
        model: &str,
        abilities: &Abilities,
        minutes: u32,
    ) -> Option<(u64, Prices)> {
        let prices = self.prices(model)?;
        let usage = self.expected(role, abilities, minutes)?;
        Some((cost(&usage, &prices)?, prices))
    }

    /// `None` for a speaker, whose hosts bill letters.
    fn expected(&self, role: Role, abilities: &Abilities, minutes: u32) -> Option<Usage> {
        let turns = u64::from(minutes) * 60 / (2 * TURN);
        let (sound_in, sound_out) = self.tokens_of_sound(role);
        Some(match role {
            Role::Partner => Usage {
                // Before its n-th answer 2n - 1 turns were said, and all of them are told again.
                text_in: turns * TOLD + turns * turns * WORDS,
                audio_in: match abilities.sound_in {
                    SoundIn::None => 0,
                    _ => turns * sound_in,
                },
                text_out: turns * WORDS,
                audio_out: match abilities.speaks {
                    true => turns * sound_out,
                    false => 0,
                },
                cached: 0,
            },
            Role::Transcriber => Usage {
                audio_in: turns * sound_in,
                text_out: turns * WORDS,
                ..Usage::default()
            },
            Role::Evaluator => Usage {
                text_in: turns * TOLD + turns * (turns + 1) * WORDS,
                text_out: turns * VERDICT,
                ..Usage::default()
            },
            Role::Speaker => return None,
        })
    }

    /// Tokens of a turn's sound, in and out, as the hosts count it.
    fn tokens_of_sound(&self, role: Role) -> (u64, u64) {
        let (in_ten_seconds, out_of_ten_seconds) = match (self.family, role) {
            (Family::OpenAi, _) => (100, 200),
            (_, Role::Transcriber) => (250, 0),
            _ => (125, 125),
        };
        (TURN * in_ten_seconds / 10, TURN * out_of_ten_seconds / 10)
    }
}

/// The host of an address in the table.
fn host_in(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, rest)| rest);
    after.split('/').next().unwrap_or(after)
}
