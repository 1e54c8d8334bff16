//! What never leaves: the goal of a scenario, and anything at all while offline.

use std::sync::Arc;

use rehearse_domain::{Language, Opener, Persona, Publication, RecordStatus, Scenario, ScenarioId};
use rehearse_models::{ChatPartner, ChatPartnerOptions, ModelError, PARTNER, PartnerBrief, SoundIn};

use crate::support::{heard, hears_and_speaks, house, reply, written};

fn scenario(language: Language) -> Scenario {
    let persona = |name: &str| Persona {
        name: name.into(),
        role: "role".into(),
        background: String::new(),
        voice: None,
    };
    Scenario {
        id: ScenarioId::from(uuid::Uuid::nil()),
        slug: "ask".parse().unwrap(),
        family: "ask".parse().unwrap(),
        language,
        revision: 1,
        category: "work".parse().unwrap(),
        title: "SECRET-GOAL".into(),
        summary: "SECRET-GOAL".into(),
        description: "SECRET-GOAL".into(),
        heavy: None,
        objective: "SECRET-GOAL".into(),
        end_criteria: vec!["SECRET-GOAL".into()],
        skills: vec![],
        partner: persona("Dana"),
        trainee: persona("SECRET-GOAL"),
        prompt: "Warm and evasive.".into(),
        opener: Opener::Partner,
        idle_limit: std::time::Duration::from_secs(40),
        duration_limit: std::time::Duration::from_secs(300),
        script: None,
        publication: Publication::Published,
        record_status: RecordStatus::Active,
    }
}

#[tokio::test]
async fn no_request_of_a_partner_tells_the_goal() {
    let house = house().await;
    for language in Language::ALL {
        for mut request in [heard(language), written(language)] {
            request.scenario = Arc::new(PartnerBrief::from(&scenario(language)));
            reply(&house.qwen(), request.clone()).await.unwrap();
            reply(&house.writer(), request.clone()).await.unwrap();
            (request.history, request.sound) = (Vec::new(), None);
            reply(&house.qwen(), request).await.unwrap();
        }
    }
    let requests = house.fake.requests();
    assert_eq!(requests.len(), 12);
    for request in requests {
        let body = request.body.to_string();
        assert!(body.contains("Warm and evasive.") && body.contains("Dana"));
        assert!(!body.contains("SECRET-GOAL") && !body.to_lowercase().contains("objective"));
    }
}

#[tokio::test]
async fn offline_a_model_on_this_computer_stays_and_all_others_are_out_of_reach() {
    let house = house().await;
    house.net.set_offline(true);
    assert!(
        reply(&house.qwen(), heard(Language::English))
            .await
            .unwrap()
            .end
            .is_some()
    );
    let mut access = house.cloud();
    access.address = "https://192.0.2.1/v1".parse().unwrap();
    let options = ChatPartnerOptions::new("m", hears_and_speaks(SoundIn::DataUrl));
    let away = ChatPartner::new(house.net.clone(), access, options);
    let error = reply(&away, heard(Language::English)).await.unwrap_err();
    assert!(matches!(error, ModelError::Offline), "{error:?}");
    let traffic = house.net.traffic();
    assert_eq!((traffic.len(), traffic[0].purpose), (1, PARTNER));
}
