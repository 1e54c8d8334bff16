//! The task's loop: wait for an input or the machine's next deadline, hand it to the machine, perform what it
//! wants. What the task knows beyond the machine is only what the effects need and the screen shows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::pieces::Pieces;
use rehearse_dialog::{Action, Dialog, Effect, Event, PauseCause, Phase, RequestId, Setup};
use rehearse_domain::{Clip, ClipId, Speaker, Turn, TurnId};
use rehearse_models::{Partner, PartnerBrief};
use rehearse_store::Exchange;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::marks::Marks;
use super::measuring::Measuring;
use super::reply::Reply;
use super::voice_lines::VoiceLines;
use super::{Input, Plan, Surroundings};
use crate::error;
use crate::models::{Cast, Exchanged, WantedVoice};
use crate::sound::{Report, Seat};
use crate::sound_check::LastCheck;
use crate::view::{NumberedNotice, Topic};

/// How often the machine is told the time when nothing else happens. The machine takes 5 s without any event
/// for sleep, so this must stay well under it.
const TICK: Duration = Duration::from_millis(500);

/// Everything the task knows.
pub(super) struct Task {
    pub(super) around: Surroundings,
    pub(super) plan: Plan,
    pub(super) dialog: Dialog,
    pub(super) brief: Arc<PartnerBrief>,
    pub(super) partner: Arc<dyn Partner>,
    /// Everybody who takes part.
    pub(super) cast: Cast,
    pub(super) voice: Option<VoiceLines>,
    pub(super) inbox: mpsc::UnboundedSender<Input>,
    /// The place at the sound desk.
    pub(super) seat: Seat,
    /// The line that is played or about to be.
    pub(super) wanted_line: Option<RequestId>,
    /// The line that is to be silent for now.
    pub(super) held_line: Option<RequestId>,
    /// Turns of this session that are on disk.
    pub(super) turns: Vec<Turn>,
    /// Clips that were recorded and not dropped.
    pub(super) takes: HashMap<RequestId, Clip>,
    /// Clips that are being recorded.
    pub(super) captures: HashMap<RequestId, ClipId>,
    /// Answers of the partner that are not saved yet.
    pub(super) replies: HashMap<RequestId, Reply>,
    /// What the partner said last, for hearing it again.
    pub(super) spoken: Option<(u32, Pieces)>,
    /// The request to the partner that is under way.
    pub(super) asking: Option<AbortHandle>,
    /// One that waits for the words of a turn.
    pub(super) asking_after: Option<(RequestId, TurnId)>,
    /// Turns that are being written down.
    pub(super) hearing: HashMap<TurnId, AbortHandle>,
    /// Words that are being put on disk, each with what is to be put there after them.
    pub(super) saving_words: HashMap<TurnId, Option<String>>,
    /// Why the partner could not be asked: what was said could not be written down.
    pub(super) unheard: Option<error::ErrorView>,
    /// The answer after which the objective is to be checked.
    pub(super) check_due: Option<u32>,
    /// The check that is under way, with the answer after which it is made.
    pub(super) checking: Option<(u32, AbortHandle)>,
    /// Checks in a row that came to nothing.
    pub(super) unjudged: u32,
    /// What goes to the models and comes from them, and what they say that it took.
    pub(super) exchanged: Option<Exchanged>,
    /// What of it could not be noted.
    pub(super) unnoted: Vec<Exchange>,
    /// Small things that are being put on disk and that nothing waits for but the end of the task.
    writing: JoinSet<()>,
    pub(super) notice: Option<NumberedNotice>,
    /// When it was last told that somebody has taken over.
    pub(super) stand_in_told: Option<Instant>,
    /// The latest failure in full, beside the kind that the machine knows.
    pub(super) failure: Option<(PauseCause, error::ErrorView)>,
    /// Every turn is saved, the end is not yet.
    pub(super) end_waits: bool,
    /// The end is being taken back on disk.
    pub(super) reopening: bool,
    /// Nobody looks at the end card any more.
    pub(super) is_left: bool,
    pub(super) marks: Marks,
    pub(super) measuring: Measuring,
}

/// Runs a practice until its end is on disk and nobody looks at it any more.
pub(super) async fn run(
    around: Surroundings,
    plan: Plan,
    inbox: mpsc::UnboundedSender<Input>,
    mut inputs: mpsc::UnboundedReceiver<Input>,
) {
    let (mut task, first) = Task::new(around, plan, inbox);
    task.perform(first);
    loop {
        let leaving = task.live(&mut inputs).await;
        task.around.bus.changed(Topic::Practice);
        task.around.bus.changed(Topic::Sessions);
        let leaving = task.wait_for_figures(&mut inputs).await || leaving;
        // An end that was taken back in the meantime has the desk already.
        if task.has_ended() {
            task.seat.rest();
        }
        task.remember_microphone();
        if !task.linger(&mut inputs, leaving).await {
            task.finish_writing().await;
            return task.leave_words();
        }
    }
}

fn join_desk(around: &Surroundings, plan: &Plan, inbox: mpsc::UnboundedSender<Input>) -> Seat {
    let tell = move |report| {
        let _ = inbox.send(match report {
            Report::Capture(event) => Input::Capture(event),
            Report::Play(event) => Input::Play(event),
        });
    };
    around.desk.end_metering();
    around.desk.join(plan.warm_microphone, Box::new(tell))
}

impl Task {
    fn new(around: Surroundings, mut plan: Plan, inbox: mpsc::UnboundedSender<Input>) -> (Self, Vec<Effect>) {
        let setup = Setup {
            session: plan.session.id,
            opener: plan.opener,
            limits: plan.session.limits,
            talk: plan.talk,
            first_sequence: 0,
            history_ends_with: plan.history.last().map(|turn| turn.speaker),
        };
        let (dialog, first) = Dialog::new(setup, around.clock.now());
        let scenario = &plan.session.snapshot.scenario;
        let voice = plan
            .options
            .partner_voice
            .then(|| VoiceLines::new(Arc::clone(&around.voice), WantedVoice::from(scenario)));
        let seat = join_desk(&around, &plan, inbox.clone());
        let task = Self {
            seat,
            wanted_line: None,
            held_line: None,
            brief: Arc::new(PartnerBrief::from(scenario)),
            partner: Arc::clone(&plan.cast.partner),
            cast: plan.cast.clone(),
            dialog,
            voice,
            inbox,
            turns: Vec::new(),
            takes: HashMap::new(),
            captures: HashMap::new(),
            replies: HashMap::new(),
            spoken: None,
            asking: None,
            asking_after: None,
            hearing: HashMap::new(),
            saving_words: HashMap::new(),
            unheard: None,
            check_due: None,
            checking: None,
            unjudged: 0,
            exchanged: plan.exchanged.take(),
            unnoted: Vec::new(),
            writing: JoinSet::new(),
            notice: None,
            stand_in_told: None,
            failure: None,
            end_waits: false,
            reopening: false,
            is_left: false,
            marks: Marks::default(),
            measuring: Measuring::default(),
            around,
            plan,
        };
        (task, first)
    }

    /// Until the end is on disk. Says whether the app is being closed.
    async fn live(&mut self, inputs: &mut mpsc::UnboundedReceiver<Input>) -> bool {
        let mut leaving = false;
        let mut told = Instant::now();
        while !self.has_ended() {
            tokio::select! {
                input = inputs.recv() => {
                    let Some(input) = input else { break };
                    leaving |= matches!(input, Input::AppClosing);
                    self.take_in(input);
                }
                () = tokio::time::sleep_until(self.next_tick(told)) => {
                    told = Instant::now();
                    self.happened(Event::Tick);
                }
            }
            self.tell_of_stand_in();
        }
        leaving
    }

    /// Shows the end card for as long as the house keeps the handle, or not at all when the app is being closed. Says
    /// whether the end was taken back. A taking back that is under way is waited for, so that no session is left open,
    /// and so are words on their way to the disk, of which nobody else knows.
    async fn linger(&mut self, inputs: &mut mpsc::UnboundedReceiver<Input>, mut leaving: bool) -> bool {
        while self.has_ended() {
            let left = leaving || (self.is_left && self.hearing.is_empty());
            if left && !self.reopening && self.saving_words.is_empty() {
                self.leave_off_helpers();
                self.note_exchanges();
                return false;
            }
            match inputs.recv().await {
                Some(Input::AppClosing) => leaving = true,
                Some(input) => self.take_in(input),
                None => return false,
            }
        }
        if leaving {
            let _ = self.inbox.send(Input::AppClosing);
        }
        true
    }

    /// Takes the sound desk once more, as an end that is taken back has let it go.
    pub(super) fn join_desk_again(&mut self) {
        self.seat = join_desk(&self.around, &self.plan, self.inbox.clone());
    }

    pub(super) fn has_ended(&self) -> bool {
        let now = self.dialog.snapshot(self.around.clock.now());
        matches!(now.phase, Phase::Ended { .. })
    }

    /// A take that sounded fine is as good as a sound check.
    fn remember_microphone(&mut self) {
        let fine = |turn: &Turn| {
            turn.speaker == Speaker::Trainee
                && turn
                    .clip
                    .as_ref()
                    .is_some_and(|clip| clip.loudness.note().is_none())
        };
        if self.turns.iter().any(fine) {
            let (store, microphone) = (Arc::clone(&self.around.store), self.plan.microphone.clone());
            let now = self.around.clock.now().utc;
            self.write_beside(move || LastCheck::remember(&store, microphone, now));
        }
    }

    /// Has something written that nobody waits for. A job that dies is told by the runtime's own report of the panic.
    pub(super) fn write_beside(&mut self, job: impl FnOnce() + Send + 'static) {
        while self.writing.try_join_next().is_some() {}
        self.writing.spawn_blocking(job);
    }

    /// Before the task is over: what is being written is on disk, or has failed.
    async fn finish_writing(&mut self) {
        while self.writing.join_next().await.is_some() {}
    }

    /// When the machine wants to be called, and never longer than a tick after the last one; inputs that do not reach
    /// the machine put nothing off.
    fn next_tick(&self, told: Instant) -> Instant {
        let now = self.around.clock.now().uptime;
        let wanted = self
            .dialog
            .next_deadline()
            .map_or(TICK, |deadline| deadline.saturating_sub(now));
        (Instant::now() + wanted).min(told + TICK)
    }

    /// Hands an event to the machine and performs what it wants.
    pub(super) fn happened(&mut self, event: Event) {
        let now = self.around.clock.now();
        let effects = self.dialog.handle(event, now);
        if matches!(self.dialog.snapshot(now).phase, Phase::Paused { .. }) {
            self.measuring.disturbed();
        }
        self.perform(effects);
        self.around.bus.changed(Topic::Practice);
    }

    pub(super) fn take_in(&mut self, input: Input) {
        match input {
            Input::User(action) => {
                match action {
                    // A take that comes back later was not let go of to be answered.
                    Action::Cancel | Action::Retake => {
                        self.marks.forget_take();
                        self.measuring.disturbed();
                    }
                    Action::Send | Action::UndoCancel => self.marks.send(self.around.clock.now().uptime),
                    _ => {}
                }
                self.happened(Event::User(action));
            }
            Input::Capture(event) => self.captured(event),
            Input::Play(event) => self.played(event),
            Input::Reply(request, news) => self.reply_came(request, news),
            Input::Used => self.used(),
            Input::LineOverdue(request) => self.line_overdue(request),
            Input::NotNoted(exchanges) => self.unnoted.extend(exchanges),
            Input::WrittenDown(turn, heard) => self.written_down(turn, heard),
            Input::Judged(after, judged) => self.judged(after, judged),
            Input::WordsSaved(turn, words, saved) => self.words_saved(turn, words, saved),
            Input::HearAgain(sequence) => self.hear_again(sequence),
            Input::Correct(sequence, words) => self.correct(sequence, &words),
            Input::Rendered(request, pcm) => self.rendered(request, pcm),
            Input::Saved(request, saved) => self.saved(request, saved),
            Input::Closed(request, Ok(())) => {
                self.measure_end();
                self.note_exchanges();
                self.happened(Event::SessionClosed { request });
            }
            Input::Closed(request, Err(failure)) => self.not_closed(request, &failure),
            Input::Reopened(request, reopened) => self.reopened(request, reopened),
            Input::Show(answer) => drop(answer.send(self.show())),
            Input::AppClosing => self.happened(Event::AppClosing),
            Input::Left => self.is_left = true,
        }
    }

    fn measure_end(&mut self) {
        if let Some(decided) = self.marks.end_decided.take() {
            self.around
                .latencies
                .end_to_disk
                .add(self.around.clock.now().uptime.saturating_sub(decided));
        }
    }

    pub(super) fn measure_first_sound(&mut self) {
        if let Some(released) = self.marks.answering.take() {
            let waited = self.around.clock.now().uptime.saturating_sub(released);
            self.around.latencies.release_to_first_sound.add(waited);
        }
    }
}
