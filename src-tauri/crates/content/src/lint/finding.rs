//! What the linter has to say.

use std::fmt;

/// Which rule a file breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The file is no TOML, or has a field too many or too few.
    Unreadable,
    /// The file's name, its slug and its family disagree.
    Name,
    /// Spaces where nobody sees them.
    Space,
    /// A text is too short or too long.
    Length,
    /// Too few or too many of something.
    Count,
    /// A time limit out of its range.
    Limit,
    /// One language is there and the other is not.
    MissingHalf,
    /// The two languages of one record do not say the same.
    HalvesDisagree,
    /// A skill that no file describes.
    UnknownSkill,
    /// A transcript of a scenario that is not built in.
    UnknownScenario,
    /// The same text twice.
    Repeated,
    /// Nothing says which voice fits the partner.
    NoVoice,
    /// The goal stands where the partner can read it.
    Leak,
    /// Words of the other language.
    WrongLanguage,
    /// Marks of the other language, or none at the end of a sentence.
    Punctuation,
    /// The story does not speak to the trainee.
    SecondPerson,
    /// The scripted partner, who hears nothing, sounds as if it had.
    PretendsToListen,
    /// Two texts share a turn of phrase: two scenarios, or a transcript and what it should be judged by.
    SharedRun,
    /// Two people of two scenarios have one name.
    SharedName,
    /// An anchor or a check judges where it should describe.
    Judgement,
    /// A counter-example that does not say why it is none.
    NoReason,
    /// A transcript says that there is enough to rate, and there is not, or the other way round.
    Outcome,
    /// Nobody in it speaks to the judge, though that is what it is for.
    NotAddressed,
    /// Too few transcripts of one sort for one skill.
    TooFewTranscripts,
}

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it is.
    pub rule: Rule,
    /// Folder and file name.
    pub file: String,
    /// The field, counted from 1 where it is a list.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub advice: String,
}

impl Finding {
    pub(super) fn new(
        rule: Rule,
        file: &str,
        field: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            file: file.to_owned(),
            field: field.into(),
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}: {}; {}",
            self.file, self.field, self.problem, self.advice
        )
    }
}
