//! The models: who plays which role, what can be chosen, and what a check found.

use rehearse_domain::{SessionId, Timestamp};
use rehearse_models::presets::{Hint, KeyNeed, Preset, Role, Voices};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::KeyPlace;
use crate::error::ErrorView;

/// What a model is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// Answers the trainee.
    Partner,
    /// Writes down what the trainee says.
    Transcriber,
    /// Looks whether the objective is reached.
    Evaluator,
    /// Lends a voice to a partner that has none.
    Speaker,
}

impl From<ModelRole> for Role {
    fn from(role: ModelRole) -> Self {
        match role {
            ModelRole::Partner => Self::Partner,
            ModelRole::Transcriber => Self::Transcriber,
            ModelRole::Evaluator => Self::Evaluator,
            ModelRole::Speaker => Self::Speaker,
        }
    }
}

impl From<Role> for ModelRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Partner => Self::Partner,
            Role::Transcriber => Self::Transcriber,
            Role::Evaluator => Self::Evaluator,
            Role::Speaker => Self::Speaker,
        }
    }
}

/// Which of the two who can play a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ModelPlace {
    /// The one that is asked.
    #[default]
    First,
    /// The one that goes on when the first does not answer.
    Substitute,
}

impl ModelPlace {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Substitute];
}

/// The models as a whole.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ModelsView {
    /// The roles, always all four and in the same order.
    pub roles: Vec<RoleView>,
    /// The hosts to choose from, in the order in which they are shown.
    pub presets: Vec<PresetView>,
    /// Hosts that the user agreed to speak to without encryption.
    pub plain_hosts: Vec<String>,
    /// Hosts beyond this computer that get anything of what is said in a practice with the model, each once; empty while
    /// no model is chosen as partner.
    pub voice_goes_to: Vec<String>,
    /// Hosts beyond this computer that hear or read what was said once a practice is over, for the feedback that comes by
    /// itself, each once.
    pub feedback_by: Vec<String>,
}

/// A role and who plays it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct RoleView {
    /// The role.
    pub role: ModelRole,
    /// Who plays it; nobody.
    pub chosen: Option<ChosenModel>,
    /// Who goes on when that one does not answer; nobody.
    pub substitute: Option<ChosenModel>,
}

/// A model that was chosen.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ChosenModel {
    /// Id of the preset it was set up from.
    pub preset: String,
    /// Where it is.
    pub address: String,
    /// The host in it.
    pub host: String,
    /// It is served on this computer: nothing that goes there leaves it.
    pub on_this_computer: bool,
    /// What goes there is not encrypted on its way.
    pub unencrypted: bool,
    /// What it is called there.
    pub model: String,
    /// The voice that was fixed; `None` is one that fits the other person and the language.
    pub voice: Option<String>,
    /// Where its key is kept; `None` when it has none.
    pub key: Option<KeyPlace>,
    /// It takes the trainee's voice as it is.
    pub hears: bool,
    /// It speaks itself.
    pub speaks: bool,
    /// When it was last checked.
    pub checked_at: Option<Timestamp>,
    /// What that check found.
    pub check: Option<ModelCheck>,
}

/// A host to choose.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct PresetView {
    /// Names it.
    pub id: String,
    /// What it is called, the same in every language; empty for one's own server.
    pub name: String,
    /// Where it is; empty for one's own server.
    pub address: String,
    /// The same with `{workspace}` in place of an account's workspace, where there are such.
    pub workspace_address: Option<String>,
    /// Whether it wants a key.
    pub key: KeyWish,
    /// The roles it can play, each with the model to begin with; empty where only its owner knows.
    pub roles: Vec<SuggestedModel>,
    /// What has to be known about it: codes of the message catalogue, `model.hint.<code>`.
    pub hints: Vec<String>,
}

/// Whether a host wants a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyWish {
    /// Nothing goes without one.
    Needed,
    /// Only when it was started so.
    Optional,
    /// It looks at none.
    Unused,
}

/// A role of a host with the model to begin with.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct SuggestedModel {
    /// The role.
    pub role: ModelRole,
    /// The model; empty where only the host's owner knows.
    pub model: String,
    /// Voices that are known; there may be others.
    pub voices: Vec<String>,
}

impl PresetView {
    pub(crate) fn of(preset: &Preset) -> Self {
        Self {
            id: preset.id.to_owned(),
            name: preset.name.to_owned(),
            address: preset.address.to_owned(),
            workspace_address: preset.workspace_address.map(str::to_owned),
            key: match preset.key {
                KeyNeed::Needed => KeyWish::Needed,
                KeyNeed::Optional => KeyWish::Optional,
                KeyNeed::Unused => KeyWish::Unused,
            },
            roles: preset
                .roles
                .iter()
                .map(|suggestion| SuggestedModel {
                    role: suggestion.role.into(),
                    model: suggestion.model.to_owned(),
                    voices: voices(preset, suggestion.model),
                })
                .collect(),
            hints: preset.hints.iter().map(|hint| code(*hint)).collect(),
        }
    }
}

fn voices(preset: &Preset, model: &str) -> Vec<String> {
    let known = preset.voices(model).into_iter().flat_map(Voices::names);
    known.map(ToOwned::to_owned).collect()
}

fn code(hint: Hint) -> String {
    match serde_json::to_value(hint) {
        Ok(serde_json::Value::String(code)) => code,
        // Cannot happen: a hint is written as a word.
        _ => String::new(),
    }
}

/// What setting a model up needs. Nothing of it is shown by `Debug`, which it does not have.
#[derive(Deserialize, Type)]
pub struct ModelForm {
    /// The role.
    pub role: ModelRole,
    /// In which place. A substitute for nobody is the first.
    #[serde(default)]
    pub place: ModelPlace,
    /// Id of the preset.
    pub preset: String,
    /// Where it is.
    pub address: String,
    /// What it is called there.
    pub model: String,
    /// The voice; `None` is one that fits the other person and the language.
    pub voice: Option<String>,
    /// A new key; `None` leaves the one that is there for this address. It goes inward once and never comes back.
    pub key: Option<String>,
    /// Where a new key is kept.
    pub keys: KeyPlace,
}

/// What a check found, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ModelCheck {
    /// The steps that were made, in order.
    pub steps: Vec<CheckStep>,
    /// Everything that the role needs is there.
    pub fine: bool,
    /// Time to the first sound of a partner that speaks, in milliseconds.
    pub first_sound_ms: Option<u32>,
}

/// A step of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckStep {
    /// What was looked at: a code of the message catalogue, `model.step.<code>`.
    pub step: String,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u32>,
    /// What went wrong.
    pub trouble: Option<ErrorView>,
}

/// How a step of a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody can tell.
    Unknown,
}

/// What went to one host for one purpose while a session was practised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ExchangeView {
    /// What for.
    pub role: String,
    /// With whom.
    pub host: String,
    /// The host is this computer.
    pub on_this_computer: bool,
    /// The model that was asked.
    pub model: String,
    /// How often.
    pub requests: u32,
    /// Bytes that went there.
    pub sent: f64,
    /// Bytes that came from there.
    pub received: f64,
    /// The tokens that the host counted; `None` where it counted none.
    pub tokens: Option<TokensView>,
    /// What that has cost, as an estimate; `None` where no price is known.
    pub cost: Option<CostView>,
}

/// What hosts count and bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TokensView {
    /// Text that went in.
    pub text_in: u32,
    /// Sound that went in.
    pub audio_in: u32,
    /// Text that came out.
    pub text_out: u32,
    /// Sound that came out.
    pub audio_out: u32,
    /// Of what went in, what the host still knew.
    pub cached: u32,
}

/// An estimate of what something costs, by list prices. Nobody is billed by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CostView {
    /// In millionths of a US dollar.
    pub micro_dollars: u32,
    /// The month in which the prices were read, as `2026-11`.
    pub as_of: String,
    /// Whom the prices are for.
    pub market: PriceMarket,
}

/// Whom prices are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PriceMarket {
    /// Accounts outside mainland China, before taxes.
    International,
}

/// What came of writing down a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TranscribedView {
    /// The session.
    pub session: SessionId,
    /// The turns that waited for their words, in order.
    pub turns: Vec<TranscribedTurn>,
    /// How many of them wait on.
    pub left: u32,
}

/// A turn that waited for its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TranscribedTurn {
    /// Its number in the session.
    pub sequence: u32,
    /// The words; `None` when it waits on.
    pub text: Option<String>,
    /// Why it does.
    pub trouble: Option<ErrorView>,
}
