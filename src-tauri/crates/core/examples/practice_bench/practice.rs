//! The practices themselves: press, speak, release, hear the first sound, cut the line short, go on.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rehearse_core::view::{
    Action, DiagnosticsView, Notice, NumberedNotice, Percentiles, PracticePhase, PracticeView,
};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::Slug;
use serde::Serialize;

use crate::looking::until;
use crate::percentiles::percentiles;
use crate::{bare, memory};

/// How long each take is.
const SPOKEN: Duration = Duration::from_millis(1_200);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// Takes that may be silent one after the other, before the microphone must be mute.
const MOST_DROPPED: u32 = 20;
/// Sessions between two looks at memory.
const BETWEEN_LOOKS: u32 = 16;

/// What is printed.
#[derive(Serialize)]
struct Figures {
    turns: u32,
    /// Takes that were dropped because the speech paused just then, and repeated.
    dropped: u32,
    seconds: u64,
    /// From the press to the view that says "recording".
    press_to_recording: Percentiles,
    /// Of the bare program.
    bare_commit: Percentiles,
    clip_bytes: usize,
    log_bytes: usize,
    /// Once after every sixteenth session, which is about a minute.
    resident_kib: Vec<u64>,
    core: DiagnosticsView,
}

/// Practises so many sessions, and as many more that end before a word, and prints what was measured.
#[tokio::main]
pub(crate) async fn run(sessions: u32, turns: u32) -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder");
    let folders = SystemFolders::at(folder.path().join("data"));
    let core = Core::open(Parts::of_this_system(), &folders, Access::Owner).await;
    let mut bench = Bench {
        core,
        presses: Vec::new(),
        bare: Vec::new(),
        sizes: None,
        dropped: 0,
    };
    let begun = Instant::now();
    let mut resident_kib = Vec::new();
    for session in 0..sessions {
        bench.session(turns, folder.path()).await;
        if session % BETWEEN_LOOKS == BETWEEN_LOOKS - 1 {
            resident_kib.extend(memory::resident());
        }
    }
    for _ in 0..sessions {
        bench.session(0, folder.path()).await;
    }
    let (clip_bytes, log_bytes) = bench.sizes.unwrap_or_default();
    let figures = Figures {
        turns: sessions * turns,
        dropped: bench.dropped,
        seconds: begun.elapsed().as_secs(),
        press_to_recording: percentiles(bench.presses),
        bare_commit: percentiles(bench.bare),
        clip_bytes,
        log_bytes,
        resident_kib,
        core: bench.core.diagnostics().await.expect("figures"),
    };
    bench.core.shut_down().await;
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
    ExitCode::SUCCESS
}

struct Bench {
    core: Core,
    presses: Vec<Duration>,
    bare: Vec<Duration>,
    /// Of a clip, and of what the log grew by with one turn.
    sizes: Option<(usize, usize)>,
    /// Takes in which nothing was said.
    dropped: u32,
}

impl Bench {
    async fn session(&mut self, turns: u32, folder: &Path) {
        let slug: Slug = "ask-for-a-raise".parse().expect("a name");
        let options = self.core.brief(slug.clone()).await.expect("the brief").options;
        self.core.start_practice(slug, options).await.expect("a practice");
        self.until(|view| view.phase == PracticePhase::PartnerSpeaking)
            .await;
        for _ in 0..turns {
            self.act(Action::Interrupt).await;
            self.until(|view| view.phase == PracticePhase::YourTurn).await;
            // The microphone has been open for longer than the pre-roll by now, as it has before a person answers.
            tokio::time::sleep(Duration::from_millis(250)).await;
            self.turn(folder).await;
        }
        self.act(Action::End).await;
        self.until(|view| view.phase == PracticePhase::Ended).await;
        self.core.close_practice().await.expect("the end card is left");
    }

    async fn turn(&mut self, folder: &Path) {
        let log = folder.join("data/rehearse.db-wal");
        let size = |path: &Path| path.metadata().map_or(0, |about| about.len() as usize);
        let before = size(&log);
        let saved = self.take_that_is_heard().await;
        let lines = saved.lines.len();
        if self.sizes.is_none() {
            let length = saved
                .lines
                .last()
                .and_then(|line| line.duration_ms)
                .unwrap_or_default();
            // 48 kbit/s are 6 bytes a millisecond.
            self.sizes = Some((length as usize * 6, size(&log).saturating_sub(before)));
        }
        self.until(|view| view.lines.len() > lines && view.phase == PracticePhase::PartnerSpeaking)
            .await;
        self.until_heard().await;
        let (clip, log) = self.sizes.unwrap_or_default();
        let number = u32::try_from(self.bare.len()).unwrap_or_default();
        let beside = folder.join("bare");
        std::fs::create_dir_all(&beside).expect("a folder");
        self.bare
            .push(bare::turn(&beside, number, clip, log).expect("the bare program writes"));
    }

    /// Takes until one is not dropped as silent.
    async fn take_that_is_heard(&mut self) -> PracticeView {
        for _ in 0..MOST_DROPPED {
            match self.take().await {
                Some(saved) => return saved,
                None => self.dropped += 1,
            }
        }
        eprintln!("nothing is heard: {MOST_DROPPED} takes one after the other were silent");
        std::process::exit(1)
    }

    /// Presses, speaks and releases; `None` when the speech paused just then, and the take was dropped as silent.
    async fn take(&mut self) -> Option<PracticeView> {
        let pressed = Instant::now();
        self.act(Action::Press).await;
        let before = self.until(|view| view.phase == PracticePhase::Recording).await;
        let shown = pressed.elapsed();
        tokio::time::sleep(SPOKEN).await;
        self.act(Action::Release).await;
        let after = self
            .until(|view| view.lines.len() > before.lines.len() || was_dropped(&before, view))
            .await;
        let saved = after.lines.len() > before.lines.len();
        saved.then(|| {
            self.presses.push(shown);
            after
        })
    }

    /// Waits until the answer is not only under way but heard.
    async fn until_heard(&self) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let heard = self
                .core
                .diagnostics()
                .await
                .expect("figures")
                .release_to_first_sound
                .count;
            // Only the latest 500 are kept.
            if heard as usize == self.presses.len() || heard == 500 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        eprintln!("an answer was never heard");
        std::process::exit(1)
    }

    async fn act(&self, action: Action) {
        self.core.act(action).await.expect("a practice is open");
    }

    async fn until(&self, wanted: impl Fn(&PracticeView) -> bool) -> PracticeView {
        match until(&self.core, PATIENCE, wanted).await {
            Some(view) => view,
            None => {
                eprintln!("the practice stands still: {:?}", self.core.practice().await);
                std::process::exit(1)
            }
        }
    }
}

fn was_dropped(before: &PracticeView, now: &PracticeView) -> bool {
    let said = |view: &PracticeView| view.notice.as_ref().map(|notice| notice.number);
    let dropped =
        |notice: &NumberedNotice| matches!(notice.notice, Notice::TakeSilent | Notice::TakeTooShort);
    now.phase == PracticePhase::YourTurn
        && said(before) != said(now)
        && now.notice.as_ref().is_some_and(dropped)
}
