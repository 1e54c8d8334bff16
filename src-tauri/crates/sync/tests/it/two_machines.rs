//! Two machines record, author, delete and are killed at random, through one server that is not always well. In the end both
//! have the same, and the server too.
//!
//! `REHEARSE_SCHEDULES` says how many runs, `REHEARSE_SEED` where to begin; a run that fails names its seed.

use std::time::Duration;

use rehearse_domain::TranscriptStatus;
use rehearse_store::{Keep, Verification};
use rehearse_sync::{Audio, AudioMirror, Look};

use crate::authoring;
use crate::machine::{Dice, Machine, generous};
use crate::order::check_whole;
use crate::pulling::seen;
use crate::records::{begin, end, say, session_id, turn_id};
use crate::schedules::{SEED, Trouble, number, snapshot_once};

const RUNS: u64 = 24;

#[test]
fn two_machines_are_equal_in_the_end() {
    let (first, count) = (number("REHEARSE_SEED", SEED), number("REHEARSE_SCHEDULES", RUNS));
    println!("{count} runs from seed {first}");
    for seed in first..first + count {
        let run = std::panic::catch_unwind(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(run(seed));
        });
        assert!(run.is_ok(), "REHEARSE_SEED={seed} REHEARSE_SCHEDULES=1 fails");
    }
}

/// A machine with what its user does there.
struct Life {
    machine: Machine,
    /// The session that is practised, with its turns so far.
    open: Option<(u64, u32)>,
    /// Those that ended, with their turns.
    ended: Vec<(u64, u32)>,
    next: u64,
    /// The number of the next scenario that is written here.
    next_scenario: u64,
}

impl Life {
    fn new(machine: Machine, first: u64) -> Self {
        Self {
            machine,
            open: None,
            ended: Vec::new(),
            next: first,
            next_scenario: first,
        }
    }

    fn happen(&mut self, dice: &mut Dice) {
        let now = self.machine.now();
        let open = self.open;
        if dice.below(4) == 0 {
            authoring::happen(&self.machine, &mut self.next_scenario, dice);
            return;
        }
        match open {
            None if dice.below(2) == 0 && self.delete_or_write(dice) => {}
            None => {
                begin(&self.machine.store, self.next, &snapshot_once(), now);
                self.machine.expect(self.next, 0);
                self.open = Some((self.next, 0));
                // The other machine has the numbers between.
                self.next += 2;
            }
            Some((session, turns)) if dice.below(3) == 0 => {
                end(&self.machine.store, session, now);
                self.ended.push((session, turns));
                self.open = None;
            }
            Some((session, turns)) => {
                let bytes = 50 + dice.below(200) as usize;
                say(&self.machine.store, session, turns, bytes, now);
                self.machine.expect(session, turns + 1);
                self.open = Some((session, turns + 1));
            }
        }
    }

    /// Deletes any session that can be seen, or writes down words of one that was recorded here.
    fn delete_or_write(&mut self, dice: &mut Dice) -> bool {
        let now = self.machine.now();
        let all: Vec<_> = seen(&self.machine.store).into_keys().collect();
        if all.is_empty() {
            return false;
        }
        let chosen = all[dice.below(all.len() as u64) as usize];
        let number = (1..200).find(|number| session_id(*number) == chosen).unwrap();
        let own = self.ended.iter().find(|(one, _)| *one == number).copied();
        match own {
            Some((session, turns)) if turns > 1 && dice.below(2) == 0 => {
                let words = Some("I would like to earn a little more.");
                let (turn, status) = (turn_id(session, 1), TranscriptStatus::Completed);
                self.machine
                    .store
                    .set_transcript(turn, words, status, now)
                    .unwrap();
            }
            _ => self.machine.delete(number),
        }
        true
    }

    async fn sync(&mut self, dice: &mut Dice) {
        let look = match dice.below(4) {
            0 => Look::Everything,
            _ => Look::New,
        };
        match dice.below(8) {
            0 => {
                let steps = usize::try_from(1 + dice.below(80)).unwrap();
                self.machine.killed_after(steps).await;
            }
            1 => {
                let steps = usize::try_from(1 + dice.below(40)).unwrap();
                self.machine.pull_killed_after(look, steps).await;
            }
            2 => tokio::time::sleep(Duration::from_secs(dice.below(200))).await,
            3 | 4 => drop(self.machine.puller.round(look).await.unwrap()),
            _ => drop(self.machine.sender.round().await.unwrap()),
        }
    }

    fn finish(&mut self) {
        if let Some((session, _)) = self.open.take() {
            end(&self.machine.store, session, self.machine.now());
        }
    }
}

async fn run(seed: u64) {
    let mut dice = Dice(seed);
    let mut first = Machine::with(generous(), Audio::Sent, seed).await;
    let mut second = first.beside(seed.wrapping_add(1_000_000)).await;
    for machine in [&mut first, &mut second] {
        if dice.below(2) == 0 {
            machine.mirror = AudioMirror::Complete;
            machine.restart();
        }
    }
    let fake = first.fake.clone();
    if dice.below(4) > 0 {
        let mut trouble = Trouble {
            dice: Dice(seed.wrapping_mul(31)),
            often: 3 + dice.below(20),
            late: true,
            refuses: false,
        };
        first.recorded.lock().late = true;
        fake.faults()
            .script(move |request| trouble.next(&request.path, request.is_api()));
    }
    let mut lives = [Life::new(first, 1), Life::new(second, 2)];
    for _ in 0..20 + dice.below(40) {
        let life = &mut lives[dice.below(2) as usize];
        life.happen(&mut dice);
        life.sync(&mut dice).await;
    }
    fake.faults().clear();
    for life in &mut lives {
        life.finish();
        life.machine.restart();
    }
    come_to_rest(&lives).await;
    let [first, second] = &lives;
    let (of_first, of_second) = (seen(&first.machine.store), seen(&second.machine.store));
    let deleted = first.machine.recorded.lock().deleted.clone();
    assert_eq!(
        of_first.keys().collect::<Vec<_>>(),
        of_second.keys().collect::<Vec<_>>(),
        "deleted: {deleted:?}\non the server: {:?}\nto be told: {:?}\n{:?}",
        fake.rows("PracticeSession")
            .iter()
            .map(|row| (
                row["clientId"].clone(),
                row["status"].clone(),
                row["turnCount"].clone()
            ))
            .collect::<Vec<_>>(),
        first.machine.store.stuck_changes().unwrap(),
        second.machine.store.stuck_changes().unwrap(),
    );
    for (session, there) in of_first {
        assert_eq!(there, of_second[&session], "{session}");
    }
    check_whole(&fake, &first.machine.recorded.lock());
    let of_both = [first, second].map(|life| authoring::authored(&life.machine.store));
    let told = authoring::on_the_server(&first.machine);
    assert_eq!(of_both, [told.clone(), told]);
    let there = fake.rows("PracticeSession").len();
    assert_eq!(seen(&first.machine.store).len(), there);
    for life in &lives {
        let store = &life.machine.store;
        assert_eq!(store.outbox_pending().unwrap(), 0, "{:?}", life.machine.rest());
        assert_eq!(store.verify(Verification::Deep).unwrap(), []);
    }
}

/// Both tell and look until nothing that was under way can come any more.
async fn come_to_rest(lives: &[Life; 2]) {
    for _ in 0..8 {
        for life in lives {
            life.machine.until_quiet().await;
            life.machine.pull(Look::Everything).await;
        }
        // Whoever is at the one keeps theirs, whoever is at the other takes what is there.
        for (life, keep) in lives.iter().zip([Keep::Ours, Keep::Theirs]) {
            authoring::choose(&life.machine, keep);
        }
        tokio::time::sleep(Duration::from_secs(1_000)).await;
    }
}
