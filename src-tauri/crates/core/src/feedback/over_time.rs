//! Ratings of each skill over the practices. Only what one judge rated by one rubric stands side by side; what else there
//! is, is counted and left out.

use std::collections::HashMap;
use std::sync::Arc;

use rehearse_domain::{Judge, Language, NotObserved, Rating, Skill, SkillFinding, Slug, Standing};
use rehearse_models::rubric::version;
use rehearse_store::RatedSession;

use crate::lines::count;
use crate::view::{SkillPoint, SkillProgress, SkillUsual};

/// Sessions that are looked at, the latest.
pub(crate) const SESSIONS: u32 = 100;
/// With fewer ratings nobody can speak of a direction.
const FEWEST: usize = 3;

/// One finding about a skill, with what it was rated by.
struct Found<'a> {
    of: &'a RatedSession,
    finding: &'a SkillFinding,
    rubric: Option<&'a Skill>,
    /// The version of the skill's rubric.
    version: Arc<str>,
}

impl Found<'_> {
    fn judge(&self) -> &Judge {
        &self.of.assessment.judge
    }

    fn is_rated(&self) -> bool {
        matches!(self.finding.standing, Standing::Rated { .. })
    }
}

/// Each skill that has a rating, that of the latest practice first. `sessions` are in one language, the newest first.
pub(crate) fn skills_over_time(language: Language, sessions: &[RatedSession]) -> Vec<SkillProgress> {
    let mut versions = Versions::default();
    let mut order: Vec<&Slug> = Vec::new();
    let mut found: HashMap<&Slug, Vec<Found<'_>>> = HashMap::new();
    for of in sessions {
        for finding in &of.assessment.skills {
            if is_of_rules(finding) {
                continue;
            }
            let of_skill = found.entry(&finding.skill).or_insert_with(|| {
                order.push(&finding.skill);
                Vec::new()
            });
            of_skill.push(Found {
                of,
                finding,
                rubric: of.skills.iter().find(|one| one.slug == finding.skill),
                version: versions.of(language, of, finding),
            });
        }
    }
    let all = order.into_iter().filter_map(|skill| found.get(skill));
    all.filter_map(|of_skill| progress(of_skill)).collect()
}

fn is_of_rules(finding: &SkillFinding) -> bool {
    finding.standing
        == Standing::NotObserved {
            why: NotObserved::NotRated,
        }
}

/// One skill, from the newest finding on; `None` when nothing was ever rated.
fn progress(found: &[Found<'_>]) -> Option<SkillProgress> {
    let latest = found.iter().find(|one| one.is_rated())?;
    let by_rubric = |one: &&Found<'_>| one.version == latest.version;
    let same = |one: &&Found<'_>| by_rubric(one) && one.judge() == latest.judge();
    let points: Vec<SkillPoint> = found.iter().rev().filter(same).map(point).collect();
    let ratings: Vec<Rating> = points.iter().filter_map(rating).collect();
    let others = || found.iter().filter(|one| one.is_rated() && !same(one));
    let other_judge = others().filter(by_rubric).count();
    Some(SkillProgress {
        skill: latest.finding.skill.clone(),
        name: latest
            .rubric
            .map_or_else(|| latest.finding.skill.to_string(), |skill| skill.name.clone()),
        anchors: anchors(latest.rubric),
        rated: count(ratings.len()),
        usual: usual(&ratings),
        points,
        other_rubric: count(others().count() - other_judge),
        other_judge: count(other_judge),
    })
}

fn point(found: &Found<'_>) -> SkillPoint {
    SkillPoint {
        session: found.of.session,
        started_at: found.of.started_at,
        title: found.of.title.clone(),
        standing: found.finding.standing,
    }
}

fn rating(point: &SkillPoint) -> Option<Rating> {
    match point.standing {
        Standing::Rated { rating, .. } => Some(rating),
        Standing::NotObserved { .. } => None,
    }
}

fn anchors(rubric: Option<&Skill>) -> Vec<String> {
    let anchors = rubric.map(|skill| skill.anchors.to_vec()).unwrap_or_default();
    if anchors.iter().all(String::is_empty) {
        return Vec::new();
    }
    anchors
}

/// The middle of all but the last.
fn usual(ratings: &[Rating]) -> Option<SkillUsual> {
    let (_, former) = ratings.split_last().filter(|_| ratings.len() >= FEWEST)?;
    let mut former = former.to_vec();
    former.sort_unstable();
    Some(SkillUsual {
        low: *former.get((former.len() - 1) / 2)?,
        high: *former.get(former.len() / 2)?,
    })
}

/// The versions of rubrics, each made once.
#[derive(Default)]
struct Versions {
    of_rubrics: HashMap<*const Skill, String>,
    of_skills: HashMap<*const Skill, Arc<str>>,
}

impl Versions {
    /// By which version of its rubric a skill was rated. The result names that of all its rubrics together; where those of
    /// the session, asked for by today's method, make the same, the skill's own stands for it. Otherwise an earlier method
    /// asked, or by other words, and only a result that names the same can be compared.
    fn of(&mut self, language: Language, of: &RatedSession, finding: &SkillFinding) -> Arc<str> {
        let named = || Arc::from(of.assessment.rubric.as_str());
        let Some(skill) = of.skills.iter().find(|one| one.slug == finding.skill) else {
            return named();
        };
        let rubrics = self.of_rubrics.entry(of.skills.as_ptr());
        let rubrics = rubrics.or_insert_with(|| version::of_rubrics(language, &of.skills));
        if *rubrics != of.assessment.rubric {
            return named();
        }
        let own = self.of_skills.entry(std::ptr::from_ref(skill));
        let own = own.or_insert_with(|| version::of_skill(language, skill).into());
        Arc::clone(own)
    }
}

#[cfg(test)]
#[path = "over_time_tests.rs"]
mod tests;
