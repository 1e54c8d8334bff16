//! Feedback on a session as it is shown.

use std::collections::BTreeMap;

use rehearse_domain::{
    Advice, Assessment, Judge, Outcome, Quote, Rating, Remark, RuleCount, Session, SessionId, SessionStatus,
    Skill, SkillFinding, Slug, Timestamp, Turn,
};
use rehearse_models::rubric::Case;
use rehearse_net::names_this_computer;
use rehearse_store::{Evaluation, EvaluationStatus};
use rehearse_sync::poller::Progress;

use super::checking;
use super::sentences::why;
use super::waiting::{is_for_unasked, nobody_at_it, soon, waiting, words_missing};
use super::web_app;
use crate::error::ErrorView;
use crate::house::Core;
use crate::lines::millis;
use crate::view::{
    AdviceView, FeedbackStatus, FeedbackView, QuoteView, RemarkView, ResultView, RubricCheckView, RuleView,
    SkillResultView, WebAppResult,
};

/// What the store knows of the feedback on a session.
struct Found {
    session: Session,
    turns: Vec<Turn>,
    current: Option<(Evaluation, Option<Assessment>)>,
    earlier: Vec<(Evaluation, Option<Assessment>)>,
    from_web_app: Option<WebAppResult>,
    /// The words that the current result rests on are not here.
    words_missing: bool,
    is_mirror: bool,
    own: BTreeMap<Slug, Rating>,
    revealed: bool,
}

impl Core {
    /// The feedback on a session: how far it is, what it says, and what it said before.
    ///
    /// # Errors
    /// `no_such_session`, and what the database says.
    pub async fn feedback(&self, session: SessionId) -> Result<FeedbackView, ErrorView> {
        let found = self.0.on_store(move |store| {
            let Some(found) = store.results(session)? else {
                return Ok(None);
            };
            let (record, turns) = (found.session.clone(), found.turns.clone());
            let checking::Checked {
                results: mut all,
                words_missing: missing,
            } = checking::check(store, found)?;
            let current = all
                .iter()
                .position(|(one, _)| one.superseded_at.is_none())
                .map(|place| all.remove(place));
            let reveal = store.revealed(session)?;
            let words_missing = current.as_ref().is_some_and(|(one, _)| missing.contains(&one.id));
            Ok(Some(Found {
                from_web_app: match words_missing {
                    true => None,
                    false => web_app::result(store, &record, current.as_ref())?,
                },
                words_missing,
                is_mirror: store.is_mirror(session)?,
                session: record,
                turns,
                current,
                earlier: all,
                revealed: reveal.is_some(),
                own: reveal.unwrap_or_default().into_iter().collect(),
            }))
        });
        let found = found.await?.ok_or_else(|| ErrorView::no_such_session(session))?;
        let asked = self.0.hosts_of_assessors().await;
        let is_nobody_chosen = asked.as_ref().is_ok_and(Vec::is_empty);
        let hosts = match asked {
            Ok(hosts) => hosts
                .into_iter()
                .filter(|host| !names_this_computer(host))
                .collect(),
            // Also where nobody can tell who was chosen, the result is to be had.
            Err(_) => Vec::new(),
        };
        let (result, earlier) = (found.result(), found.earlier());
        Ok(FeedbackView {
            session,
            status: self.status(&found, is_nobody_chosen),
            asks_first: !found.revealed && result.as_ref().is_some_and(is_rated),
            result,
            from_web_app: found.from_web_app,
            earlier,
            hosts,
            revealed: found.revealed,
        })
    }

    fn status(&self, found: &Found, is_nobody_chosen: bool) -> FeedbackStatus {
        let ended = found.session.status == SessionStatus::Ended;
        let Some((evaluation, _)) = found.current.as_ref().filter(|_| ended) else {
            return FeedbackStatus::NothingSaid;
        };
        match evaluation.status {
            EvaluationStatus::Completed if found.words_missing => return words_missing(found.is_mirror),
            EvaluationStatus::Completed => return FeedbackStatus::Done,
            EvaluationStatus::Failed => {
                let error = evaluation.last_error.as_deref().unwrap_or_default();
                return FeedbackStatus::Failed {
                    why: why(error),
                    attempts: evaluation.attempts,
                };
            }
            _ => {}
        }
        let Some(standings) = self.0.feedback.standings() else {
            return nobody_at_it(evaluation, is_nobody_chosen, self.0.now());
        };
        match standings.progress(found.session.id) {
            Some(Progress::Transcribing { done, of }) => return FeedbackStatus::Transcribing { done, of },
            Some(Progress::Judging { done, of }) => return FeedbackStatus::Judging { done, of },
            None => {}
        }
        match standings.hold(found.session.id) {
            Some(hold) if evaluation.asked_at.is_none() || !is_for_unasked(&hold) => waiting(&hold),
            _ => soon(evaluation, self.0.now()),
        }
    }
}

impl Found {
    /// The result that stands: the one before stays until another one is there.
    fn standing(&self) -> Option<(&Evaluation, &Assessment)> {
        let latest_first = self.current.iter().chain(self.earlier.iter().rev());
        let mut assessed = latest_first.filter_map(|(one, assessment)| Some((one, assessment.as_ref()?)));
        assessed.next().filter(|_| !self.words_missing)
    }

    /// The result that stands; what rules can count while there is none.
    fn result(&self) -> Option<ResultView> {
        if let Some((evaluation, assessment)) = self.standing() {
            return Some(self.shown(assessment, evaluation.completed_at));
        }
        if self.words_missing {
            return None;
        }
        let written = self
            .turns
            .iter()
            .any(|turn| turn.speaker == rehearse_domain::Speaker::Trainee && turn.transcript.is_some());
        let over = self.session.status == SessionStatus::Ended;
        (written && over).then(|| {
            let counted = Case::of(&self.session, &self.turns).by_rules();
            self.shown(&counted, None)
        })
    }

    /// Results before the one that stands, the latest first.
    fn earlier(&self) -> Vec<ResultView> {
        let standing = self.standing().map(|(standing, _)| standing.id);
        let all = self.earlier.iter().rev();
        let before = all.filter(|(one, _)| Some(one.id) != standing);
        before
            .filter_map(|(evaluation, assessment)| {
                Some(self.shown(assessment.as_ref()?, evaluation.completed_at))
            })
            .collect()
    }

    fn shown(&self, assessment: &Assessment, completed_at: Option<Timestamp>) -> ResultView {
        let same = |(_, standing): (&Evaluation, &Assessment)| {
            (&standing.rubric, &standing.judge) == (&assessment.rubric, &assessment.judge)
        };
        ResultView {
            completed_at,
            outcome: assessment.outcome,
            judge: assessment.judge.clone(),
            coverage: assessment.coverage,
            counts: assessment.counts,
            skills: assessment.skills.iter().map(|one| self.skill(one)).collect(),
            advice: assessment.advice.iter().map(|one| self.advice(one)).collect(),
            summary: assessment.summary.clone(),
            comparable: self.standing().is_some_and(same),
        }
    }

    fn rubric(&self, slug: &Slug) -> Option<&Skill> {
        self.session
            .snapshot
            .skills
            .iter()
            .find(|skill| skill.slug == *slug)
    }

    /// What a skill is called; one that the session did not have, which a result from elsewhere may name, by its id.
    fn name(&self, slug: &Slug) -> String {
        self.rubric(slug)
            .map_or_else(|| slug.to_string(), |skill| skill.name.clone())
    }

    fn skill(&self, finding: &SkillFinding) -> SkillResultView {
        let rubric = self.rubric(&finding.skill);
        let anchors = rubric.map(|skill| skill.anchors.to_vec()).unwrap_or_default();
        let checks = rubric.map(|skill| skill.checks.as_slice()).unwrap_or_default();
        SkillResultView {
            skill: finding.skill.clone(),
            name: self.name(&finding.skill),
            description: rubric.map(|skill| skill.description.clone()).unwrap_or_default(),
            anchors: if anchors.iter().all(String::is_empty) {
                Vec::new()
            } else {
                anchors
            },
            standing: finding.standing,
            note: finding.note.clone(),
            checks: checks
                .iter()
                .enumerate()
                .map(|(place, check)| RubricCheckView {
                    question: check.0.clone(),
                    answer: finding.checks.get(place).copied(),
                })
                .collect(),
            quotes: self.quotes(&finding.quotes),
            worked: finding.worked.as_ref().map(|one| self.remark(one)),
            change: finding.change.as_ref().map(|one| self.remark(one)),
            rules: finding.rules.iter().map(|one| self.rule(one)).collect(),
            own: self.own.get(&finding.skill).copied(),
        }
    }

    fn advice(&self, advice: &Advice) -> AdviceView {
        AdviceView {
            name: self.name(&advice.skill),
            skill: advice.skill.clone(),
            remark: self.remark(&advice.remark),
        }
    }

    fn rule(&self, counted: &RuleCount) -> RuleView {
        RuleView {
            rule: counted.rule,
            count: counted.count,
            quotes: self.quotes(&counted.quotes),
        }
    }

    fn remark(&self, remark: &Remark) -> RemarkView {
        RemarkView {
            quote: self.quote(&remark.quote),
            text: remark.text.clone(),
            say_instead: remark.say_instead.clone(),
        }
    }

    fn quotes(&self, quotes: &[Quote]) -> Vec<QuoteView> {
        quotes.iter().map(|one| self.quote(one)).collect()
    }

    /// A quote where the words stand now. Where they were put right since, it stands nowhere.
    fn quote(&self, quote: &Quote) -> QuoteView {
        let turn = self.turns.iter().find(|turn| turn.sequence == quote.turn);
        let words = turn.and_then(|turn| turn.transcript.as_deref());
        let place = words.and_then(|words| utf16_place(words, quote));
        let (start, end) = place.unwrap_or_default();
        let clip = turn.and_then(|turn| turn.clip.as_ref());
        let length = words.map_or(0, |words| words.encode_utf16().count());
        QuoteView {
            turn: quote.turn,
            text: quote.text.clone(),
            start,
            end,
            at_ms: clip.filter(|_| place.is_some()).map(|clip| {
                let share = f64::from(start) / (length.max(1) as f64);
                millis(clip.duration.mul_f64(share.clamp(0.0, 1.0)))
            }),
        }
    }
}

/// Whether there is something in a result that the trainee can rate for themselves. The store counts by the same rule what
/// waits for them (`evaluation_rated.rs`).
fn is_rated(result: &ResultView) -> bool {
    result.outcome == Outcome::Scored && result.judge != Judge::Rules && !result.skills.is_empty()
}

/// Where a quote stands in words, in UTF-16 units; `None` where they are others now.
fn utf16_place(words: &str, quote: &Quote) -> Option<(u32, u32)> {
    let byte = |character: u32| {
        let character = usize::try_from(character).ok()?;
        let mut places = words.char_indices().map(|(place, _)| place);
        places
            .nth(character)
            .or_else(|| (words.chars().count() == character).then_some(words.len()))
    };
    let (start, end) = (byte(quote.start)?, byte(quote.end)?);
    let before = words.get(..start)?.encode_utf16().count();
    let inside = words.get(start..end).filter(|inside| *inside == quote.text)?;
    let units = |count: usize| u32::try_from(count).ok();
    Some((units(before)?, units(before + inside.encode_utf16().count())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str, start: u32, end: u32) -> Quote {
        Quote {
            turn: 1,
            text: text.to_owned(),
            start,
            end,
        }
    }

    #[test]
    fn places_are_told_in_the_units_of_the_window() {
        let words = "😀 I'd like 46,000.";
        assert_eq!(utf16_place(words, &quote("I'd like", 2, 10)), Some((3, 11)));
        assert_eq!(utf16_place("我想谈谈", &quote("谈谈", 2, 4)), Some((2, 4)));
    }

    #[test]
    fn words_that_were_put_right_since_have_no_place() {
        assert_eq!(utf16_place("I'd like 48", &quote("I'd like 46", 0, 11)), None);
        assert_eq!(utf16_place("short", &quote("longer words", 0, 12)), None);
    }
}
