//! Whose voice the other person is heard in: one that fits them, unless the user has fixed one.

use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole};
use rehearse_domain::PartnerKind;
use rehearse_fakes::models::{FakeModels, Role};

use crate::app::{App, saved};
use crate::live::{one_that_reads, qwen, settled};

/// The voices that were asked for in a practice of this scenario, in which the opening is heard and one turn is answered.
async fn asked(app: &App, fake: &FakeModels, role: Role, slug: &str) -> Vec<String> {
    fake.forget_requests();
    let brief = app.core.brief(slug.parse().unwrap()).await.unwrap();
    assert!(brief.partners.iter().all(|one| one.heard), "{slug}");
    app.core
        .start_practice(brief.card.slug, brief.options)
        .await
        .unwrap();
    app.until("my turn", settled).await;
    let text = "Well.".to_owned();
    app.act(Action::Type { text }).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    let voice = |body: &serde_json::Value| match role {
        Role::Speaker => body["voice"].as_str().map(str::to_owned),
        _ => body["audio"]["voice"].as_str().map(str::to_owned),
    };
    let requests = fake.requests_for(role);
    let mut voices: Vec<String> = requests.iter().filter_map(|one| voice(&one.body)).collect();
    assert_eq!(voices.len(), requests.len(), "{slug}: each names a voice");
    voices.dedup();
    voices
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_sound_like_two_and_a_voice_that_was_fixed_goes_before_both() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = qwen(&app, &[(ModelRole::Partner, "qwen3.5-omni-flash")]).await;
    for (slug, voice) in [
        ("ask-for-a-raise", "Jennifer"),
        ("hard-feedback-to-a-report", "Ethan"),
        ("ask-for-a-raise-zh", "Serena"),
        ("hard-feedback-to-a-report-zh", "Ethan"),
    ] {
        assert_eq!(asked(&app, &fake, Role::Partner, slug).await, [voice], "{slug}");
    }
    let fixed = ModelForm {
        role: ModelRole::Partner,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address: format!("{}/compatible-mode/v1", served.url),
        model: "qwen3.5-omni-flash".to_owned(),
        voice: Some("Chloe".to_owned()),
        key: None,
        keys: KeyPlace::File,
    };
    app.core.choose_model(fixed).await.unwrap();
    for slug in ["hard-feedback-to-a-report", "ask-for-a-raise-zh"] {
        assert_eq!(asked(&app, &fake, Role::Partner, slug).await, ["Chloe"], "{slug}");
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_for_a_partner_without_a_voice_sounds_like_the_person_too() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = one_that_reads(&app).await;
    let reader = ModelForm {
        role: ModelRole::Speaker,
        place: ModelPlace::First,
        preset: "kokoro".to_owned(),
        address: format!("{}/v1", served.url),
        model: "fake-speech".to_owned(),
        voice: None,
        key: None,
        keys: KeyPlace::File,
    };
    app.core.choose_model(reader).await.unwrap();
    for (slug, voice) in [
        ("ask-for-a-raise", "af_heart"),
        ("hard-feedback-to-a-report", "am_michael"),
        ("hard-feedback-to-a-report-zh", "zm_yunxi"),
    ] {
        // The author's opening and the answer.
        assert_eq!(asked(&app, &fake, Role::Speaker, slug).await, [voice], "{slug}");
    }
    app.core.shut_down().await;
}

/// A server of one's own, of whose voices nothing is known.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_of_which_no_voice_is_known_speaks_once_it_is_given_one_and_was_found_to_speak() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let fake = FakeModels::new(Default::default());
    let served = fake.serve().await.unwrap();
    let choose = async |model: &str, voice: Option<&str>| {
        let form = ModelForm {
            role: ModelRole::Partner,
            place: ModelPlace::First,
            preset: "other".to_owned(),
            address: format!("{}/v1", served.url),
            model: model.to_owned(),
            voice: voice.map(str::to_owned),
            key: None,
            keys: KeyPlace::File,
        };
        app.core.choose_model(form).await.unwrap();
        let place = ModelPlace::First;
        let models = app.core.check_model(ModelRole::Partner, place).await.unwrap();
        models.roles[0].chosen.clone().unwrap()
    };
    let mute = choose("fake-omni", None).await;
    assert!(
        !mute.speaks && mute.check.unwrap().fine,
        "nobody asked it to speak"
    );
    let speaking = choose("fake-omni", Some("Aiden")).await;
    assert!(speaking.speaks && speaking.check.unwrap().fine);
    let voices = asked(&app, &fake, Role::Partner, "hard-feedback-to-a-report").await;
    assert_eq!(voices, ["Aiden"]);
    let writing = choose("fake-chat", Some("Aiden")).await;
    assert!(
        !writing.speaks && writing.check.unwrap().fine,
        "it answers in writing"
    );
    let brief = app.core.brief("ask-for-a-raise".parse().unwrap()).await.unwrap();
    assert_eq!(brief.options.partner, PartnerKind::Model);
    app.core.shut_down().await;
}
