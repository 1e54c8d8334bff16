//! Choosing models: what can be chosen, what is, keys on their way inward, and the cast that a practice begins with.

use std::sync::Arc;

use rehearse_domain::PartnerKind;
use rehearse_models::presets::{PRESETS, Preset, Role};
use rehearse_models::{Address, Key};

use super::cast::{Cast, Casting, Keys};
use super::chosen::{Chosen, MODELS, Player, key_name};
use super::exchanged::Exchanged;
use super::faults::of_address;
use super::stand_ins::StandIns;
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::feedback::note_new_hosts;
use crate::house::{Core, House, blocking};
use crate::remote::of_vault;
use crate::view::{
    ChosenModel, KeyPlace, ModelForm, ModelPlace, ModelRole, ModelsView, PresetView, RoleView, Topic,
};

/// Ids of the presets, in the order in which they are shown.
pub fn preset_ids() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.id)
}

impl Core {
    /// The models: who plays which role, and what can be chosen.
    pub async fn models(&self) -> Result<ModelsView, ErrorView> {
        let chosen = match self.0.chosen_models().await {
            // Where nothing was ever kept, nobody was chosen.
            Err(error) if error.code == "store_empty" => Chosen::default(),
            chosen => chosen?,
        };
        let roles = Role::ALL.into_iter().map(|role| RoleView {
            role: role.into(),
            chosen: chosen.of(role).map(shown),
            substitute: chosen.at(role, ModelPlace::Substitute).map(shown),
        });
        Ok(ModelsView {
            roles: roles.collect(),
            plain_hosts: chosen.plain_hosts.iter().cloned().collect(),
            voice_goes_to: self.0.hosts_of(&chosen).await,
            feedback_by: self.0.feedback_by(&chosen),
            presets: PRESETS.iter().map(PresetView::of).collect(),
        })
    }

    /// Chooses a model for a role. A new key goes into the keychain first; nothing is changed when it cannot be kept.
    ///
    /// # Errors
    /// What is wrong with the form; `model_plain_http` while nobody agreed to speak to its host without encryption; why
    /// the key or the choice cannot be kept.
    pub async fn choose_model(&self, form: ModelForm) -> Result<ModelsView, ErrorView> {
        let role = Role::from(form.role);
        let preset = Preset::with_id(&form.preset).ok_or_else(|| ErrorView::new("model_preset"))?;
        let address: Address = form.address.parse().map_err(of_address)?;
        let model = form.model.trim().to_owned();
        // Some servers have one model and do not ask for its name.
        if model.is_empty() && role != Role::Transcriber {
            return Err(ErrorView::new("model_name"));
        }
        let _alone = self.0.choosing.lock().await;
        let mut chosen = self.0.chosen_models().await?;
        chosen.agreed(&address)?;
        let assessed_before = chosen.assessors();
        self.0.sends_no_more_to(role);
        let address = address.to_string();
        let key_name = key_name(&address);
        let new_key = form.key.filter(|key| !key.trim().is_empty());
        let (key, outlived) = match new_key {
            Some(key) => {
                self.0.keep_model_key(form.keys, &key_name, key).await?;
                (Some(form.keys), chosen.key_is_new(&address, form.keys))
            }
            None => (chosen.key_of(&address), None),
        };
        let place = match chosen.of(role) {
            Some(_) => form.place,
            None => ModelPlace::First,
        };
        let before = chosen.at(role, place).filter(|player| player.address == address);
        let known = before.filter(|player| player.model == model && player.preset == preset.id);
        let player = Player {
            preset: preset.id.to_owned(),
            abilities: known.map_or_else(
                || preset.abilities(role, &model),
                |player| player.abilities.clone(),
            ),
            checked: known
                .filter(|player| player.key == key)
                .and_then(|player| player.checked.clone()),
            voice: form
                .voice
                .map(|voice| voice.trim().to_owned())
                .filter(|voice| !voice.is_empty()),
            address,
            model,
            key,
        };
        let dropped = chosen.at_mut(role, place).replace(player);
        chosen.forget_agreement(dropped.as_ref());
        note_new_hosts(&self.0, &assessed_before, &chosen.assessors()).await?;
        self.0.keep_models(&chosen).await?;
        self.0.drop_unused_key(&chosen, dropped).await;
        if let Some(place) = outlived {
            self.0.drop_key(place, key_name).await;
        }
        self.0.bus.changed(Topic::Models);
        self.models().await
    }

    /// Where a preset's host stands: at the shared address, or at that of an account's workspace.
    ///
    /// # Errors
    /// `model_preset` for a preset that there is not, `model_workspace` for an id that is none or a host without
    /// workspaces.
    pub fn model_address(&self, preset: &str, workspace: Option<&str>) -> Result<String, ErrorView> {
        let preset = Preset::with_id(preset).ok_or_else(|| ErrorView::new("model_preset"))?;
        let address = preset.address_in(workspace);
        address.ok_or_else(|| ErrorView::new("model_workspace"))
    }

    /// Nobody plays this role in this place any more; a substitute takes the place of the first one. The key and what was
    /// agreed to go too, unless somebody else needs them.
    pub async fn forget_model(&self, role: ModelRole, place: ModelPlace) -> Result<ModelsView, ErrorView> {
        let role = Role::from(role);
        let _alone = self.0.choosing.lock().await;
        self.0.sends_no_more_to(role);
        let mut chosen = self.0.chosen_models().await?;
        let dropped = chosen.give_up(role, place);
        chosen.forget_agreement(dropped.as_ref());
        self.0.keep_models(&chosen).await?;
        self.0.drop_unused_key(&chosen, dropped).await;
        self.0.bus.changed(Topic::Models);
        self.models().await
    }

    /// Who takes part in a practice with this partner, who is to sound so, and the counters of what they exchange.
    pub(crate) async fn cast(
        &self,
        partner: PartnerKind,
        wanted: WantedVoice,
        aloud: bool,
    ) -> Result<(Cast, Option<Exchanged>), ErrorView> {
        match partner {
            PartnerKind::Scripted => Ok((Cast::embedded(Arc::clone(&self.0.parts.partner)), None)),
            PartnerKind::Model => {
                let chosen = self.0.chosen_models().await?;
                let casting = self.0.casting(chosen, wanted, aloud);
                let cast = casting.cast().await?;
                Ok((cast, Some(casting.exchanged)))
            }
        }
    }
}

impl House {
    /// Whoever plays this role is about to be removed or replaced: nothing more goes there. What is left can be asked for
    /// again.
    fn sends_no_more_to(&self, role: Role) {
        if role == Role::Transcriber {
            self.writings.stop_all();
        }
        if matches!(role, Role::Transcriber | Role::Evaluator) {
            self.feedback.give_up_all();
        }
    }

    pub(crate) async fn chosen_models(&self) -> Result<Chosen, ErrorView> {
        let kept = self.on_store(|store| store.get_setting(MODELS)).await?;
        Ok(kept.unwrap_or_default())
    }

    pub(super) async fn keep_models(&self, chosen: &Chosen) -> Result<(), ErrorView> {
        let kept = chosen.clone();
        self.on_store(move |store| store.put_setting(MODELS, &kept))
            .await?;
        self.hold_to(chosen);
        Ok(())
    }

    async fn keep_model_key(&self, place: KeyPlace, name: &str, key: String) -> Result<(), ErrorView> {
        let (vault, name) = (self.vault(place), name.to_owned());
        blocking(move || vault.write(&name, key.trim()).map_err(|fault| of_vault(&fault))).await
    }

    /// Forgets the key of a model that plays no role any more.
    async fn drop_unused_key(&self, chosen: &Chosen, dropped: Option<Player>) {
        let Some(player) = dropped else { return };
        let (Some(place), false) = (player.key, chosen.uses_key(&player.address)) else {
            return;
        };
        self.drop_key(place, player.key_name()).await;
    }

    /// Forgets a key. One that cannot be removed is only of no use.
    async fn drop_key(&self, place: KeyPlace, name: String) {
        let vault = self.vault(place);
        let gone = blocking(move || vault.remove(&name).map_err(|fault| of_vault(&fault))).await;
        if let Err(error) = gone {
            tracing::warn!(code = error.code, "a key that is not needed could not be removed");
        }
    }

    /// What a cast of these is made of. What they exchange is counted apart.
    pub(super) fn casting(&self, chosen: Chosen, wanted: WantedVoice, aloud: bool) -> Casting<'_> {
        Casting {
            exchanged: Exchanged::over(&self.to_models, &chosen),
            chosen,
            stand_ins: StandIns::default(),
            keys: Keys::OfTheCast(self),
            wanted,
            aloud,
            voice: Arc::clone(&self.parts.voice),
        }
    }

    pub(super) async fn model_key(&self, player: &Player) -> Result<Option<Key>, ErrorView> {
        let Some(place) = player.key else { return Ok(None) };
        let (vault, name) = (self.vault(place), player.key_name());
        let host = player.address.clone();
        blocking(
            move || match vault.read(&name).map_err(|fault| of_vault(&fault))? {
                Some(key) => Ok(Some(Key::new(&key))),
                None => Err(ErrorView::new("model_key_missing").with("host", host)),
            },
        )
        .await
    }
}

fn shown(player: &Player) -> ChosenModel {
    let address = player.address().ok();
    ChosenModel {
        preset: player.preset.clone(),
        address: player.address.clone(),
        host: address.as_ref().map(Address::host).unwrap_or_default(),
        unencrypted: address
            .as_ref()
            .is_some_and(|address| address.plain_host().is_some()),
        on_this_computer: address.is_some_and(|address| address.is_this_computer()),
        model: player.model.clone(),
        voice: player.voice.clone(),
        key: player.key,
        hears: player.hears(),
        speaks: player.abilities.speaks,
        checked_at: player.checked.as_ref().map(|checked| checked.at),
        check: player.checked.as_ref().map(|checked| checked.found.clone()),
    }
}
