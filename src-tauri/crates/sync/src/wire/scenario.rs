//! `Scenario` and `Skill`, as the earlier web app wrote them: what a session of its ran with.

use std::collections::HashMap;
use std::time::Duration;

use rehearse_domain::{
    Examples, Language, Limits, Opener, Persona, Publication, RecordStatus, Scenario, Skill, Slug, Snapshot,
};
use rehearse_leancloud::Object;
use serde_json::Value;
use uuid::Uuid;

use super::reading::Fields;

/// The classes.
pub(crate) const SCENARIOS: &str = "Scenario";
pub(crate) const SKILLS: &str = "Skill";

const NAMESPACE: Uuid = Uuid::from_u128(0x1b2f_77a4_5d0e_5c38_b6a9_8e1d_7f20_46d3);
/// Longest slug, in bytes.
const SLUG: usize = 64;

/// Rows of both classes, by the remote's ids.
#[derive(Debug, Default)]
pub(crate) struct Authored {
    pub(crate) scenarios: HashMap<String, Object>,
    pub(crate) skills: HashMap<String, Object>,
}

/// The skills that a scenario names.
pub(crate) fn skills_of(scenario: &Object) -> Vec<String> {
    Fields::of(scenario).texts("skills")
}

impl Authored {
    /// What a session of the scenario that the server calls `id` ran with, as far as it can be told.
    pub(crate) fn snapshot(&self, id: &str, language: Language) -> Snapshot {
        let row = self.scenarios.get(id);
        let named = row.map(skills_of).unwrap_or_default();
        let skills: Vec<Skill> = named
            .iter()
            .filter_map(|id| Some(skill(self.skills.get(id)?, language)))
            .collect();
        Snapshot {
            scenario: scenario(id, row, &skills, language),
            skills,
        }
    }
}

fn scenario(id: &str, row: Option<&Object>, skills: &[Skill], language: Language) -> Scenario {
    let nothing = serde_json::Map::new();
    let fields = row.map_or(&nothing, |row| &row.fields);
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let seconds = |name: &str| {
        let seconds = fields.get(name).and_then(Value::as_f64)?;
        Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|limit| !limit.is_zero())
    };
    let criteria = fields.get("endCriteria").and_then(Value::as_array);
    let criteria = criteria.into_iter().flatten().filter_map(Value::as_str);
    let slug = slug(&format!("earlier-{id}"));
    let title = match (text("title"), language) {
        ("", Language::English) => "Earlier practice",
        ("", Language::Chinese) => "以前的练习",
        (title, _) => title,
    };
    Scenario {
        id: Uuid::new_v5(&NAMESPACE, format!("{SCENARIOS}/{id}").as_bytes()).into(),
        family: slug.clone(),
        slug,
        language,
        revision: 1,
        category: self::slug(text("category")),
        title: title.to_owned(),
        summary: String::new(),
        description: text("description").to_owned(),
        heavy: None,
        objective: text("objective").to_owned(),
        end_criteria: criteria.map(ToOwned::to_owned).collect(),
        skills: skills.iter().map(|skill| skill.slug.clone()).collect(),
        partner: persona(fields.get("aiPersona")),
        trainee: persona(fields.get("traineePersona")),
        prompt: text("prompt").to_owned(),
        opener: Opener::Partner,
        idle_limit: seconds("idleLimitSeconds").unwrap_or(Limits::IMPORTED_IDLE),
        duration_limit: seconds("durationLimitSeconds").unwrap_or(Limits::DEFAULT_DURATION),
        script: None,
        publication: Publication::Published,
        record_status: RecordStatus::Active,
    }
}

fn persona(value: Option<&Value>) -> Persona {
    let text = |name: &str| {
        let text = value
            .and_then(|persona| persona.get(name))
            .and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Persona {
        name: text("name"),
        role: text("role"),
        background: text("background"),
    }
}

/// A rubric there is free text; it joins the description.
fn skill(row: &Object, language: Language) -> Skill {
    let fields = Fields::of(row);
    let text = |name: &str| fields.text(name).unwrap_or_default();
    let (description, rubric) = (text("description"), text("rubric"));
    let external = fields
        .text("externalId")
        .unwrap_or_else(|| row.id.as_str().to_owned());
    Skill {
        id: Uuid::new_v5(&NAMESPACE, format!("{SKILLS}/{}", row.id).as_bytes()).into(),
        slug: slug(&external),
        language,
        revision: 1,
        category: slug(&text("category")),
        name: text("name"),
        description: format!("{description}\n{rubric}").trim().to_owned(),
        anchors: Default::default(),
        checks: Vec::new(),
        examples: Examples {
            good: String::new(),
            poor: String::new(),
            counter: String::new(),
        },
        record_status: RecordStatus::Active,
    }
}

/// A slug that looks like the text, or `earlier` where nothing of it can be kept.
#[allow(clippy::expect_used, reason = "the words of a slug joined by hyphens are one")]
fn slug(text: &str) -> Slug {
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut slug = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > SLUG {
            break;
        }
        if gap > 0 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() {
        slug.push_str("earlier");
    }
    Slug::try_from(slug).expect("it is made of words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_anything() {
        for (text, expected) in [
            ("Small Talk & more", "small-talk-more"),
            ("职场", "earlier"),
            ("", "earlier"),
            ("--a--", "a"),
        ] {
            assert_eq!(slug(text).as_str(), expected);
        }
        assert_eq!(slug(&"long ".repeat(40)).as_str().len(), 64);
    }

    #[test]
    fn a_session_whose_scenario_is_gone_still_ran_with_something() {
        let snapshot = Authored::default().snapshot("abc", Language::Chinese);
        assert_eq!(snapshot.scenario.title, "以前的练习");
        assert_eq!(snapshot.scenario.slug.as_str(), "earlier-abc");
        assert!(snapshot.skills.is_empty());
    }
}
