//! One practice under way: waits for the machine, prints each line as it comes, and says what it has to say.

use std::mem;
use std::path::PathBuf;
use std::time::Duration;

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{Action, LineView, Notice, PauseCause, PracticePhase, PracticeView};
use rehearse_domain::{SessionId, Speaker};

use crate::desktop::print::Printer;
use crate::desktop::terminal::Terminal;

/// Longest wait for the practice to go on by itself: the longest line or take and some more.
const PATIENCE: Duration = Duration::from_secs(360);

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// What was waited for is there.
    Reached,
    /// The take was too short or silent; that was said, and it is the trainee's turn again.
    Dropped,
    /// The microphone failed; that was said, and the practice goes on without it.
    Interrupted,
    /// The session is over.
    Over,
}

/// What there was before a turn, so that it can be told from those that come.
#[derive(Clone, Copy)]
struct Taken {
    /// Turns of the trainee.
    turns: usize,
    /// Number of the newest notice.
    said: u32,
}

/// One practice under way.
pub(crate) struct Run<'run> {
    core: &'run Core,
    printer: &'run Printer,
    /// Somebody sits at the terminal, and can type where speaking fails.
    somebody_is_there: bool,
    /// The file that is being spoken.
    pub(crate) file: Option<PathBuf>,
    /// Lines that were printed.
    told: usize,
    /// Number of the newest notice that was said.
    said: u32,
    /// The microphone failed, which was said, and has not recorded since.
    pub(crate) microphone_failed: bool,
    /// It was said that the voice cannot be heard, which goes for every line.
    voice_failed: bool,
    session: PracticeView,
}

impl<'run> Run<'run> {
    pub(crate) fn new(
        core: &'run Core,
        printer: &'run Printer,
        session: PracticeView,
        somebody_is_there: bool,
    ) -> Self {
        Self {
            core,
            printer,
            somebody_is_there,
            file: None,
            told: 0,
            said: 0,
            microphone_failed: false,
            voice_failed: false,
            session,
        }
    }

    pub(crate) fn session(&self) -> SessionId {
        self.session.session
    }

    /// Waits until the trainee may speak.
    pub(crate) async fn until_my_turn(&mut self) -> Result<Standing, ErrorView> {
        self.until_uninterrupted(|view| view.phase == PracticePhase::YourTurn)
            .await
    }

    /// The same, with everything written down and looked at that was said: the objective may have ended the session.
    pub(crate) async fn until_caught_up(&mut self) -> Result<Standing, ErrorView> {
        self.until_uninterrupted(|view| view.phase == PracticePhase::YourTurn && !view.catching_up)
            .await
    }

    async fn until_uninterrupted(
        &mut self,
        reached: impl Fn(&PracticeView) -> bool,
    ) -> Result<Standing, ErrorView> {
        loop {
            let standing = self.until(&reached).await?;
            if standing != Standing::Interrupted {
                return Ok(standing);
            }
        }
    }

    /// A typed turn. Words that came just when the microphone failed are sent again.
    pub(crate) async fn type_turn(&mut self, text: String) -> Result<Standing, ErrorView> {
        // The computer may have slept since it became the trainee's turn.
        while self.until_my_turn().await? != Standing::Over {
            let before = self.taken();
            self.core.act(Action::Type { text: text.clone() }).await?;
            let standing = self.until_saved(before).await?;
            if standing != Standing::Interrupted {
                return Ok(standing);
            }
        }
        Ok(Standing::Over)
    }

    /// A spoken turn, to the next Enter or until it ends by itself. It is said to be recorded once samples come, and
    /// not where there is no microphone.
    pub(crate) async fn speak(&mut self, terminal: &mut Terminal<'_>) -> Result<Standing, ErrorView> {
        if self.until_my_turn().await? == Standing::Over {
            return Ok(Standing::Over);
        }
        let before = self.taken();
        self.core.act(Action::ToggleTalk).await?;
        let records = |view: &PracticeView| view.phase == PracticePhase::Recording;
        let mut standing = self.until(records).await?;
        if standing == Standing::Reached {
            self.microphone_failed = false;
            terminal.records();
            tokio::select! {
                pressed = terminal.enter() => {
                    pressed?;
                    // It may have ended by itself at this very moment, and another press would begin the next one.
                    if self.core.practice().await?.is_some_and(|view| records(&view)) {
                        self.core.act(Action::ToggleTalk).await?;
                    }
                }
                ended = self.until(|view| !records(view)) => standing = ended?,
            }
        }
        match standing {
            Standing::Reached => self.until_saved(before).await,
            Standing::Interrupted => self.after_a_fault(before).await,
            other => Ok(other),
        }
    }

    /// What was said or sent until a fault may be a turn all the same.
    async fn after_a_fault(&mut self, before: Taken) -> Result<Standing, ErrorView> {
        Ok(match self.until_my_turn().await? {
            Standing::Reached if own_turns(&self.session) == before.turns => Standing::Interrupted,
            other => other,
        })
    }

    /// A turn that is spoken by a file, to its end.
    pub(crate) async fn play_turn(&mut self) -> Result<Standing, ErrorView> {
        let before = self.taken();
        // No key is held here: a second press without a release would count as the first one held on.
        self.core.act(Action::ToggleTalk).await?;
        self.until_saved(before).await
    }

    fn taken(&self) -> Taken {
        Taken {
            turns: own_turns(&self.session),
            said: self.said,
        }
    }

    /// Waits until there is another turn than `before`, or until the take came to nothing.
    async fn until_saved(&mut self, before: Taken) -> Result<Standing, ErrorView> {
        let Taken { turns, said } = before;
        let dropped = move |view: &PracticeView| {
            view.phase == PracticePhase::YourTurn
                && view.notice.as_ref().is_some_and(|notice| {
                    notice.number > said && matches!(notice.notice, Notice::TakeTooShort | Notice::TakeSilent)
                })
        };
        let standing = self
            .until(|view| own_turns(view) > turns || dropped(view))
            .await?;
        match standing {
            Standing::Interrupted => self.after_a_fault(before).await,
            Standing::Reached if own_turns(&self.session) == turns => Ok(Standing::Dropped),
            other => Ok(other),
        }
    }

    pub(crate) async fn end(&mut self) -> Result<(), ErrorView> {
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
            self.say_new_notice();
            if self.session.end.is_some() {
                return Ok(Standing::Over);
            }
            match &self.session.paused {
                Some(PauseCause::Media { error })
                    if self.somebody_is_there && self.session.allowed.carry_on =>
                {
                    self.printer.error(error);
                    self.microphone_failed = true;
                    self.core.act(Action::CarryOn).await?;
                    return Ok(Standing::Interrupted);
                }
                Some(
                    PauseCause::Partner { error }
                    | PauseCause::Media { error }
                    | PauseCause::Storage { error, .. },
                ) => {
                    self.core.act(Action::End).await?;
                    return Err(error.clone());
                }
                Some(PauseCause::User | PauseCause::Slept) => self.core.act(Action::Resume).await?,
                // What a fault left of a take. Nobody can listen to it here, and it is not thrown away.
                None if self.session.phase == PracticePhase::Reviewing => self.core.act(Action::Send).await?,
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
        let new = self
            .session
            .lines
            .iter()
            .filter(|line| self.is_told(line))
            .skip(self.told);
        let ready: Vec<_> = new.take_while(|line| !self.words_are_coming(line)).collect();
        for line in &ready {
            self.printer.progress(&self.told_line(line))?;
        }
        self.told += ready.len();
        Ok(())
    }

    /// What a file is spoken to gets a line that is on disk. Who sits at the terminal gets the partner's once it is their
    /// turn: it gets to the disk beside their next take, and nobody can answer what is not there to be read.
    fn is_told(&self, line: &LineView) -> bool {
        let is_said = self.somebody_is_there && self.session.phase == PracticePhase::YourTurn;
        !line.coming || is_said && line.speaker == Speaker::Partner && line.text.is_some()
    }

    /// The words of a line are on their way, and nobody is there who would wait for what comes after it.
    fn words_are_coming(&self, line: &LineView) -> bool {
        let goes_on = self.session.end.is_none() && self.session.paused.is_none();
        line.text.is_none() && self.session.catching_up && goes_on && !self.somebody_is_there
    }

    fn say_new_notice(&mut self) {
        let Some(notice) = self.session.notice.as_ref().filter(|one| one.number > self.said) else {
            return;
        };
        self.said = notice.number;
        let is_there = matches!(
            notice.notice,
            Notice::MicrophoneBack | Notice::MicrophoneSwitched { .. }
        );
        self.microphone_failed &= !is_there;
        if notice.notice == Notice::VoiceFailed && mem::replace(&mut self.voice_failed, true) {
            return;
        }
        let sentences = &self.printer.sentences;
        let mut text = sentences.notice(&notice.notice, &self.session.partner.name);
        if let Some(file) = &self.file {
            let file = file.display().to_string();
            text = sentences.say("cli.spoken_file", &[("file", &file), ("notice", &text)]);
        }
        self.printer.notice(&notice.notice, &text);
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

/// The lines that are turns; one that the partner is still saying may yet become another.
fn on_disk(session: &PracticeView) -> impl Iterator<Item = &LineView> {
    session.lines.iter().filter(|line| !line.coming)
}

/// Turns of the trainee that are on disk. The partner's last line may get there beside the next take.
fn own_turns(session: &PracticeView) -> usize {
    let own = on_disk(session).filter(|line| line.speaker == Speaker::Trainee);
    own.count()
}
