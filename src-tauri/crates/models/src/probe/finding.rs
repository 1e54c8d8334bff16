//! What a probe found, as codes and numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::{Abilities, ModelError, RefusalKind, Rung};

/// What is looked at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Somebody answers at the address.
    Reachable,
    /// The key is accepted, or none is wanted.
    Key,
    /// The host has a model of that name.
    Model,
    /// The model answers in words.
    Answers,
    /// It speaks. [`Finding::took_ms`] is the time to the first sound.
    Speaks,
    /// It takes a recording in a chat.
    Hears,
    /// It writes a recording down.
    Transcribes,
    /// It answers in a form, on [`Finding::rung`].
    Form,
    /// It accepts being told not to think.
    ThinkingOff,
}

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody can tell: the step was not made, or it failed for a reason that will pass.
    Unknown,
}

/// The kind of what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// The network is switched off.
    Offline,
    /// No connection came about.
    Unreachable,
    /// The connection broke.
    BrokeOff,
    /// It took too long.
    TimedOut,
    /// The answer could not be read.
    Malformed,
    /// A wrong, missing or foreign key.
    Key,
    /// The key may not use the model.
    Permission,
    /// There is no such model.
    NoSuchModel,
    /// The account has to be paid.
    Billing,
    /// Too many requests, or the tokens of this minute are used up.
    Busy,
    /// Something of the request is not to be had.
    Unsupported,
    /// The host has trouble of its own.
    Down,
    /// Anything else.
    Other,
}

/// What went wrong in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Its kind.
    pub kind: TroubleKind,
    /// Status of the host's answer, where there was one.
    pub status: Option<u16>,
    /// The host's own code; empty when there was none.
    pub code: String,
    /// The host's own words, for the person who sets the model up; empty when there were none.
    pub message: String,
}

impl From<&ModelError> for Trouble {
    fn from(error: &ModelError) -> Self {
        let plain = |kind| Self {
            kind,
            status: None,
            code: String::new(),
            message: String::new(),
        };
        match error {
            ModelError::Offline => plain(TroubleKind::Offline),
            ModelError::Unreachable(_) => plain(TroubleKind::Unreachable),
            ModelError::BrokeOff(_) => plain(TroubleKind::BrokeOff),
            ModelError::TimedOut(_) => plain(TroubleKind::TimedOut),
            ModelError::Malformed(_) | ModelError::NoScript => plain(TroubleKind::Malformed),
            ModelError::Refused(refusal) => Self {
                kind: match refusal.kind {
                    RefusalKind::Key => TroubleKind::Key,
                    RefusalKind::Permission => TroubleKind::Permission,
                    RefusalKind::NoSuchModel => TroubleKind::NoSuchModel,
                    RefusalKind::Billing => TroubleKind::Billing,
                    RefusalKind::Busy | RefusalKind::Quota => TroubleKind::Busy,
                    RefusalKind::Unsupported => TroubleKind::Unsupported,
                    RefusalKind::Down => TroubleKind::Down,
                    RefusalKind::Filtered
                    | RefusalKind::TooLong
                    | RefusalKind::EmptySound
                    | RefusalKind::Other => TroubleKind::Other,
                },
                status: refusal.status,
                code: refusal.code.clone(),
                message: refusal.message.clone(),
            },
        }
    }
}

impl TroubleKind {
    /// What such trouble says about the thing that was tried.
    fn outcome(self) -> Outcome {
        match self {
            Self::Key | Self::Permission | Self::NoSuchModel | Self::Billing | Self::Unsupported => {
                Outcome::No
            }
            _ => Outcome::Unknown,
        }
    }
}

/// What one step found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The step.
    pub step: Step,
    /// How it came out.
    pub outcome: Outcome,
    /// How long it took in milliseconds, where that was measured.
    pub took_ms: Option<u64>,
    /// The rung that held, for [`Step::Form`].
    pub rung: Option<Rung>,
    /// What went wrong, where something did.
    pub trouble: Option<Trouble>,
}

impl Finding {
    fn new(step: Step, outcome: Outcome) -> Self {
        Self {
            step,
            outcome,
            took_ms: None,
            rung: None,
            trouble: None,
        }
    }

    pub(super) fn yes(step: Step) -> Self {
        Self::new(step, Outcome::Yes)
    }

    pub(super) fn no(step: Step) -> Self {
        Self::new(step, Outcome::No)
    }

    pub(super) fn unknown(step: Step) -> Self {
        Self::new(step, Outcome::Unknown)
    }

    pub(super) fn failed(step: Step, error: &ModelError) -> Self {
        let trouble = Trouble::from(error);
        Self {
            trouble: Some(trouble.clone()),
            ..Self::new(step, trouble.kind.outcome())
        }
    }

    pub(super) fn after(mut self, took: Duration) -> Self {
        self.took_ms = u64::try_from(took.as_millis()).ok();
        self
    }

    pub(super) fn on(mut self, rung: Option<Rung>) -> Self {
        self.rung = rung;
        self
    }
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    findings: BTreeMap<Step, Finding>,
    /// What the model can do: what was thought of it, corrected by what was found.
    pub abilities: Abilities,
}

impl Report {
    pub(super) fn new(guess: Abilities) -> Self {
        let first = [Step::Reachable, Step::Key, Step::Model];
        Self {
            findings: first.map(|step| (step, Finding::unknown(step))).into(),
            abilities: guess,
        }
    }

    /// The findings in the order of [`Step`]: those of the host, and those that the role is about.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    /// What a step found; `None` for a step that the role is not about.
    pub fn finding(&self, step: Step) -> Option<&Finding> {
        self.findings.get(&step)
    }

    /// What the model can do, where this was known of it before: what could not be looked at now stays as it was.
    pub fn abilities_after(&self, before: &Abilities) -> Abilities {
        let found = self.abilities.clone();
        let mut abilities = before.clone();
        // A partner that answers does so with what its host takes beside the words.
        if self
            .finding(Step::Answers)
            .is_some_and(|found| found.outcome == Outcome::Yes)
        {
            abilities.seed = found.seed;
            abilities.stream_usage = found.stream_usage;
            abilities.thinking = found.thinking;
        }
        if self.tells(Step::Hears) {
            abilities.sound_in = found.sound_in;
        }
        if self.tells(Step::Speaks) {
            abilities.speaks = found.speaks;
        }
        if self.tells(Step::Form) {
            abilities.rung = found.rung;
            abilities.must_stream = found.must_stream;
        }
        if self.tells(Step::ThinkingOff) {
            abilities.thinking = found.thinking;
        }
        abilities
    }

    /// Whether a step told something of the model, and not only of the account or the network.
    fn tells(&self, step: Step) -> bool {
        let Some(found) = self.finding(step) else {
            return false;
        };
        let is_about_the_model =
            |trouble: &Trouble| matches!(trouble.kind, TroubleKind::Unsupported | TroubleKind::Other);
        match found.outcome {
            Outcome::Yes => true,
            Outcome::No => found.trouble.as_ref().is_none_or(is_about_the_model),
            Outcome::Unknown => false,
        }
    }

    pub(super) fn is_no(&self, step: Step) -> bool {
        self.finding(step)
            .is_some_and(|finding| finding.outcome == Outcome::No)
    }

    /// Takes a finding in, unless one is there that says more.
    pub(super) fn learn(&mut self, finding: Finding) {
        let says_more = finding.outcome != Outcome::Unknown || finding.trouble.is_some();
        let is_open = match self.finding(finding.step) {
            None => true,
            Some(known) => known.outcome == Outcome::Unknown && says_more,
        };
        if is_open {
            self.findings.insert(finding.step, finding);
        }
    }

    /// Takes in that an answer came, whatever it was.
    pub(super) fn hear_of_an_answer(&mut self) {
        for step in [Step::Reachable, Step::Key] {
            self.learn(Finding::yes(step));
        }
    }

    /// Takes in what an error tells about host, key and model, whatever was being tried.
    pub(super) fn hear_of(&mut self, error: &ModelError) {
        let mut told = Vec::new();
        match error {
            ModelError::Offline | ModelError::Unreachable(_) => told.push((Step::Reachable, Outcome::No)),
            ModelError::Refused(refusal) => {
                told.push((Step::Reachable, Outcome::Yes));
                match refusal.kind {
                    RefusalKind::Key => told.push((Step::Key, Outcome::No)),
                    RefusalKind::NoSuchModel => told.push((Step::Model, Outcome::No)),
                    _ => {}
                }
            }
            _ => told.push((Step::Reachable, Outcome::Unknown)),
        }
        for (step, outcome) in told {
            let trouble = (outcome != Outcome::Yes).then(|| Trouble::from(error));
            self.learn(Finding {
                trouble,
                ..Finding::new(step, outcome)
            });
        }
    }
}
