//! Keys of models: each is read only when somebody needs it, and there is one for an address, whoever plays there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole};
use rehearse_core::{Vault, VaultFault};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role};

use crate::app::{App, saved};
use crate::live::settled;
use crate::live_hosts::form;

/// A keychain that knows what was read, and of which some keys are locked.
#[derive(Clone, Default)]
struct Keychain(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    kept: BTreeMap<String, String>,
    /// Hosts whose keys are locked.
    locked: BTreeSet<&'static str>,
    read: Vec<String>,
}

impl Keychain {
    fn lock(&self, host: &'static str) {
        self.0.lock().unwrap().locked.insert(host);
    }

    /// Names of the keys that were read since this was last asked.
    fn read_now(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().read)
    }

    fn kept(&self) -> Vec<String> {
        self.0.lock().unwrap().kept.values().cloned().collect()
    }
}

impl Vault for Keychain {
    fn read(&self, name: &str) -> Result<Option<String>, VaultFault> {
        let mut inside = self.0.lock().unwrap();
        inside.read.push(name.to_owned());
        match inside.locked.iter().any(|host| name.contains(host)) {
            true => Err(VaultFault::Locked("a story says so".to_owned())),
            false => Ok(inside.kept.get(name).cloned()),
        }
    }

    fn write(&self, name: &str, secret: &str) -> Result<(), VaultFault> {
        let mut inside = self.0.lock().unwrap();
        inside.kept.insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), VaultFault> {
        self.0.lock().unwrap().kept.remove(name);
        Ok(())
    }
}

fn with_key(form: ModelForm, key: &str, keys: KeyPlace) -> ModelForm {
    ModelForm {
        key: Some(key.to_owned()),
        keys,
        ..form
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nobody_needs_is_not_read_and_may_be_locked() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::default();
    let app = App::open_with_keychain(folder.path(), Arc::new(keychain.clone())).await;
    for (role, host, model) in [
        (ModelRole::Partner, "partner.localhost", "qwen3.5-omni-flash"),
        (ModelRole::Transcriber, "ears.localhost", "qwen3-asr-flash"),
        (ModelRole::Speaker, "voice.localhost", "qwen3-tts-flash"),
    ] {
        let form = with_key(form(role, host, model), "sk-1", KeyPlace::Keychain);
        app.core.choose_model(form).await.unwrap();
    }
    keychain.lock("voice");
    keychain.read_now();
    app.core.brief(crate::app::raise()).await.unwrap();
    app.core.models().await.unwrap();
    assert!(keychain.read_now().is_empty(), "looking needs no key");

    app.start(|options| options.partner_voice = false).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    let read = keychain.read_now();
    assert!(
        read.len() == 2 && read[0].contains("partner") && read[1].contains("ears"),
        "a partner who is only read needs no speaker: {read:?}"
    );

    keychain.lock("partner");
    app.core.transcribe_session(session, |_| ()).await.unwrap();
    let read = keychain.read_now();
    assert!(read.len() == 1 && read[0].contains("ears"), "{read:?}");

    let options = app.core.brief(crate::app::raise()).await.unwrap().options;
    let refused = app.core.start_practice(crate::app::raise(), options).await;
    assert_eq!(
        refused.err().unwrap().code,
        "keychain_locked",
        "this one is needed"
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_key_for_an_address_whoever_plays_there_and_wherever_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::default();
    let app = App::open_with_keychain(folder.path(), Arc::new(keychain.clone())).await;
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    let there = |role, model: &str| ModelForm {
        address: format!("{}/compatible-mode/v1", served.url),
        ..form(role, "unused.invalid", model)
    };
    let partner = || there(ModelRole::Partner, "qwen3.5-omni-flash");
    let evaluator = || there(ModelRole::Evaluator, "qwen3.7-plus");
    let places = async || {
        let roles = app.core.models().await.unwrap().roles;
        [0, 2].map(|at: usize| roles[at].chosen.as_ref().and_then(|chosen| chosen.key))
    };
    app.core.choose_model(partner()).await.unwrap();
    let first = with_key(evaluator(), "sk-wrong", KeyPlace::Keychain);
    app.core.choose_model(first).await.unwrap();
    assert_eq!(
        places().await,
        [Some(KeyPlace::Keychain); 2],
        "it has one now too"
    );
    app.core.choose_model(evaluator()).await.unwrap();
    assert_eq!(keychain.kept(), ["sk-wrong"], "it is used again");

    let replaced = with_key(evaluator(), &fake.options().key, KeyPlace::File);
    app.core.choose_model(replaced).await.unwrap();
    assert_eq!(places().await, [Some(KeyPlace::File); 2]);
    assert!(keychain.kept().is_empty(), "the former one is nowhere any more");
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    let text = "I would like a raise.".to_owned();
    app.act(Action::Type { text }).await;
    app.until("an answer with the new key", |view| {
        settled(view) && saved(view) == 3
    })
    .await;
    assert_eq!(fake.requests_for(Role::Partner).len(), 1);
    app.end().await;

    app.core
        .forget_model(ModelRole::Evaluator, ModelPlace::First)
        .await
        .unwrap();
    assert_eq!(places().await[0], Some(KeyPlace::File), "the partner needs it");
    app.core
        .forget_model(ModelRole::Partner, ModelPlace::First)
        .await
        .unwrap();
    let kept = std::fs::read_to_string(folder.path().join("keys.json")).unwrap_or_default();
    assert!(!kept.contains(&fake.options().key));
    app.core.shut_down().await;
}
