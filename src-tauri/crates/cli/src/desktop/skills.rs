//! Ratings of each skill over the practices, for `progress`: each practice in a line, and what can be said of them. Never
//! whether that is good.

use rehearse_core::view::{SkillPoint, SkillProgress, SkillUsual};
use rehearse_domain::{Rating, Standing};

use crate::desktop::feedback::standing;
use crate::desktop::print::Printer;
use crate::desktop::table::{columns, days};

/// Practices that are shown of each skill, the latest; `--json` has all.
const SHOWN: usize = 5;

/// All skills, below a line that says what these are; nothing where no skill was rated.
pub(crate) fn told(skills: &[SkillProgress], printer: &Printer) -> Vec<String> {
    if skills.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), printer.sentences.say("feedback.skills", &[])];
    for skill in skills {
        lines.push(String::new());
        lines.push(skill.name.clone());
        let said = said(skill, printer).into_iter().chain(practices(skill, printer));
        lines.extend(said.map(|line| format!("   {line}")));
    }
    lines
}

fn said(skill: &SkillProgress, printer: &Printer) -> Vec<String> {
    let sentences = &printer.sentences;
    let counted = |name: &str, count: u32| (count > 0).then(|| sentences.counted("progress", name, count));
    let without = u32::try_from(skill.points.len()).unwrap_or(u32::MAX) - skill.rated;
    let last = skill.points.iter().rev().find_map(rating);
    let direction = match (skill.usual, last) {
        (Some(usual), Some(last)) => {
            let is_latest = skill.points.last().and_then(rating).is_some();
            let key = match is_latest {
                true => "progress.skill_usual",
                false => "progress.skill_usual_before",
            };
            let (usual, last) = (middle(usual, printer), last.level().to_string());
            sentences.say(key, &[("usual", &usual), ("last", &last)])
        }
        _ => sentences.counted("progress", "skill_too_few", skill.rated),
    };
    let others = [
        counted("skill_unseen", without),
        counted("skill_other_rubric", skill.other_rubric),
        counted("skill_other_judge", skill.other_judge),
    ];
    std::iter::once(direction)
        .chain(others.into_iter().flatten())
        .collect()
}

fn rating(point: &SkillPoint) -> Option<Rating> {
    match point.standing {
        Standing::Rated { rating, .. } => Some(rating),
        Standing::NotObserved { .. } => None,
    }
}

/// "3", or "3 to 4" where the middle lies between two levels.
fn middle(usual: SkillUsual, printer: &Printer) -> String {
    let (low, high) = (usual.low.level().to_string(), usual.high.level().to_string());
    if low == high {
        return low;
    }
    let params = [("low", low.as_str()), ("high", high.as_str())];
    printer.sentences.say("progress.skill_span", &params)
}

/// The latest practices, the oldest of them first.
fn practices(skill: &SkillProgress, printer: &Printer) -> Vec<String> {
    let earlier = skill.points.len().saturating_sub(SHOWN);
    let shown = || skill.points.iter().skip(earlier);
    let moments: Vec<_> = shown().map(|point| point.started_at).collect();
    let rows = shown()
        .zip(days(&moments))
        .map(|(point, day)| [day, point.title.clone(), standing(&point.standing, printer)]);
    columns(&rows.collect::<Vec<_>>())
}
