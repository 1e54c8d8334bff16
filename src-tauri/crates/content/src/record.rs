//! From a file to a record: ids that are the same on every machine and in every version, and text without the line
//! ends that a readable file puts around it.

use std::time::Duration;

use rehearse_domain::{
    Check, Examples, Language, Persona, Publication, RecordStatus, Scenario, ScenarioId, Script, ScriptLine,
    Skill, SkillId, Slug,
};
use uuid::Uuid;

use crate::file::{FileError, ScenarioFile, SkillFile};

/// Fixed for ever: every built-in id follows from it, and stored sessions point at those ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0c_5e1a_9d57_4d0b_8a43_2c71_b5e8_f1d6);

/// The id of a built-in scenario; a slug names one language of it.
pub(crate) fn scenario_id(slug: &Slug) -> ScenarioId {
    ScenarioId::from(Uuid::new_v5(&NAMESPACE, slug.as_str().as_bytes()))
}

/// The id of a built-in skill. A slug has no full stop, so this is never a scenario's name.
pub(crate) fn skill_id(slug: &Slug, language: Language) -> SkillId {
    SkillId::from(Uuid::new_v5(&NAMESPACE, format!("{slug}.{language}").as_bytes()))
}

impl From<ScenarioFile> for Scenario {
    fn from(file: ScenarioFile) -> Self {
        Self {
            id: scenario_id(&file.slug),
            slug: file.slug,
            family: file.family,
            language: file.language,
            revision: file.revision,
            category: file.category,
            title: trimmed(&file.title),
            summary: trimmed(&file.summary),
            description: trimmed(&file.description),
            heavy: file.heavy.as_deref().map(trimmed),
            objective: trimmed(&file.objective),
            end_criteria: all_trimmed(&file.end_criteria),
            skills: file.skills,
            partner: persona(&file.partner),
            trainee: persona(&file.trainee),
            prompt: trimmed(&file.brief),
            opener: file.opener,
            idle_limit: Duration::from_secs(file.idle_seconds),
            duration_limit: Duration::from_secs(file.duration_seconds),
            script: Some(script(&file.script)),
            publication: Publication::Published,
            record_status: RecordStatus::Active,
        }
    }
}

impl TryFrom<SkillFile> for Skill {
    type Error = FileError;

    fn try_from(file: SkillFile) -> Result<Self, FileError> {
        let anchors = <[String; 5]>::try_from(all_trimmed(&file.anchors))
            .map_err(|anchors| FileError::Anchors(anchors.len()))?;
        Ok(Self {
            id: skill_id(&file.slug, file.language),
            slug: file.slug,
            language: file.language,
            revision: file.revision,
            category: file.category,
            name: trimmed(&file.name),
            description: trimmed(&file.description),
            anchors,
            checks: all_trimmed(&file.checks).into_iter().map(Check).collect(),
            examples: Examples {
                good: trimmed(&file.examples.good),
                poor: trimmed(&file.examples.poor),
                counter: trimmed(&file.examples.counter),
            },
            record_status: RecordStatus::Active,
        })
    }
}

fn script(script: &Script) -> Script {
    let line = |line: &ScriptLine| ScriptLine(all_trimmed(&line.0));
    Script {
        opening: line(&script.opening),
        push_back: script.push_back.iter().map(line).collect(),
        closing: line(&script.closing),
    }
}

fn persona(persona: &Persona) -> Persona {
    Persona {
        name: trimmed(&persona.name),
        role: trimmed(&persona.role),
        background: trimmed(&persona.background),
        voice: persona.voice,
    }
}

fn all_trimmed(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| trimmed(text)).collect()
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}
