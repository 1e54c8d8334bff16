//! `Scenario`: what is practised. Ours and those of the earlier web app are read by the same code; what a row does not
//! say gets what an imported scenario gets.

use std::time::Duration;

use rehearse_domain::{
    Language, Limits, Opener, Persona, PersonaVoice, Publication, RecordStatus, Scenario, Skill, Slug,
};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use serde::{Deserialize as _, Serialize};
use serde_json::{Map, Value};

use super::authored::{is_numbered, slug, strings};
use super::reading::{Fields, Unreadable, derived, subject};
use super::{Class, Told, fields};

/// What a scenario may do without.
pub(super) const OPTIONAL: &[&str] = &["heavy", "script"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    client_id: String,
    owner_id: &'a ObjectId,
    category: &'a Slug,
    title: &'a str,
    description: &'a str,
    objective: &'a str,
    ai_persona: &'a Persona,
    trainee_persona: &'a Persona,
    end_criteria: &'a [String],
    /// By the server's ids, as far as it has them.
    skills: &'a [String],
    idle_limit_seconds: f64,
    duration_limit_seconds: f64,
    prompt: &'a str,
    status: Publication,
    record_status: RecordStatus,
    // Ours.
    slug: &'a Slug,
    family: &'a Slug,
    language: &'static str,
    revision: u32,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    heavy: Option<&'a str>,
    opener: Opener,
    skill_slugs: &'a [Slug],
    /// As text, so that it can be taken away again on every server.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<String>,
    built_in: bool,
}

/// The fields of a scenario whose skills the server calls `skills`.
pub(crate) fn scenario(
    scenario: &Scenario,
    skills: &[String],
    told: Told<'_>,
) -> Result<Map<String, Value>, Invalid> {
    let script = scenario.script.as_ref().map(serde_json::to_string).transpose();
    fields(&Row {
        client_id: scenario.id.to_string(),
        owner_id: &told.terms.owner,
        category: &scenario.category,
        title: &scenario.title,
        description: &scenario.description,
        objective: &scenario.objective,
        ai_persona: &scenario.partner,
        trainee_persona: &scenario.trainee,
        end_criteria: &scenario.end_criteria,
        skills,
        idle_limit_seconds: scenario.idle_limit.as_secs_f64(),
        duration_limit_seconds: scenario.duration_limit.as_secs_f64(),
        prompt: &scenario.prompt,
        status: scenario.publication,
        record_status: scenario.record_status,
        slug: &scenario.slug,
        family: &scenario.family,
        language: super::language(scenario.language),
        revision: told.revision,
        summary: &scenario.summary,
        heavy: scenario.heavy.as_deref(),
        opener: scenario.opener,
        skill_slugs: &scenario.skills,
        script: script.map_err(|error| Invalid::Json(error.to_string()))?,
        built_in: told.built_in,
    })
}

/// The skills that a scenario names, by the server's ids.
pub(crate) fn skills_of(scenario: &Object) -> Vec<String> {
    Fields::of(scenario).texts("skills")
}

/// A scenario as anybody may have written it; `skills` are those that it names, for one that does not say how we know
/// them. Without a row it is what can be told of one that is gone. `language` is that of a row that says none.
pub(super) fn read(
    id: &str,
    row: Option<&Object>,
    skills: &[Skill],
    language: Language,
) -> Result<Scenario, Unreadable> {
    let nothing = Map::new();
    let fields = Fields::new(row.map_or(&nothing, |row| &row.fields));
    // What counts its changes is ours and says everything; an empty text or no time at all is meant there.
    let is_ours = row.is_some_and(is_numbered);
    let text = |name: &str| fields.text(name).unwrap_or_default();
    let word = |name: &str| text(name).parse::<Slug>().ok();
    let seconds = |name: &str| {
        Duration::try_from_secs_f64(fields.number(name)?)
            .ok()
            .filter(|limit| is_ours || !limit.is_zero())
    };
    let language = text("language").parse().unwrap_or(language);
    let title = match (text("title"), language) {
        (title, _) if is_ours || !title.is_empty() => title,
        (_, Language::English) => "Earlier practice".to_owned(),
        (_, Language::Chinese) => "以前的练习".to_owned(),
    };
    let own = word("slug");
    let slug = own.clone().unwrap_or_else(|| slug(&format!("earlier-{id}")));
    let script = fields.text("script").map(|json| serde_json::from_str(&json));
    let named = || skills.iter().map(|skill| skill.slug.clone()).collect();
    Ok(Scenario {
        id: match row {
            Some(row) => subject(Class::Scenario, row),
            None => derived(Class::Scenario, id),
        }
        .into(),
        family: word("family").unwrap_or_else(|| slug.clone()),
        slug,
        language,
        revision: fields.count("revision").unwrap_or(1),
        category: super::authored::slug(&text("category")),
        title,
        summary: text("summary"),
        description: text("description"),
        heavy: fields.text("heavy"),
        objective: text("objective"),
        end_criteria: strings(fields.value("endCriteria")),
        skills: match fields.value("skillSlugs") {
            Some(slugs) => strings(Some(slugs))
                .iter()
                .filter_map(|one| one.parse().ok())
                .collect(),
            None => named(),
        },
        partner: persona(fields.value("aiPersona")),
        trainee: persona(fields.value("traineePersona")),
        prompt: text("prompt"),
        opener: fields.word("opener").unwrap_or_default(),
        idle_limit: seconds("idleLimitSeconds").unwrap_or(Limits::IMPORTED_IDLE),
        duration_limit: seconds("durationLimitSeconds").unwrap_or(Limits::DEFAULT_DURATION),
        script: script.transpose().map_err(|_| Unreadable("script"))?,
        publication: fields.word("status").unwrap_or_default(),
        record_status: fields.word("recordStatus").unwrap_or_default(),
    })
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
        // Rows of earlier versions have no hint, and those of later ones may have one that is not known here. Neither is
        // an edit or a conflict: `rehearse_store` compares without hints, and keeps its own where a row has none.
        voice: value.and_then(|persona| PersonaVoice::deserialize(persona.get("voice")?).ok()),
    }
}
