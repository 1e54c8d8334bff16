//! `Skill`: a rubric. There it is free text beside a description; ours stands in columns of its own.

use rehearse_domain::{Check, Examples, Language, RecordStatus, Skill, Slug};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::authored::{slug, slug_like, strings};
use super::reading::{Fields, subject};
use super::{Class, Told, fields};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    client_id: String,
    owner_id: &'a ObjectId,
    external_id: &'a Slug,
    name: &'a str,
    category: &'a Slug,
    /// The anchors in one text, for whoever knows no others.
    rubric: String,
    description: &'a str,
    status: RecordStatus,
    // Ours.
    language: &'static str,
    revision: u32,
    anchors: &'a [String],
    checks: &'a [Check],
    examples: &'a Examples,
    built_in: bool,
}

/// The fields of a skill.
pub(crate) fn skill(skill: &Skill, told: Told<'_>) -> Result<Map<String, Value>, Invalid> {
    let rubric = (1..)
        .zip(&skill.anchors)
        .map(|(rating, anchor)| format!("{rating}: {anchor}"));
    fields(&Row {
        client_id: skill.id.to_string(),
        owner_id: &told.terms.owner,
        external_id: &skill.slug,
        name: &skill.name,
        category: &skill.category,
        rubric: rubric.collect::<Vec<_>>().join("\n"),
        description: &skill.description,
        status: skill.record_status,
        language: super::language(skill.language),
        revision: told.revision,
        anchors: &skill.anchors,
        checks: &skill.checks,
        examples: &skill.examples,
        built_in: told.built_in,
    })
}

/// A skill as anybody may have written it. A rubric of the earlier web app joins the description. `language` is that of
/// a row that says none.
pub(super) fn read(row: &Object, language: Language) -> Skill {
    let fields = Fields::of(row);
    let text = |name: &str| fields.text(name).unwrap_or_default();
    let (description, rubric) = (text("description"), text("rubric"));
    let external = fields
        .text("externalId")
        .unwrap_or_else(|| row.id.as_str().to_owned());
    let anchors = <[String; 5]>::try_from(strings(row.fields.get("anchors")));
    let examples = row.fields.get("examples");
    Skill {
        id: subject(Class::Skill, row).into(),
        // One without a letter of ours is known by its row, so that no two are one.
        slug: slug_like(&external).unwrap_or_else(|| slug(&format!("earlier-{}", row.id.as_str()))),
        language: text("language").parse().unwrap_or(language),
        revision: fields.count("revision").unwrap_or(1),
        category: slug(&text("category")),
        name: text("name"),
        description: match anchors {
            Ok(_) => description,
            Err(_) => format!("{description}\n{rubric}").trim().to_owned(),
        },
        anchors: anchors.unwrap_or_default(),
        checks: strings(row.fields.get("checks")).into_iter().map(Check).collect(),
        examples: examples
            .and_then(|examples| serde_json::from_value(examples.clone()).ok())
            .unwrap_or_else(|| Examples {
                good: String::new(),
                poor: String::new(),
                counter: String::new(),
            }),
        record_status: fields.word("status").unwrap_or_default(),
    }
}
