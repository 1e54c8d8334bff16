//! A result that somebody else wrote down, held against the transcript once more: whoever may write to a server may have
//! put any words into anybody's mouth. What it was made of may also be words that were put right since, or that have not
//! come here yet; those two are told apart from what nobody ever said.

use rehearse_domain::{Advice, Assessment, NotObserved, Quote, Remark, RuleCount, SkillFinding, Standing};

use super::counts::counts;
use super::reading::{LONGEST_NOTE, LONGEST_REMARK, remark_text, sentence};
use super::summary::summary;
use super::transcript::Transcript;
use super::{Case, Speaker, version};

/// What the transcript says of a result from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BorneOut {
    /// More turns had words for whoever judged than have here, so that nothing of it can be looked up yet.
    WordsMissing,
    /// As much of it as stands.
    AsFar {
        /// That much.
        result: Box<Assessment>,
        /// It was made of these very words. Where they are put right later, it stands as one that was made here.
        of_these_words: bool,
    },
}

impl Case {
    /// As much of a result from elsewhere as the transcript bears out: quotes that stand nowhere are left out, with what
    /// is said about them, and a rating that rests on none is none. Where it was made of other words than these, such a
    /// rating is said to be of other words: it may have been right.
    pub fn borne_out(&self, result: Assessment) -> BorneOut {
        let transcript = Transcript::of(&self.turns);
        if misses_words(&transcript, &result) {
            return BorneOut::WordsMissing;
        }
        let of_these_words = self.is_of_these_words(&transcript, &result);
        let counts = counts(&transcript);
        let check = Recheck {
            case: self,
            transcript,
            unproven: match of_these_words {
                true => NotObserved::NoQuote,
                false => NotObserved::OtherWords,
            },
        };
        let skills: Vec<_> = result.skills.into_iter().map(|one| check.finding(one)).collect();
        let known: Vec<_> = skills
            .iter()
            .filter(|one| check.has_rubric(one))
            .cloned()
            .collect();
        let result = Assessment {
            summary: match result.summary.is_empty() {
                true => result.summary,
                false => summary(self.language, &self.skills, &known),
            },
            advice: result
                .advice
                .into_iter()
                .filter_map(|one| {
                    Some(Advice {
                        remark: check.remark(one.remark)?,
                        skill: one.skill,
                    })
                })
                .collect(),
            skills,
            counts,
            ..result
        };
        BorneOut::AsFar {
            result: Box::new(result),
            of_these_words,
        }
    }

    /// Whether a result was made of the words that stand here. What was counted has to do for it where an earlier version
    /// made it, which did not say.
    fn is_of_these_words(&self, transcript: &Transcript<'_>, result: &Assessment) -> bool {
        match &result.words {
            Some(words) => *words == version::of_words(self.language, &self.turns),
            None => {
                let here = (transcript.coverage(), counts(transcript));
                here == (result.coverage, result.counts)
            }
        }
    }
}

/// Whether words have yet to come that a result rests on. It may claim to have heard more turns than there are.
fn misses_words(transcript: &Transcript<'_>, result: &Assessment) -> bool {
    let here = transcript.coverage();
    !result.skills.is_empty() && here.heard < result.coverage.heard.min(here.turns)
}

struct Recheck<'a> {
    case: &'a Case,
    transcript: Transcript<'a>,
    /// What becomes of a rating that rests on nothing.
    unproven: NotObserved,
}

impl Recheck<'_> {
    fn has_rubric(&self, finding: &SkillFinding) -> bool {
        self.case.skills.iter().any(|skill| skill.slug == finding.skill)
    }

    fn finding(&self, finding: SkillFinding) -> SkillFinding {
        let quotes: Vec<Quote> = finding.quotes.iter().filter_map(|one| self.quote(one)).collect();
        SkillFinding {
            standing: match finding.standing {
                Standing::Rated { .. } if quotes.is_empty() => Standing::NotObserved { why: self.unproven },
                standing => standing,
            },
            note: remark_text(&finding.note, LONGEST_NOTE, &self.transcript).unwrap_or_default(),
            worked: finding.worked.and_then(|one| self.remark(one)),
            change: finding.change.and_then(|one| self.remark(one)),
            rules: finding.rules.into_iter().map(|one| self.counted(one)).collect(),
            quotes,
            ..finding
        }
    }

    fn remark(&self, remark: Remark) -> Option<Remark> {
        let quote = self.quote(&remark.quote)?;
        Some(Remark {
            text: remark_text(&remark.text, LONGEST_REMARK, &self.transcript)?,
            say_instead: remark.say_instead.and_then(|text| sentence(&text, &quote)),
            quote,
        })
    }

    fn quote(&self, quote: &Quote) -> Option<Quote> {
        self.transcript.quoted(Some(quote.turn), &quote.text)
    }

    /// A rule may count one word, which proves nothing and has to stand at its very place.
    fn counted(&self, mut counted: RuleCount) -> RuleCount {
        counted.quotes.retain(|quote| self.stands_at_its_place(quote));
        counted
    }

    fn stands_at_its_place(&self, quote: &Quote) -> bool {
        let turns = self.case.turns.iter();
        let mut own = turns.filter(|turn| turn.speaker == Speaker::Trainee && turn.number == quote.turn);
        let (from, to) = (quote.start as usize, quote.end as usize);
        own.next()
            .and_then(|turn| turn.text.as_ref())
            .is_some_and(|text| {
                let there = text.chars().skip(from).take(to.saturating_sub(from));
                !quote.text.is_empty() && there.eq(quote.text.chars())
            })
    }
}
