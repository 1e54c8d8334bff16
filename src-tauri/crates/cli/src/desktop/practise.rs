//! `practise`: a whole session without a window, from WAV files or from a microphone and a terminal.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use rehearse_core::error::ErrorView;
use rehearse_core::settings::TalkMode;
use rehearse_core::view::{ModelRole, PartnerChoice, RoleView};
use rehearse_core::{Core, Parts, SystemFolders};
use rehearse_devices::{FileError, FileInput, Pace};
use rehearse_domain::PartnerKind;

use crate::desktop::arguments::Practise;
use crate::desktop::jobs::{Shown, end_line, end_of_program, owning_with};
use crate::desktop::print::Printer;
use crate::desktop::run::{Run, Standing};
use crate::desktop::scenario::in_language;
use crate::desktop::silent::SilentOutput;
use crate::desktop::terminal::{Said, Terminal};

/// Practises, prints the session, and says with the exit code whether it ran to its end.
pub(crate) async fn run(
    how: Practise,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    let core = owning_with(parts(&how)?, folders).await?;
    // Whoever ends the program ends the session in good order; what was said is kept.
    let done = tokio::select! {
        done = practise(&core, &how, printer) => done,
        code = end_of_program() => Ok(code),
    };
    core.shut_down().await;
    done
}

/// This system's parts, or files in place of the microphone.
fn parts(how: &Practise) -> Result<Parts, ErrorView> {
    let mut parts = Parts::of_this_system();
    if !how.input.is_empty() {
        parts.input = Arc::new(files(&how.input, how.realtime)?);
        if !how.realtime {
            parts.output = Arc::new(SilentOutput);
        }
    }
    Ok(parts)
}

fn files(input: &[PathBuf], realtime: bool) -> Result<FileInput, ErrorView> {
    let pace = if realtime { Pace::RealTime } else { Pace::Fast };
    FileInput::new(input, pace).map_err(|FileError { file, fault }| {
        ErrorView::new(&format!("input_file_{}", fault.code()))
            .with("file", file.display())
            .with("detail", fault)
    })
}

async fn practise(core: &Core, how: &Practise, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let slug = in_language(core, how.slug.clone(), how.language).await?;
    if let Some(device) = &how.device {
        core.use_microphone(device.clone());
    }
    let brief = core.brief(slug.clone()).await?;
    let mut options = brief.options;
    options.partner = partner(core, &how.partner).await?;
    let who = brief.partners.iter().find(|one| one.kind == options.partner);
    options.partner_voice &= who.is_none_or(|one| one.heard);
    if let Some(who) = who {
        tell_where(who, options.partner_voice, printer);
    }
    // Nobody listens to a take here before it is sent.
    options.review_before_sending = false;
    // A recording begins and ends a turn by itself.
    options.talk_mode = TalkMode::PushToTalk;
    let session = core.start_practice(slug, options).await?;
    let turns = how.turns.unwrap_or(u32::MAX);
    let run = if how.input.is_empty() {
        let mut run = Run::new(core, printer, session, true);
        from_terminal(&mut run, turns, printer).await?;
        run
    } else {
        let mut run = Run::new(core, printer, session, false);
        from_files(&mut run, turns, &how.input, printer).await?;
        run
    };
    printer.answer(&Shown::of(core, run.session()).await?, |shown| {
        // The lines were printed as they came.
        let review = &shown.review;
        let end = review.end.as_ref().map(|end| end_line(end.reason, printer));
        vec![format!("{}  {}", review.session, end.unwrap_or_default())]
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Says who beyond this computer will hear or read what.
fn tell_where(who: &PartnerChoice, aloud: bool, printer: &Printer) {
    let readers: &[String] = if aloud { &who.read_aloud_by } else { &[] };
    for (key, hosts) in [
        ("privacy.goes_to", &who.voice_goes_to[..]),
        ("brief.if_others_fail", &who.only_if_others_fail),
        ("brief.read_aloud_by", readers),
        ("privacy.only_later", &who.feedback_by),
        ("brief.unencrypted", &who.unencrypted),
    ] {
        if !hosts.is_empty() {
            let hosts = hosts.join(", ");
            printer.aside_for_people(&printer.sentences.say(key, &[("hosts", &hosts)]));
        }
    }
}

/// Who answers. What is set up elsewhere does not send anything unless a model is asked for by name.
async fn partner(core: &Core, wanted: &str) -> Result<PartnerKind, ErrorView> {
    if wanted == "scripted" {
        return Ok(PartnerKind::Scripted);
    }
    let models = core.models().await?;
    let of_partner = |role: RoleView| (role.role == ModelRole::Partner).then_some(role.chosen);
    let chosen = models.roles.into_iter().find_map(of_partner).flatten();
    let chosen = chosen.ok_or_else(|| ErrorView::new("no_partner_chosen"))?;
    let is_it = match wanted {
        "model" => true,
        "qwen" => chosen.preset.starts_with("qwen-"),
        preset => chosen.preset == preset,
    };
    if is_it {
        return Ok(PartnerKind::Model);
    }
    let preset = if wanted == "qwen" {
        "qwen-singapore"
    } else {
        wanted
    };
    Err(ErrorView::new("another_partner_chosen")
        .with("wanted", preset)
        .with("chosen", chosen.preset)
        .with("host", chosen.host))
}

async fn from_terminal(run: &mut Run<'_>, turns: u32, printer: &Printer) -> Result<(), ErrorView> {
    let mut terminal = Terminal::open(printer);
    let mut done = 0;
    while done < turns && run.until_my_turn().await? != Standing::Over {
        let standing = match terminal.turn(run.microphone_failed).await? {
            Said::Nothing => break,
            Said::Words(text) => run.type_turn(text).await?,
            Said::Enter => run.speak(&mut terminal).await?,
        };
        if standing == Standing::Reached {
            done += 1;
        }
    }
    finish(run).await
}

async fn from_files(
    run: &mut Run<'_>,
    turns: u32,
    files: &[PathBuf],
    printer: &Printer,
) -> Result<(), ErrorView> {
    let mut done = 0;
    let mut left = files.iter();
    while done < turns && run.until_caught_up().await? != Standing::Over {
        let Some(file) = left.next() else { break };
        run.file = Some(file.clone());
        match run.play_turn().await? {
            Standing::Reached => done += 1,
            Standing::Dropped => {
                let next = if left.len() > 0 {
                    "cli.next_file"
                } else {
                    "cli.last_file"
                };
                printer.hint(next);
            }
            Standing::Interrupted | Standing::Over => {}
        }
        run.file = None;
    }
    finish(run).await
}

/// Ends the session. The last turn is answered like every other, and may end it by itself.
async fn finish(run: &mut Run<'_>) -> Result<(), ErrorView> {
    run.until_caught_up().await?;
    run.end().await
}
