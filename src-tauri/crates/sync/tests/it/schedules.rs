//! Random schedules: practices, scenarios, changes, deletions and kills while every request may fail before, after, never be
//! answered or land late. Once the server is well again everything is there once, whole, and nothing else.
//!
//! `REHEARSE_SCHEDULES` says how many, `REHEARSE_SEED` where to begin; a schedule that fails names its seed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rehearse_domain::TranscriptStatus;
use rehearse_fakes::leancloud::{FakeOptions, Fault, Provider, Reply};
use rehearse_sync::Audio;

use crate::authoring;
use crate::machine::{Dice, Machine, generous};
use crate::order::check_whole;
use crate::records::{begin, begin_again, end, say, session_id, snapshot, turn_id};

const SCHEDULES: u64 = 60;
pub(crate) const SEED: u64 = 2026;

pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text}")),
        Err(_) => otherwise,
    }
}

#[test]
fn nothing_is_lost_doubled_out_of_order_or_left_behind() {
    let (first, count) = (
        number("REHEARSE_SEED", SEED),
        number("REHEARSE_SCHEDULES", SCHEDULES),
    );
    println!("{count} schedules from seed {first}");
    for seed in first..first + count {
        let run = std::panic::catch_unwind(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(schedule(seed));
        });
        assert!(run.is_ok(), "REHEARSE_SEED={seed} REHEARSE_SCHEDULES=1 fails");
    }
}

async fn schedule(seed: u64) {
    let mut dice = Dice(seed);
    let provider = [Provider::S3, Provider::Qiniu, Provider::Cos][dice.below(3) as usize];
    let options = FakeOptions {
        provider,
        ..generous()
    };
    let mut machine = Machine::with(options, Audio::Sent, seed).await;
    let mut trouble = Trouble {
        dice: Dice(seed.wrapping_mul(31)),
        often: 2 + dice.below(12),
        late: dice.below(2) == 0,
        refuses: dice.below(4) == 0,
    };
    machine.recorded.lock().late = trouble.late;
    machine.recorded.lock().refused = trouble.refuses;
    // A clock that leaps ahead makes a wait shorter than it has to be while something may still land.
    let clock = !trouble.late && dice.below(2) == 0;
    machine
        .fake
        .faults()
        .script(move |request| trouble.next(&request.path, request.is_api()));
    let mut life = Life::default();
    for _ in 0..12 + dice.below(30) {
        life.happen(&machine, &mut dice);
        match dice.below(5) {
            0 => {
                let steps = usize::try_from(1 + dice.below(80)).unwrap();
                machine.killed_after(steps).await;
                life.start_anew(&machine, &mut dice);
            }
            1 => tokio::time::sleep(Duration::from_secs(dice.below(200))).await,
            2 => life.surroundings_change(&mut machine, clock, &mut dice),
            _ => drop(machine.sender.round().await.unwrap()),
        }
    }
    life.finish(&machine);
    machine.fake.faults().clear();
    machine.files_down.store(false, Ordering::Relaxed);
    machine.clock_error.store(0, Ordering::Relaxed);
    machine.restart();
    machine.until_quiet().await;
    while machine.retry_all() {
        machine.until_quiet().await;
    }
    machine.recorded.lock().refused = false;
    // What is later than everything else has landed.
    tokio::time::sleep(Duration::from_secs(1_000)).await;
    machine.until_quiet().await;
    assert_eq!(machine.store.outbox_figures().unwrap().stuck, 0);
    assert_eq!(machine.store.outbox_pending().unwrap(), 0, "{:?}", machine.rest());
    check_whole(&machine.fake, &machine.recorded.lock());
    assert_eq!(
        machine.store.conflicts().unwrap(),
        [],
        "nobody else changes anything"
    );
    assert_eq!(
        authoring::on_the_server(&machine),
        authoring::authored(&machine.store)
    );
}

/// What goes wrong with requests.
pub(crate) struct Trouble {
    pub(crate) dice: Dice,
    /// One request in so many meets something.
    pub(crate) often: u64,
    /// Whether a request may be acted upon after the client gave up.
    pub(crate) late: bool,
    /// Whether something is refused that is not refused later.
    pub(crate) refuses: bool,
}

impl Trouble {
    /// What only the API says, no host of files does.
    pub(crate) fn next(&mut self, path: &str, is_api: bool) -> Option<Fault> {
        let dice = &mut self.dice;
        if dice.below(self.often) != 0 {
            return None;
        }
        if self.refuses && path == "/1.1/fileTokens" && dice.below(3) == 0 {
            return Some(Fault::Before(Reply::error(413, 1, "request entity too large")));
        }
        Some(match dice.below(12) {
            0 if is_api => Fault::too_many_requests(),
            2 if is_api => Fault::disabled_503(),
            8 if is_api => Fault::timed_out_inside(),
            0..=2 | 8 => Fault::html_502(),
            3 => Fault::Lost,
            4 | 5 => Fault::After,
            6 => Fault::CutShort,
            7 => Fault::Hang,
            9 => Fault::Slow(Duration::from_secs(dice.below(30))),
            _ if !self.late => Fault::After,
            10 => Fault::Late(Duration::from_secs(dice.below(70))),
            _ => Fault::Late(Duration::from_secs(dice.below(800))),
        })
    }
}

/// What the person does meanwhile.
#[derive(Default)]
struct Life {
    sessions: u64,
    /// The one that is practised, with its turns so far.
    open: Option<(u64, u32)>,
    ended: Vec<(u64, u32)>,
    scenarios: u64,
}

impl Life {
    fn happen(&mut self, machine: &Machine, dice: &mut Dice) {
        let now = machine.now();
        if dice.below(6) == 0 {
            self.scenarios = self.scenarios.max(1);
            authoring::happen(machine, &mut self.scenarios, dice);
        }
        match self.open {
            None if dice.below(3) == 0 && self.ended.len() > 1 => {
                let at = usize::try_from(dice.below(self.ended.len() as u64)).unwrap();
                let (session, turns) = self.ended.swap_remove(at);
                if turns > 1 && dice.below(2) == 0 {
                    let words = Some("I would like to earn a little more.");
                    let status = TranscriptStatus::Completed;
                    let turn = turn_id(session, 1);
                    machine.store.set_transcript(turn, words, status, now).unwrap();
                    self.ended.push((session, turns));
                } else {
                    machine.delete(session);
                }
            }
            None => {
                self.sessions += 1;
                let again = self.ended.iter().find(|(_, turns)| *turns > 1);
                match again.filter(|_| dice.below(3) == 0) {
                    Some((from, _)) => {
                        begin_again(&machine.store, self.sessions, *from, &snapshot_once(), now);
                    }
                    None => begin(&machine.store, self.sessions, &snapshot_once(), now),
                }
                machine.expect(self.sessions, 0);
                self.open = Some((self.sessions, 0));
            }
            Some((session, turns)) if dice.below(5) == 0 => {
                end(&machine.store, session, now);
                self.ended.push((session, turns));
                self.open = None;
            }
            Some((session, turns)) => {
                say(&machine.store, session, turns, 50 + dice.below(400) as usize, now);
                machine.expect(session, turns + 1);
                self.open = Some((session, turns + 1));
            }
        }
    }

    /// The app starts again: what nobody ended is closed, and what was never begun is forgotten.
    fn start_anew(&mut self, machine: &Machine, dice: &mut Dice) {
        if dice.below(2) == 0 {
            return;
        }
        machine.store.close_interrupted_sessions(machine.now()).unwrap();
        match self.open.take() {
            Some((session, 0)) => {
                let id = session_id(session).to_string();
                machine.recorded.lock().deleted.insert(id);
            }
            Some(ended) => self.ended.push(ended),
            None => {}
        }
    }

    /// The host of files comes and goes, the user changes their mind about sound, the clock is set.
    fn surroundings_change(&mut self, machine: &mut Machine, clock: bool, dice: &mut Dice) {
        match dice.below(4) {
            0 => machine.choose([Audio::Sent, Audio::StaysHere][dice.below(2) as usize]),
            1 if clock => {
                let hours = i64::try_from(dice.below(60)).unwrap() - 30;
                machine.clock_error.store(hours * 3_600_000, Ordering::Relaxed);
            }
            _ => machine.files_down.store(dice.below(2) == 0, Ordering::Relaxed),
        }
    }

    fn finish(&mut self, machine: &Machine) {
        if let Some((session, _)) = self.open.take() {
            end(&machine.store, session, machine.now());
        }
    }
}

/// The library is read once.
pub(crate) fn snapshot_once() -> rehearse_domain::Snapshot {
    static SNAPSHOT: std::sync::LazyLock<rehearse_domain::Snapshot> = std::sync::LazyLock::new(snapshot);
    SNAPSHOT.clone()
}
