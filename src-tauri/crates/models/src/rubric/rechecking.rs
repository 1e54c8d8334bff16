//! A result that somebody else wrote down, held against the transcript once more: whoever may write to a server may have
//! put any words into anybody's mouth.

use rehearse_domain::{Advice, Assessment, NotObserved, Quote, Remark, RuleCount, SkillFinding, Standing};

use super::reading::{LONGEST_NOTE, LONGEST_REMARK, remark_text, sentence};
use super::summary::summary;
use super::transcript::Transcript;
use super::{Case, Speaker};

impl Case {
    /// As much of a result from elsewhere as the transcript bears out: quotes that stand nowhere are left out, with what
    /// is said about them, and a rating that rests on none is none. Where there is not one word of the trainee to look
    /// them up in, no rating stands either; the summary stays, because the words may yet come.
    pub fn borne_out(&self, result: Assessment) -> Assessment {
        let transcript = Transcript::of(&self.turns);
        let is_unwritten = transcript.coverage().heard == 0;
        let check = Recheck {
            case: self,
            transcript,
        };
        let skills: Vec<_> = result.skills.into_iter().map(|one| check.finding(one)).collect();
        let known: Vec<_> = skills
            .iter()
            .filter(|one| check.has_rubric(one))
            .cloned()
            .collect();
        Assessment {
            summary: match result.summary.is_empty() || is_unwritten {
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
            ..result
        }
    }
}

struct Recheck<'a> {
    case: &'a Case,
    transcript: Transcript<'a>,
}

impl Recheck<'_> {
    fn has_rubric(&self, finding: &SkillFinding) -> bool {
        self.case.skills.iter().any(|skill| skill.slug == finding.skill)
    }

    fn finding(&self, finding: SkillFinding) -> SkillFinding {
        let quotes: Vec<Quote> = finding.quotes.iter().filter_map(|one| self.quote(one)).collect();
        SkillFinding {
            standing: match finding.standing {
                Standing::Rated { .. } if quotes.is_empty() => Standing::NotObserved {
                    why: NotObserved::NoQuote,
                },
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
