//! The table as people will meet it, and the sums that are made with it.

use std::collections::BTreeSet;

use super::*;
use crate::{Rung, SoundIn, ThinkingSwitch, Usage};

fn preset(id: &str) -> &'static Preset {
    Preset::with_id(id).unwrap()
}

#[test]
fn every_host_has_an_id_an_address_and_a_role() {
    let ids: BTreeSet<&str> = PRESETS.iter().map(|preset| preset.id).collect();
    assert_eq!(ids.len(), PRESETS.len());
    for preset in PRESETS {
        assert!(!preset.roles.is_empty(), "{}", preset.id);
        let roles: BTreeSet<Role> = preset.roles.iter().map(|suggestion| suggestion.role).collect();
        assert_eq!(roles.len(), preset.roles.len(), "{}", preset.id);
        let is_own = preset.id == "other";
        assert_eq!(preset.address.is_empty(), is_own, "{}", preset.id);
        assert_eq!(preset.name.is_empty(), is_own, "{}", preset.id);
        assert!(!preset.address.ends_with('/'), "{}", preset.id);
        // What is spoken of goes in clear only inside this computer.
        let is_here = preset.address.starts_with("http://127.0.0.1:");
        assert!(
            is_own || is_here || preset.address.starts_with("https://"),
            "{}",
            preset.id
        );
        assert_eq!(
            preset.key == KeyNeed::Needed,
            !is_own && !is_here,
            "{}",
            preset.id
        );
    }
}

#[test]
fn a_host_with_a_key_begins_with_models_that_can_do_what_their_role_takes() {
    for preset in PRESETS.iter().filter(|preset| preset.key == KeyNeed::Needed) {
        for Suggestion { role, model } in preset.roles {
            assert!(!model.is_empty(), "{}", preset.id);
            let abilities = preset.abilities(*role, model);
            match role {
                Role::Partner => assert!(abilities.speaks && abilities.sound_in != SoundIn::None, "{model}"),
                Role::Speaker => assert!(abilities.speaks, "{model}"),
                Role::Evaluator => assert!(!abilities.must_stream, "{model}"),
                Role::Transcriber => {}
            }
            if abilities.speaks {
                for language in Language::ALL {
                    let voice = preset.voice_for(model, language, None).unwrap();
                    assert!(
                        preset.voices(model).unwrap().names().any(|one| one == voice),
                        "{voice}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_persona_gets_a_voice_that_fits_and_speaks_the_language() {
    use Language::{Chinese, English};
    use PersonaVoice::{Feminine, Masculine};
    for (id, model, language, hint, voice) in [
        (
            "qwen-singapore",
            "qwen3-omni-flash",
            English,
            Some(Feminine),
            "Jennifer",
        ),
        (
            "qwen-singapore",
            "qwen3-omni-flash",
            English,
            Some(Masculine),
            "Ethan",
        ),
        ("qwen-singapore", "qwen3-omni-flash", English, None, "Jennifer"),
        (
            "qwen-singapore",
            "qwen3-omni-flash",
            Chinese,
            Some(Feminine),
            "Cherry",
        ),
        (
            "qwen-singapore",
            "qwen3-omni-flash",
            Chinese,
            Some(Masculine),
            "Ethan",
        ),
        ("qwen-beijing", "qwen3.5-omni-plus", Chinese, None, "Ethan"),
        (
            "qwen-beijing",
            "qwen3.5-omni-plus",
            Chinese,
            Some(Feminine),
            "Serena",
        ),
        (
            "qwen-beijing",
            "qwen3-tts-flash",
            Chinese,
            Some(Masculine),
            "Ethan",
        ),
        ("openai", "gpt-audio-1.5", Chinese, Some(Masculine), "cedar"),
        ("kokoro", "kokoro", English, Some(Masculine), "am_michael"),
        ("kokoro", "kokoro", Chinese, Some(Feminine), "zf_xiaoxiao"),
        ("ollama", "phonon", English, Some(Masculine), "Harper"),
    ] {
        let found = preset(id).voice_for(model, language, hint);
        assert_eq!(found, Some(voice), "{id} {model} {language} {hint:?}");
    }
    assert_eq!(
        preset("ollama").voice_for("phonon", Chinese, Some(Feminine)),
        None
    );
}

#[test]
fn what_is_chosen_for_a_hint_fits_it_or_is_the_first_and_is_no_voice_of_a_dialect() {
    let by_name_only = [
        "Jada", "Dylan", "Sunny", "Li", "Marcus", "Roy", "Peter", "Rocky", "Kiki", "Eric",
    ];
    for (preset, model) in PRESETS
        .iter()
        .flat_map(|preset| preset.roles.iter().map(move |one| (preset, one.model)))
    {
        let Some(voices) = preset.voices(model) else {
            continue;
        };
        for language in Language::ALL {
            for hint in [None, Some(PersonaVoice::Feminine), Some(PersonaVoice::Masculine)] {
                let Some(name) = voices.voice_for(language, hint) else {
                    continue;
                };
                assert!(!by_name_only.contains(&name), "{model}: {name}");
                let voice = voices.known.iter().find(|voice| voice.name == name).unwrap();
                let fits = hint.is_some() && voice.fits == hint && voice.languages.contains(&language);
                assert!(
                    fits || voices.first_for(language) == Some(name),
                    "{model}: {name}"
                );
            }
        }
    }
}

#[test]
fn abilities_follow_from_host_role_and_name() {
    let of = |id: &str, role: Role, model: &str| preset(id).abilities(role, model);
    let qwen = |model: &str| of("qwen-singapore", Role::Evaluator, model);
    let omni = of("qwen-beijing", Role::Partner, "qwen3-omni-flash-2025-12-01");
    assert!(omni.must_stream && omni.speaks);
    assert_eq!((omni.sound_in, omni.max_sound_secs), (SoundIn::DataUrl, 1_200));
    let listener = of("qwen-beijing", Role::Partner, "qwen3.8-omni-flash");
    assert!(!listener.speaks && listener.sound_in == SoundIn::DataUrl);
    assert_eq!(listener.thinking, ThinkingSwitch::EnableThinking);

    assert_eq!(qwen("qwen3.7-plus").thinking, ThinkingSwitch::EnableThinking);
    assert_eq!(qwen("qwen3.8-max").thinking, ThinkingSwitch::ReasoningEffort);
    assert_eq!(qwen("qwen3.7-plus").rung, None);
    assert_eq!(qwen("qwen3.5-flash").rung, Some(Rung::ForcedTool));

    let ollama = of("ollama", Role::Evaluator, "qwen3:8b");
    assert_eq!(ollama.thinking, ThinkingSwitch::ReasoningEffort);
    let llama = of("llama-cpp", Role::Partner, "unsloth/Qwen3-Omni-30B-GGUF");
    assert_eq!(
        (llama.sound_in, llama.thinking),
        (SoundIn::Base64, ThinkingSwitch::TemplateArgument)
    );
    assert!(of("vllm-omni", Role::Partner, "Qwen/Qwen3-Omni-30B-A3B-Instruct").speaks);
    assert!(of("kokoro", Role::Speaker, "kokoro").speaks);

    let unknown = of("other", Role::Evaluator, "qwen3.7-plus");
    assert_eq!(unknown, Abilities::default());
}

#[test]
fn a_workspace_has_an_address_of_its_own() {
    let qwen = preset("qwen-singapore");
    assert_eq!(qwen.address_in(None).unwrap(), qwen.address);
    assert_eq!(
        qwen.address_in(Some("llm-ab12")).unwrap(),
        "https://llm-ab12.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1"
    );
    for nonsense in ["", "a.b", "evil.example/", "a b", "-a", "工作区"] {
        assert_eq!(qwen.address_in(Some(nonsense)), None, "{nonsense}");
    }
    assert_eq!(preset("openai").address_in(Some("a")), None);
}

#[test]
fn a_practice_costs_what_the_price_list_says() {
    let prices = preset("qwen-singapore").prices("qwen3-omni-flash").unwrap();
    // Five minutes of sound each way at 12.5 tokens a second.
    let practice = Usage {
        text_in: 3_000,
        audio_in: 3_750,
        text_out: 900,
        audio_out: 3_750,
        cached: 2_000,
    };
    // 1,290 + 14,287.5 + 1,494 + 56,662.5
    assert_eq!(cost(&practice, &prices), Some(73_734));
    assert_eq!(cost(&Usage::default(), &prices), Some(0));
    let one_token = Usage {
        text_in: 1,
        ..Usage::default()
    };
    assert_eq!(cost(&one_token, &prices), Some(1));
}

#[test]
fn what_the_host_still_knew_is_cheaper_where_that_has_a_price() {
    let prices = preset("qwen-singapore").prices("qwen3.8-omni-flash").unwrap();
    let usage = Usage {
        text_in: 1_000_000,
        cached: 400_000,
        ..Usage::default()
    };
    assert_eq!(cost(&usage, &prices), Some(90_000 + 6_400));
    let heard = Usage { audio_in: 1, ..usage };
    assert_eq!(cost(&heard, &prices), None);
}

#[test]
fn nobody_guesses_a_price() {
    for (id, model) in [
        ("qwen-singapore", "qwen3.5-omni-flash"),
        ("qwen-singapore", "qwen3-omni-flash-realtime"),
        ("qwen-singapore", "qwen3.7-plus"),
        ("qwen-beijing", "qwen3-omni-flash"),
        ("openai", "gpt-4.1-mini"),
        ("ollama", "qwen3-omni-flash"),
        ("other", "gpt-audio-1.5"),
    ] {
        assert_eq!(preset(id).prices(model), None, "{id} {model}");
    }
}

#[test]
fn a_host_is_known_by_its_name_and_by_that_of_a_workspace_in_it() {
    let found = |host: &str| Preset::at(host).map(|preset| preset.id);
    assert_eq!(found("dashscope-intl.aliyuncs.com"), Some("qwen-singapore"));
    assert_eq!(
        found("llm-ab12.ap-southeast-1.maas.aliyuncs.com"),
        Some("qwen-singapore")
    );
    assert_eq!(
        found("llm-ab12.cn-beijing.maas.aliyuncs.com"),
        Some("qwen-beijing")
    );
    assert_eq!(found("api.openai.com"), Some("openai"));
    for other in [
        "",
        "example.org",
        "api.openai.com.example.org",
        "api.openai.com:8443",
    ] {
        assert_eq!(found(other), None, "{other}");
    }
}

#[test]
fn what_a_practice_is_likely_to_cost_grows_with_its_minutes() {
    let qwen = preset("qwen-singapore");
    let likely = |role, model: &str, minutes| {
        let abilities = qwen.abilities(role, model);
        qwen.expected_cost(role, model, &abilities, minutes)
            .map(|(cost, _)| cost)
    };
    // Ten turns each: 15,000 tokens of text and 1,870 of sound in, 500 and 1,870 out.
    let five = likely(Role::Partner, "qwen3-omni-flash", 5);
    assert_eq!(five, Some(42_661));
    assert!(likely(Role::Partner, "qwen3-omni-flash", 10) > five.map(|cost| 2 * cost));
    assert_eq!(likely(Role::Partner, "qwen3-omni-flash", 0), Some(0));
    // 150 s of speech at $0.000035.
    assert_eq!(likely(Role::Transcriber, "qwen3-asr-flash", 5), Some(5_250));
}

#[test]
fn nobody_guesses_what_a_practice_costs() {
    for (id, role, model) in [
        ("qwen-singapore", Role::Partner, "qwen3.5-omni-flash"),
        ("qwen-singapore", Role::Evaluator, "qwen3.7-plus"),
        ("qwen-singapore", Role::Speaker, "qwen3-omni-flash"),
        ("ollama", Role::Partner, "qwen3"),
    ] {
        let host = preset(id);
        let abilities = host.abilities(role, model);
        assert_eq!(
            host.expected_cost(role, model, &abilities, 5),
            None,
            "{id} {model}"
        );
    }
}
