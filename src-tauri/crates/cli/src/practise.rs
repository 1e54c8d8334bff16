//! `practise`: a whole session without a window, from WAV files or from a microphone and a terminal.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rehearse_core::error::ErrorView;
use rehearse_core::view::{Action, LineView, PauseCause, PracticePhase, PracticeView};
use rehearse_core::{Core, Parts, SystemFolders};
use rehearse_devices::{FileInput, Pace};
use rehearse_domain::{Slug, Speaker};

use crate::arguments::Practise;
use crate::jobs::{end_line, owning_with};
use crate::print::Printer;
use crate::silent::SilentOutput;
use crate::terminal::{Said, Terminal};

/// What a shell expects of a program that Ctrl+C ended.
const INTERRUPTED: u8 = 130;
/// Longest wait for the practice to go on by itself: the longest line or take and some more.
const PATIENCE: Duration = Duration::from_secs(360);

/// Practises, prints the session, and says with the exit code whether it ran to its end.
pub(crate) async fn run(
    how: Practise,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    let core = owning_with(parts(&how)?, folders).await?;
    // Ctrl+C ends the session in good order; what was said is kept.
    let done = tokio::select! {
        done = practise(&core, &how, printer) => done,
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::from(INTERRUPTED)),
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
    for file in input {
        // Each by itself first, so that the error names the one that is wrong.
        FileInput::new(std::slice::from_ref(file), pace).map_err(|error| {
            ErrorView::new("bad_input_file")
                .with("file", file.display())
                .with("detail", error)
        })?;
    }
    FileInput::new(input, pace).map_err(ErrorView::internal)
}

async fn practise(core: &Core, how: &Practise, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let slug = in_language(core, how).await?;
    if let Some(device) = &how.device {
        core.use_microphone(device.clone());
    }
    let mut options = core.brief(slug.clone()).await?.options;
    // Nobody listens to a take here before it is sent.
    options.review_before_sending = false;
    let mut run = Run {
        core,
        printer,
        somebody_is_there: how.input.is_empty(),
        told: 0,
        session: core.start_practice(slug, options).await?,
    };
    let turns = how.turns.unwrap_or_else(|| {
        if how.input.is_empty() {
            u32::MAX
        } else {
            count(how.input.len())
        }
    });
    let mut terminal = how.input.is_empty().then(|| Terminal::open(printer));
    let mut done = 0;
    while done < turns && run.until_my_turn().await? != Standing::Over {
        let said = match &mut terminal {
            Some(terminal) => terminal.turn(core).await?,
            None => {
                core.act(Action::Press).await?;
                Said::Sound
            }
        };
        let saved = match said {
            Said::Nothing => break,
            Said::Words(text) => run.type_turn(text).await?,
            Said::Sound => run.until_saved().await?,
        };
        if saved == Standing::Reached {
            done += 1;
        }
    }
    // The last turn is answered like every other.
    run.until_my_turn().await?;
    run.end().await?;
    printer.answer(&core.review(run.session.session).await?, |review| {
        // The lines were printed as they came.
        let end = review.end.as_ref().map(|end| end_line(end.reason, printer));
        vec![format!("{}  {}", review.session, end.unwrap_or_default())]
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The scenario asked for, in the language asked for.
async fn in_language(core: &Core, how: &Practise) -> Result<Slug, ErrorView> {
    let brief = core.brief(how.slug.clone()).await?;
    match how.language {
        Some(language) if language != brief.card.language => brief.other_language.ok_or_else(|| {
            ErrorView::new("no_such_scenario").with("slug", format!("{} ({language})", how.slug))
        }),
        _ => Ok(how.slug.clone()),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How a wait ended.
#[derive(PartialEq, Eq)]
enum Standing {
    /// What was waited for is there.
    Reached,
    /// The microphone failed; that was said, and the practice goes on without it.
    Interrupted,
    /// The session is over.
    Over,
}

/// One practice under way.
struct Run<'run> {
    core: &'run Core,
    printer: &'run Printer,
    /// Somebody sits at the terminal, and can type where speaking fails.
    somebody_is_there: bool,
    told: usize,
    session: PracticeView,
}

impl Run<'_> {
    /// Waits until the trainee may speak.
    async fn until_my_turn(&mut self) -> Result<Standing, ErrorView> {
        loop {
            let standing = self.until(|view| view.phase == PracticePhase::YourTurn).await?;
            if standing != Standing::Interrupted {
                return Ok(standing);
            }
        }
    }

    /// A typed turn. Words that came just when the microphone failed are sent again.
    async fn type_turn(&mut self, text: String) -> Result<Standing, ErrorView> {
        loop {
            self.core.act(Action::Type { text: text.clone() }).await?;
            if self.until_saved().await? != Standing::Interrupted {
                return Ok(Standing::Reached);
            }
            self.until_my_turn().await?;
        }
    }

    /// Waits until the take that runs is saved as a turn, or came to nothing.
    async fn until_saved(&mut self) -> Result<Standing, ErrorView> {
        let before = self.session.lines.len();
        let notices = |view: &PracticeView| view.notice.as_ref().map_or(0, |notice| notice.number);
        let noticed = notices(&self.session);
        self.until(move |view| {
            view.lines.len() > before || view.phase == PracticePhase::YourTurn && notices(view) > noticed
        })
        .await
    }

    async fn end(&mut self) -> Result<(), ErrorView> {
        self.core.act(Action::End).await?;
        while self.until(|_| false).await? != Standing::Over {}
        Ok(())
    }

    /// Waits until `reached`, or until the session is over. A pause because of a fault ends the session for that
    /// reason, unless it is only the microphone and somebody is there to type instead.
    async fn until(&mut self, reached: impl Fn(&PracticeView) -> bool) -> Result<Standing, ErrorView> {
        let mut changes = self.core.changes();
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let Some(view) = self.core.practice().await? else {
                return Ok(Standing::Over);
            };
            self.session = view;
            self.tell_new_lines()?;
            if self.session.end.is_some() {
                return Ok(Standing::Over);
            }
            match &self.session.paused {
                Some(PauseCause::Media { error })
                    if self.somebody_is_there && self.session.allowed.carry_on =>
                {
                    self.printer.error(error);
                    self.core.act(Action::CarryOn).await?;
                    return Ok(Standing::Interrupted);
                }
                Some(
                    PauseCause::Partner { error }
                    | PauseCause::Media { error }
                    | PauseCause::Storage { error },
                ) => {
                    self.core.act(Action::End).await?;
                    return Err(error.clone());
                }
                Some(PauseCause::User | PauseCause::Slept) => self.core.act(Action::Resume).await?,
                None => {}
            }
            if reached(&self.session) {
                return Ok(Standing::Reached);
            }
            let changed = tokio::time::timeout_at(patience, changes.next()).await;
            if !matches!(changed, Ok(Some(_))) {
                return Err(ErrorView::internal("the practice stands still"));
            }
        }
    }

    fn tell_new_lines(&mut self) -> Result<(), ErrorView> {
        for line in self.session.lines.iter().skip(self.told) {
            self.printer.progress(&self.told_line(line))?;
        }
        self.told = self.session.lines.len();
        Ok(())
    }

    fn told_line(&self, line: &LineView) -> String {
        let sentences = &self.printer.sentences;
        let name = match line.speaker {
            Speaker::Partner => self.session.partner.name.clone(),
            Speaker::Trainee => sentences.say("cli.you", &[]),
        };
        let words = line
            .text
            .clone()
            .unwrap_or_else(|| sentences.say("cli.not_transcribed", &[]));
        format!("{name}: {words}")
    }
}
