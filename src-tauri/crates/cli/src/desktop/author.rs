//! `author`: scenarios and skills of one's own, as files that any editor can change.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use rehearse_core::error::ErrorView;
use rehearse_core::view::{AuthoredKind, AuthoredRow, ConflictView, KeepVersion, SaidLine};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use serde_json::Value;

use crate::desktop::arguments::{Author, Version};
use crate::desktop::jobs::owning;
use crate::desktop::print::Printer;

/// Does it.
pub(crate) async fn run(what: Author, folders: &SystemFolders, printer: &Printer) -> Result<(), ErrorView> {
    match what {
        Author::List => {
            let all = looking(folders).await.authored().await?;
            printer.answer(&all, |all| {
                let none = || printer.sentences.say("cli.author.none", &[]);
                let rows: Vec<String> = all.records.iter().map(|row| told(row, printer)).collect();
                if rows.is_empty() { vec![none()] } else { rows }
            })
        }
        Author::Show { name } => {
            let record = looking(folders).await.authored_record(&name).await?;
            printer.answer(&record, in_lines)
        }
        Author::Save { file } => {
            let record = read(&file)?;
            let core = owning(folders).await?;
            let kept = core.save_authored(record).await;
            core.shut_down().await;
            printer.answer(&kept?, |kept| vec![saved(kept, printer)])
        }
        Author::Delete { name } => {
            let core = owning(folders).await?;
            let done = core.delete_authored(&name).await;
            core.shut_down().await;
            done?;
            printer.answer(&(), |()| {
                vec![printer.sentences.say("cli.author.deleted", &[("name", &name)])]
            })
        }
        Author::Conflicts => {
            let all = looking(folders).await.authored().await?;
            printer.answer(&all.conflicts, |conflicts| {
                if conflicts.is_empty() {
                    return vec![printer.sentences.say("cli.author.no_conflicts", &[])];
                }
                conflicts.iter().flat_map(|one| compared(one, printer)).collect()
            })
        }
        Author::Keep { id, version } => {
            let keep = match version {
                Version::Mine => KeepVersion::Yours,
                Version::Theirs => KeepVersion::Theirs,
            };
            let core = owning(folders).await?;
            let left = core.settle_conflict(id, keep).await;
            core.shut_down().await;
            printer.answer(&left?.conflicts, |left| {
                let count = left.len().to_string();
                vec![printer.sentences.say("cli.author.settled", &[("count", &count)])]
            })
        }
    }
}

async fn looking(folders: &SystemFolders) -> Core {
    Core::open(Parts::of_this_system(), folders, Access::Reader).await
}

/// A record is data for an editor, also when somebody reads it.
fn in_lines(record: &Value) -> Vec<String> {
    vec![serde_json::to_string_pretty(record).unwrap_or_default()]
}

/// What was kept, and by which name it is changed again: the file that it was read from may have another one.
fn saved(kept: &Value, printer: &Printer) -> String {
    let record = kept.get("scenario").or_else(|| kept.get("skill")).unwrap_or(kept);
    let text = |name: &str| match record.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let title = match text("title") {
        title if title.is_empty() => text("name"),
        title => title,
    };
    let params = [
        ("title", title.as_str()),
        ("revision", &text("revision")),
        ("id", &text("id")),
    ];
    printer.sentences.say("cli.author.kept", &params)
}

fn read(file: &Path) -> Result<Value, ErrorView> {
    let unreadable = |error: &dyn std::fmt::Display| {
        ErrorView::new("authored_unreadable").with("detail", format!("{}: {error}", file.display()))
    };
    let text = match file.as_os_str() == "-" {
        true => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map(|_| text)
        }
        false => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| match error.kind() {
        ErrorKind::NotFound => ErrorView::new("authored_file_missing").with("file", file.display()),
        _ => unreadable(&error),
    })?;
    serde_json::from_str(&text).map_err(|error| unreadable(&error))
}

fn told(row: &AuthoredRow, printer: &Printer) -> String {
    let kind = kind(row.kind, printer);
    let marks = [
        ("cli.author.draft", row.draft),
        ("cli.author.in_conflict", row.in_conflict),
    ];
    let marks = marks.iter().filter(|(_, is_so)| *is_so);
    let marks: String = marks
        .map(|(key, _)| format!(" ({})", printer.sentences.say(key, &[])))
        .collect();
    let (language, title) = (row.language.tag(), &row.title);
    format!("{} {kind:<9} {language:<6} {title}{marks}", row.id)
}

fn kind(kind: AuthoredKind, printer: &Printer) -> String {
    let key = match kind {
        AuthoredKind::Scenario => "authored.kind.scenario",
        AuthoredKind::Skill => "authored.kind.skill",
    };
    printer.sentences.say(key, &[])
}

fn compared(conflict: &ConflictView, printer: &Printer) -> Vec<String> {
    let say = |key: &str| printer.sentences.say(key, &[]);
    let mut lines = vec![format!("{} {}", conflict.id, conflict.title)];
    for (key, is_so) in [
        ("authored.deleted_here", conflict.deleted_here),
        ("authored.deleted_there", conflict.deleted_there),
    ] {
        if is_so {
            lines.push(format!("  {}", say(key)));
        }
    }
    for one in &conflict.differences {
        lines.push(format!("  {}", say(&format!("authored.field.{}", one.field))));
        for (key, all) in [("authored.yours", &one.yours), ("authored.theirs", &one.theirs)] {
            let all: Vec<String> = all.iter().map(|line| said(line, printer)).collect();
            let text = match all.is_empty() {
                true => say("authored.nothing"),
                false => all.join("\n").replace('\n', "\n      "),
            };
            lines.push(format!("    {}: {text}", say(key)));
        }
    }
    lines
}

fn said(line: &SaidLine, printer: &Printer) -> String {
    match line {
        SaidLine::Written { text } => text.clone(),
        SaidLine::Word { key, text } => printer.sentences.word(key, text),
        SaidLine::Seconds { seconds } => {
            let seconds = seconds.to_string();
            printer
                .sentences
                .say("delivery.unit.seconds", &[("value", &seconds)])
        }
    }
}
