//! `scenario`: a brief to read before a practice; and which scenario is meant.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{BriefView, PersonaView};
use rehearse_domain::{Language, Slug};

use crate::desktop::plain::plain;
use crate::desktop::print::Printer;

/// The scenario asked for, in the language asked for.
pub(crate) async fn in_language(
    core: &Core,
    slug: Slug,
    language: Option<Language>,
) -> Result<Slug, ErrorView> {
    let brief = core.brief(slug.clone()).await?;
    match language {
        Some(language) if language != brief.card.language => brief
            .other_language
            .ok_or_else(|| ErrorView::new("no_such_scenario").with("slug", format!("{slug} ({language})"))),
        _ => Ok(slug),
    }
}

/// Its title, and below it each part under the heading that it has in the window.
pub(crate) fn told(brief: &BriefView, printer: &Printer) -> Vec<String> {
    let text = |markdown: &str| plain(markdown, printer.somebody_reads);
    let signs = brief.criteria.iter().map(|one| format!("- {}", one.text));
    let skills = brief
        .skills
        .iter()
        .map(|one| format!("- {}: {}", one.name, one.description));
    let name = [("name", brief.partner.name.as_str())];
    let heavy = brief.heavy.iter().map(|note| text(note)).collect();
    let parts = [
        ("brief.heavy", heavy),
        ("brief.story", vec![text(&brief.description)]),
        ("brief.you_are", person(&brief.trainee)),
        ("brief.they_are", person(&brief.partner)),
        ("brief.reach", vec![brief.objective.clone()]),
        ("brief.criteria", signs.collect()),
        ("brief.skills", skills.collect()),
    ];
    let mut lines = vec![text(&format!("# {}", brief.card.title))];
    for (heading, part) in parts {
        if !part.is_empty() {
            let heading = printer.sentences.say(heading, &[]);
            lines.extend([String::new(), text(&format!("## {heading}"))]);
            lines.extend(part);
        }
    }
    let partner = match (brief.card.draft, brief.needs_model) {
        (true, _) => "brief.is_draft",
        (false, true) => "brief.needs_model",
        (false, false) => "brief.partner_script",
    };
    lines.extend([String::new(), printer.sentences.say(partner, &name)]);
    lines
}

/// Who it is, and what both sides know of them.
fn person(persona: &PersonaView) -> Vec<String> {
    let name = [persona.name.as_str(), persona.role.as_str()];
    let name: Vec<&str> = name.into_iter().filter(|text| !text.is_empty()).collect();
    let lines = [name.join(" · "), persona.background.clone()];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}
