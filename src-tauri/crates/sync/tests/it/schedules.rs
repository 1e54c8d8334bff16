//! Random schedules: practices, changes, deletions and kills while every request may fail before, after, never be
//! answered or land late. Once the server is well again everything is there once, whole, and nothing else.
//!
//! `REHEARSE_SCHEDULES` says how many, `REHEARSE_SEED` where to begin; a schedule that fails names its seed.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::TranscriptStatus;
use rehearse_fakes::leancloud::{FakeOptions, Fault, Provider};
use rehearse_sync::Audio;

use crate::machine::{Dice, Machine, generous};
use crate::order::check_whole;
use crate::records::{begin, end, say, snapshot, turn_id};

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
    let trouble = Arc::new(Mutex::new(Dice(seed.wrapping_mul(31))));
    let often = 2 + dice.below(12);
    machine
        .fake
        .faults()
        .script(move |request| fault(&mut trouble.lock(), often, request.is_api()));
    let mut life = Life::default();
    for _ in 0..12 + dice.below(30) {
        life.happen(&machine, &mut dice);
        match dice.below(4) {
            0 => {
                let steps = usize::try_from(1 + dice.below(80)).unwrap();
                machine.killed_after(steps).await;
            }
            1 => tokio::time::sleep(Duration::from_secs(dice.below(200))).await,
            _ => drop(machine.sender.round().await.unwrap()),
        }
    }
    life.finish(&machine);
    machine.fake.faults().clear();
    machine.restart();
    machine.until_quiet().await;
    // What is later than everything else has landed.
    tokio::time::sleep(Duration::from_secs(1_000)).await;
    machine.until_quiet().await;
    assert_eq!(machine.store.outbox_figures().unwrap().stuck, 0);
    assert_eq!(machine.store.outbox_pending().unwrap(), 0, "{:?}", machine.rest());
    check_whole(&machine.fake, &machine.recorded.lock());
}

/// One request in `often` meets something; what only the API says, no host of files does.
pub(crate) fn fault(dice: &mut Dice, often: u64, is_api: bool) -> Option<Fault> {
    if dice.below(often) != 0 {
        return None;
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
        10 => Fault::Late(Duration::from_secs(dice.below(70))),
        _ => Fault::Late(Duration::from_secs(dice.below(800))),
    })
}

/// What the person does meanwhile.
#[derive(Default)]
struct Life {
    sessions: u64,
    /// The one that is practised, with its turns so far.
    open: Option<(u64, u32)>,
    ended: Vec<(u64, u32)>,
}

impl Life {
    fn happen(&mut self, machine: &Machine, dice: &mut Dice) {
        let now = machine.now();
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
                begin(&machine.store, self.sessions, &snapshot_once(), now);
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
