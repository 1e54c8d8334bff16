//! What models cost, as an estimate from the prices of a month: of what was used, and of a practice before it begins.
//! What has no known price has no cost here; what runs on this computer has none to add.

use rehearse_models::presets::{Market, Preset, Prices, Role, cost};
use rehearse_models::{Address, Usage};
use rehearse_store::{Exchange, Tokens};

use super::chosen::{Chosen, Player};
use super::voices::WantedVoice;
use crate::view::{CostView, ExchangeView, PriceMarket, TokensView};

/// What was counted, for display; `None` where the host counted nothing.
pub(super) fn tokens_view(tokens: &Tokens) -> Option<TokensView> {
    let whole = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    (!tokens.is_empty()).then(|| TokensView {
        text_in: whole(tokens.text_in),
        audio_in: whole(tokens.audio_in),
        text_out: whole(tokens.text_out),
        audio_out: whole(tokens.audio_out),
        cached: whole(tokens.cached),
    })
}

/// What an exchange has cost by what the host counted.
pub(super) fn of_exchange(exchange: &Exchange) -> Option<CostView> {
    let tokens = &exchange.tokens;
    let prices = Preset::at(&exchange.host)?.prices(&exchange.model)?;
    let usage = Usage {
        text_in: tokens.text_in,
        audio_in: tokens.audio_in,
        text_out: tokens.text_out,
        audio_out: tokens.audio_out,
        cached: tokens.cached,
    };
    let micro_dollars = cost(&usage, &prices).filter(|_| !tokens.is_empty())?;
    Some(shown(micro_dollars, &prices))
}

/// What a session has cost; `None` unless the cost of everything beyond this computer is known.
pub(crate) fn of_session(exchanges: &[ExchangeView]) -> Option<CostView> {
    let beyond = exchanges.iter().filter(|one| !one.on_this_computer);
    sum(beyond.map(|one| one.cost.clone()))
}

impl Chosen {
    /// What a practice of so many minutes with the model as partner is likely to cost; `None` unless that is known of
    /// everybody beyond this computer who takes part.
    pub(super) fn expected_cost(&self, aloud: bool, minutes: u32, wanted: WantedVoice) -> Option<CostView> {
        let speaks = aloud && self.of(Role::Partner)?.own_voice(wanted).is_some();
        let takes_part = |role: &Role| *role != Role::Speaker || aloud;
        // Of a partner that speaks only the author's opening is read, which takes less than a minute.
        let read = if speaks { 1 } else { minutes };
        let minutes_of = |role| if role == Role::Speaker { read } else { minutes };
        let players = Role::ALL.into_iter().filter(takes_part);
        let beyond = players.filter_map(|role| {
            let player = self.of(role)?;
            let here = player.address().is_ok_and(|address| address.is_this_computer());
            (!here).then_some((role, player))
        });
        let aloud = |role| role != Role::Partner || speaks;
        sum(beyond.map(|(role, player)| player.expected_cost(role, aloud(role), minutes_of(role))))
    }
}

impl Player {
    fn expected_cost(&self, role: Role, aloud: bool, minutes: u32) -> Option<CostView> {
        let address: Address = self.address().ok()?;
        let mut abilities = self.abilities.clone();
        abilities.speaks &= aloud;
        let (micro_dollars, prices) =
            Preset::at(&address.host())?.expected_cost(role, &self.model, &abilities, minutes)?;
        Some(shown(micro_dollars, &prices))
    }
}

#[cfg(feature = "calibration")]
impl Player {
    /// What so much is likely to cost; `None` on this computer, and where a price is not known.
    pub(super) fn cost_of(&self, usage: &Usage) -> Option<CostView> {
        let address = self.address().ok()?;
        let prices = Preset::at(&address.host())?.prices(&self.model)?;
        let micro_dollars = cost(usage, &prices).filter(|_| !address.is_this_computer())?;
        Some(shown(micro_dollars, &prices))
    }
}

fn shown(micro_dollars: u64, prices: &Prices) -> CostView {
    CostView {
        micro_dollars: u32::try_from(micro_dollars).unwrap_or(u32::MAX),
        as_of: prices.as_of.to_owned(),
        market: match prices.market {
            Market::International => PriceMarket::International,
        },
    }
}

/// The sum, by the oldest of the prices; `None` for nothing, or where one is not known.
fn sum(costs: impl Iterator<Item = Option<CostView>>) -> Option<CostView> {
    let costs: Vec<CostView> = costs.collect::<Option<_>>()?;
    costs.into_iter().reduce(|sum, one| CostView {
        micro_dollars: sum.micro_dollars.saturating_add(one.micro_dollars),
        as_of: sum.as_of.min(one.as_of),
        market: sum.market,
    })
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Language;

    use super::super::exchange_view;
    use super::*;
    use crate::view::ModelPlace;

    fn exchange(host: &str, model: &str, tokens: Tokens) -> ExchangeView {
        exchange_view(Exchange {
            purpose: "partner".to_owned(),
            host: host.to_owned(),
            model: model.to_owned(),
            requests: 1,
            sent: 1,
            received: 1,
            tokens,
        })
    }

    const ANYBODY: WantedVoice = WantedVoice::of_anybody(Language::English);
    const SINGAPORE: &str = "dashscope-intl.aliyuncs.com";
    const SOME: Tokens = Tokens {
        text_in: 3_000,
        audio_in: 3_750,
        text_out: 900,
        audio_out: 3_750,
        cached: 0,
    };
    const HEARD: Tokens = Tokens {
        text_in: 0,
        audio_in: 1_000_000,
        text_out: 0,
        audio_out: 0,
        cached: 0,
    };

    fn micro_dollars(cost: Option<&CostView>) -> Option<u32> {
        cost.map(|cost| cost.micro_dollars)
    }

    #[test]
    fn a_session_costs_what_everybody_beyond_this_computer_costs() {
        let partner = exchange(SINGAPORE, "qwen3-omni-flash", SOME);
        let transcriber = exchange(SINGAPORE, "qwen3-asr-flash", HEARD);
        let here = exchange("127.0.0.1:11434", "qwen3", SOME);
        assert_eq!(micro_dollars(partner.cost.as_ref()), Some(73_734));
        assert_eq!(here.cost, None);
        let total = of_session(&[partner, transcriber, here]);
        assert_eq!(micro_dollars(total.as_ref()), Some(1_473_734));
        assert_eq!(total.map(|cost| cost.as_of), Some("2026-11".to_owned()));
    }

    #[test]
    fn what_is_not_known_makes_no_sum() {
        let known = exchange(SINGAPORE, "qwen3-omni-flash", SOME);
        for unknown in [
            exchange(SINGAPORE, "qwen3.7-plus", SOME),
            exchange("example.org", "qwen3-omni-flash", SOME),
            exchange(SINGAPORE, "qwen3-omni-flash", Tokens::default()),
        ] {
            assert_eq!(unknown.cost, None, "{unknown:?}");
            assert_eq!(of_session(&[known.clone(), unknown]), None);
        }
        assert_eq!(of_session(&[]), None);
        let here = exchange("127.0.0.1:11434", "qwen3", SOME);
        assert_eq!(of_session(&[here]), None, "nothing to pay is no estimate");
    }

    fn player(address: &str, preset: &str, role: Role, model: &str) -> Player {
        Player {
            preset: preset.to_owned(),
            address: address.to_owned(),
            model: model.to_owned(),
            voice: None,
            abilities: Preset::with_id(preset).unwrap().abilities(role, model),
            key: None,
            checked: None,
        }
    }

    fn qwen(role: Role, model: &str) -> Player {
        let address = format!("https://{SINGAPORE}/compatible-mode/v1");
        player(&address, "qwen-singapore", role, model)
    }

    #[test]
    fn a_practice_is_estimated_only_with_everybody_who_takes_part() {
        let partner = qwen(Role::Partner, "qwen3-omni-flash");
        let mut chosen = Chosen::default();
        assert_eq!(chosen.expected_cost(true, 5, ANYBODY), None, "nobody");
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(partner.clone());
        let alone = chosen.expected_cost(true, 5, ANYBODY).unwrap().micro_dollars;
        let unheard = chosen.expected_cost(false, 5, ANYBODY).unwrap().micro_dollars;
        assert!(unheard < alone, "words alone are cheaper: {unheard}, {alone}");

        *chosen.at_mut(Role::Transcriber, ModelPlace::First) =
            Some(qwen(Role::Transcriber, "qwen3-asr-flash"));
        let both = chosen.expected_cost(true, 5, ANYBODY).unwrap().micro_dollars;
        assert!(both > alone);
        let here = player("http://127.0.0.1:11434/v1", "ollama", Role::Evaluator, "qwen3");
        *chosen.at_mut(Role::Evaluator, ModelPlace::First) = Some(here);
        assert_eq!(
            chosen.expected_cost(true, 5, ANYBODY).unwrap().micro_dollars,
            both
        );
        *chosen.at_mut(Role::Evaluator, ModelPlace::First) = Some(qwen(Role::Evaluator, "qwen3.7-plus"));
        assert_eq!(
            chosen.expected_cost(true, 5, ANYBODY),
            None,
            "its price is not known"
        );
        *chosen.at_mut(Role::Evaluator, ModelPlace::First) = None;
        *chosen.at_mut(Role::Speaker, ModelPlace::First) = Some(player(
            "https://example.org/v1",
            "other",
            Role::Speaker,
            "a voice",
        ));
        assert_eq!(
            chosen.expected_cost(true, 5, ANYBODY),
            None,
            "it reads the opening"
        );
        assert!(
            chosen.expected_cost(false, 5, ANYBODY).is_some(),
            "nobody reads aloud"
        );

        // Whoever stands in between may take another price.
        let through = player(
            "https://example.org/v1",
            "qwen-singapore",
            Role::Partner,
            "qwen3-omni-flash",
        );
        let mut chosen = Chosen::default();
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(through);
        assert_eq!(chosen.expected_cost(true, 5, ANYBODY), None);
    }

    #[test]
    fn who_could_speak_and_has_no_voice_costs_what_one_that_writes_does() {
        let mut nameless = qwen(Role::Partner, "qwen3-omni-flash");
        nameless.preset = "other".to_owned();
        let mut chosen = Chosen::default();
        let mut cost = |partner: &Player, aloud| {
            *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(partner.clone());
            micro_dollars(chosen.expected_cost(aloud, 5, ANYBODY).as_ref())
        };
        assert_eq!(cost(&nameless, true), cost(&nameless, false));
        nameless.voice = Some("Ethan".to_owned());
        assert!(
            cost(&nameless, true) > cost(&nameless, false),
            "it is asked to speak"
        );
    }
}
