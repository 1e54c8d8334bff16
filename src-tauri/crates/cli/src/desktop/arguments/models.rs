//! What can be typed about models.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use rehearse_core::preset_ids;
use rehearse_core::view::{KeyPlace, ModelPlace, ModelRole};

use super::Keys;

/// What to do with models; without any of it they are listed.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelsJob {
    /// Let a model play a role, or change how.
    Set(SetModel),
    /// Let a model play a role no more. Its key goes too, unless another model needs it.
    ///
    /// A substitute takes the place of the model that is forgotten.
    Forget {
        /// The role.
        #[arg(value_enum)]
        role: Role,
        /// Forget the substitute alone.
        #[arg(long)]
        substitute: bool,
    },
    /// Ask a model what it can do, and keep what was found. Exit code 1 when something that its role needs is missing.
    ///
    /// A second of a tone, or a few words that nobody said, are sent to its host.
    Probe {
        /// The role, with its substitute [default: all that are played].
        #[arg(value_enum)]
        role: Option<Role>,
    },
    /// Agree to speak to models on a host without encryption, such as another computer in the same house.
    ///
    /// Whoever is on the way there can hear what you say. It is taken back by itself when the last model there is
    /// forgotten. This computer needs no agreement.
    AgreeHttp {
        /// The host as it stands in the address, such as nas.local.
        host: String,
        /// Take the agreement back.
        #[arg(long)]
        take_back: bool,
    },
    /// List the hosts that are known, with the models to begin with.
    Presets,
}

/// A role that a model can play.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Role {
    /// Answers you.
    Partner,
    /// Writes down what you say.
    Transcriber,
    /// Looks whether the objective is reached.
    Evaluator,
    /// Lends a voice to a partner that has none.
    Speaker,
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

impl From<Keys> for KeyPlace {
    fn from(keys: Keys) -> Self {
        match keys {
            Keys::Keychain => Self::Keychain,
            Keys::File => Self::File,
        }
    }
}

/// The place that a flag stands for.
pub(crate) fn place(substitute: bool) -> ModelPlace {
    match substitute {
        true => ModelPlace::Substitute,
        false => ModelPlace::First,
    }
}

/// One role, or all of them.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Roles {
    /// Answers you.
    Partner,
    /// Writes down what you say.
    Transcriber,
    /// Looks whether the objective is reached.
    Evaluator,
    /// Lends a voice to a partner that has none.
    Speaker,
    /// Every role for which the preset suggests a model.
    All,
}

impl Roles {
    /// The role, where it is one.
    pub(crate) fn one(self) -> Option<ModelRole> {
        match self {
            Self::Partner => Some(ModelRole::Partner),
            Self::Transcriber => Some(ModelRole::Transcriber),
            Self::Evaluator => Some(ModelRole::Evaluator),
            Self::Speaker => Some(ModelRole::Speaker),
            Self::All => None,
        }
    }
}

/// Which model plays a role.
#[derive(Debug, Args)]
pub(crate) struct SetModel {
    /// The role, or all.
    #[arg(value_enum)]
    pub(crate) role: Roles,
    /// The model goes on in place of the one that plays the role, when that one does not answer.
    #[arg(long)]
    pub(crate) substitute: bool,
    /// The host, as `models presets` lists it.
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(preset_ids()))]
    pub(crate) preset: String,
    /// Where it is [default: that of the preset].
    #[arg(long, value_name = "URL", conflicts_with = "workspace")]
    pub(crate) address: Option<String>,
    /// The workspace of the account, where the host has such.
    #[arg(long, value_name = "ID")]
    pub(crate) workspace: Option<String>,
    /// What the model is called there [default: the one that the preset suggests].
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Its voice [default: the first for the language of the practice].
    #[arg(long, value_name = "NAME")]
    pub(crate) voice: Option<String>,
    /// Where a new key is kept.
    #[arg(long, value_enum, default_value = "keychain")]
    pub(crate) keys: Keys,
    /// Hand a new key over: it is asked for, or read from standard input. Without this, one that is kept for the address
    /// stays.
    #[arg(long)]
    pub(crate) key: bool,
}

/// Names for whom one can practise with: `scripted`, `model`, `qwen`, and every preset.
pub(super) fn partners() -> PossibleValuesParser {
    PossibleValuesParser::new(["scripted", "model", "qwen"].into_iter().chain(preset_ids()))
}
