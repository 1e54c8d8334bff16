//! The texts of a record, each with the name of its field and what kind of text it is.

use rehearse_domain::{Persona, ScriptLine};

use crate::file::{ScenarioFile, SkillFile};

/// What kind of text a field holds; lengths and endings follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Summary,
    Story,
    Note,
    Goal,
    Criterion,
    PersonName,
    PersonRole,
    Background,
    Brief,
    Spoken,
    SkillName,
    Definition,
    Anchor,
    Check,
    Example,
}

/// A text in a record.
pub(super) struct Field<'text> {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) text: &'text str,
}

fn field<'text>(name: impl Into<String>, kind: Kind, text: &'text str) -> Field<'text> {
    Field {
        name: name.into(),
        kind,
        text,
    }
}

fn numbered<'text>(name: &str, kind: Kind, texts: &'text [String]) -> impl Iterator<Item = Field<'text>> {
    texts
        .iter()
        .enumerate()
        .map(move |(index, text)| field(format!("{name}, number {}", index + 1), kind, text))
}

fn persona<'text>(name: &str, persona: &'text Persona) -> [Field<'text>; 3] {
    [
        field(format!("{name}.name"), Kind::PersonName, &persona.name),
        field(format!("{name}.role"), Kind::PersonRole, &persona.role),
        field(
            format!("{name}.background"),
            Kind::Background,
            &persona.background,
        ),
    ]
}

/// The lines of the script with their names, in the order in which they are said.
pub(super) fn lines(file: &ScenarioFile) -> Vec<(String, &ScriptLine)> {
    let script = &file.script;
    let push_back = script
        .push_back
        .iter()
        .enumerate()
        .map(|(index, line)| (format!("script.push_back, line {}", index + 1), line));
    std::iter::once(("script.opening".to_owned(), &script.opening))
        .chain(push_back)
        .chain(std::iter::once(("script.closing".to_owned(), &script.closing)))
        .collect()
}

/// Everything the partner says.
pub(super) fn spoken(file: &ScenarioFile) -> Vec<Field<'_>> {
    lines(file)
        .into_iter()
        .flat_map(|(name, line)| {
            line.0
                .iter()
                .enumerate()
                .map(move |(index, text)| field(format!("{name}, wording {}", index + 1), Kind::Spoken, text))
        })
        .collect()
}

/// All texts of a scenario.
pub(super) fn of_scenario(file: &ScenarioFile) -> Vec<Field<'_>> {
    let mut fields = vec![
        field("title", Kind::Title, &file.title),
        field("summary", Kind::Summary, &file.summary),
        field("description", Kind::Story, &file.description),
        field("objective", Kind::Goal, &file.objective),
        field("brief", Kind::Brief, &file.brief),
    ];
    fields.extend(file.heavy.iter().map(|note| field("heavy", Kind::Note, note)));
    fields.extend(numbered("end_criteria", Kind::Criterion, &file.end_criteria));
    fields.extend(persona("partner", &file.partner));
    fields.extend(persona("trainee", &file.trainee));
    fields.extend(spoken(file));
    fields
}

/// All texts of a skill.
pub(super) fn of_skill(file: &SkillFile) -> Vec<Field<'_>> {
    let mut fields = vec![
        field("name", Kind::SkillName, &file.name),
        field("description", Kind::Definition, &file.description),
    ];
    fields.extend(numbered("anchors", Kind::Anchor, &file.anchors));
    fields.extend(numbered("checks", Kind::Check, &file.checks));
    fields.push(field("examples.good", Kind::Example, &file.examples.good));
    fields.push(field("examples.poor", Kind::Example, &file.examples.poor));
    fields.push(field("examples.counter", Kind::Example, &file.examples.counter));
    fields
}
