//! Hosts that do not know everything that a request holds: what a partner can do without is left out, and it is
//! remembered what had to be.

use rehearse_domain::Language;
use rehearse_fakes::models::{Role, Script};
use rehearse_models::presets::{Preset, Role as Plays};
use rehearse_models::probe::Candidate;
use rehearse_models::{
    Abilities, ChatPartner, ChatPartnerOptions, ModelError, Partner, RefusalKind, SoundIn, ThinkingSwitch,
};

use crate::support::{House, heard, house, reply};

fn everything() -> Abilities {
    Abilities {
        sound_in: SoundIn::Base64,
        stream_usage: true,
        seed: true,
        thinking: ThinkingSwitch::ReasoningEffort,
        ..Abilities::default()
    }
}

fn partner(house: &House) -> ChatPartner {
    let options = ChatPartnerOptions::new("fake-omni", everything());
    ChatPartner::new(house.net.clone(), house.local(), options)
}

/// Which of the fields were in each request.
fn sent(house: &House) -> Vec<[bool; 3]> {
    let fields = ["seed", "reasoning_effort", "stream_options"];
    let requests = house.fake.requests().into_iter();
    requests
        .map(|request| fields.map(|field| request.body.get(field).is_some()))
        .collect()
}

#[tokio::test]
async fn what_is_refused_is_left_out_and_stays_out() {
    for (script, expected) in [
        (
            Script::RefusesSeed,
            &[[true, true, true], [false, true, true]][..],
        ),
        (
            Script::RefusesThinking,
            &[[true, true, true], [false, true, true], [false, false, true]],
        ),
        (
            Script::RefusesStreamOptions,
            &[
                [true, true, true],
                [false, true, true],
                [false, false, true],
                [false, false, false],
            ],
        ),
    ] {
        let house = house().await;
        house.fake.always(Role::Partner, script);
        let partner = partner(&house);
        let answer = reply(&partner, heard(Language::English)).await.unwrap();
        assert!(answer.end.is_some() && answer.error.is_none(), "{script:?}");
        assert_eq!(sent(&house), expected, "{script:?}");
        house.fake.forget_requests();
        reply(&partner, heard(Language::English)).await.unwrap();
        assert_eq!(sent(&house), [*expected.last().unwrap()], "{script:?}");
    }
}

#[tokio::test]
async fn a_no_to_something_else_is_told_as_it_was_first_and_teaches_nothing() {
    let house = house().await;
    house.fake.always(Role::Partner, Script::Deaf);
    let partner = partner(&house);
    let error = reply(&partner, heard(Language::English)).await.unwrap_err();
    assert!(
        matches!(&error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Unsupported),
        "{error:?}"
    );
    assert_eq!(sent(&house).len(), 4);
    assert_eq!(partner.learned(), Some(everything()));
}

#[tokio::test]
async fn there_is_one_retry_in_whichever_form_and_none_after_it_began_to_answer() {
    let house = house().await;
    let scripts = [Script::RefusesSeed, Script::TooManyThenOk];
    house.fake.script(Role::Partner, scripts);
    let asked = partner(&house);
    let error = reply(&asked, heard(Language::English)).await.unwrap_err();
    assert!(
        matches!(&error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Busy),
        "{error:?}"
    );
    assert_eq!(
        sent(&house),
        [[true, true, true], [false, true, true], [false, true, true]]
    );
    assert_eq!(asked.learned(), Some(everything()), "nothing was answered yet");

    house.fake.forget_requests();
    house.fake.script(Role::Partner, [Script::ErrStreamQuoted]);
    let begun = reply(&partner(&house), heard(Language::English)).await.unwrap();
    assert!(begun.error.is_some());
    assert_eq!(house.calls(), 1);
}

#[tokio::test]
async fn a_check_finds_out_what_has_to_be_left_out() {
    let house = house().await;
    house.fake.always(Role::Partner, Script::RefusesThinking);
    let preset = Preset::with_id("ollama").unwrap();
    let candidate = Candidate {
        preset,
        access: house.local(),
        role: Plays::Partner,
        model: "fake-omni".into(),
        voice: None,
        abilities: everything(),
    };
    let report = candidate.probe(&house.net).await;
    let expected = Abilities {
        seed: false,
        thinking: ThinkingSwitch::None,
        ..everything()
    };
    assert_eq!(report.abilities, expected);
    assert_eq!(report.abilities_after(&everything()), expected);
    house.fake.forget_requests();
    let preset = preset.partner(house.net.clone(), house.local(), "fake-omni", None, expected);
    reply(&*preset, heard(Language::English)).await.unwrap();
    assert_eq!(sent(&house), [[false, false, true]], "in practice at once");
}
