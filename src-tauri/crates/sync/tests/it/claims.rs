//! Leases of evaluations, claimed by several at once: on LeanCloud's fake on simulated time, and on a real Parse Server.

use std::time::Duration;

use futures_util::future::join_all;
use rehearse_domain::{Assessment, Counts, Coverage, Judge, Outcome, Sample};
use rehearse_fakes::ParseServer;
use rehearse_leancloud::{
    AnonymousId, Client, Credentials, NetTransport, New, ObjectId, Secret, Server, Transport, Update,
};
use rehearse_net::{Net, NetOptions};
use rehearse_sync::poller::{Claim, Claims, RoundError, RoundHeld};
use serde_json::json;

use crate::machine::{Machine, generous};
use crate::schedules::number;

/// How long a lease holds here; five seconds of grace come on top.
const LEASE: Duration = Duration::from_secs(3);
const PASSED: Duration = Duration::from_millis(9_500);

/// Records that are claimed by eight at once; the environment may say how many.
const RECORDS: u64 = 50;

pub(crate) fn assessment(summary: &str) -> Assessment {
    Assessment {
        outcome: Outcome::InsufficientEvidence,
        judge: Judge::Model {
            name: "a judge".to_owned(),
        },
        rubric: "0".repeat(64),
        coverage: Coverage::default(),
        counts: Counts::default(),
        skills: Vec::new(),
        advice: Vec::new(),
        summary: summary.to_owned(),
        words: None,
    }
}

fn sample(look: u32) -> Sample {
    Sample {
        skill: "listening".parse().unwrap(),
        look,
        model: "a judge".to_owned(),
        answer: "{}".to_owned(),
    }
}

fn claims<T: Transport>(client: &Client<T>, holder: &str) -> Claims<T> {
    Claims::new(client.clone(), holder, LEASE).unwrap()
}

/// A row as whoever recorded the session makes it.
async fn asked_for<T: Transport>(client: &Client<T>) -> ObjectId {
    let row = json!({
        "clientId": "7c1d6ba3-0d0c-4a60-8d0c-2f5f9a4d3f11", "sessionId": "s1", "status": "pending", "attempts": 0,
        "queuedAt": "2026-11-28T09:00:00.000Z", "nextAttemptAt": "2026-11-28T09:00:00.000Z",
    });
    let class = client.class("Evaluation").unwrap();
    class.create(&New::of(row).unwrap()).await.unwrap().id
}

async fn win<T: Transport>(claims: &Claims<T>, row: &ObjectId) -> (RoundHeld, u32, Vec<Sample>) {
    match claims.claim(row, 0, false).await.unwrap() {
        Claim::Won {
            held,
            attempts,
            samples,
        } => (held, attempts, samples),
        other => panic!("not won: {other:?}"),
    }
}

async fn claim_of_another<T: Transport>(client: &Client<T>, row: &ObjectId) -> Claim {
    claims(client, "another").claim(row, 0, false).await.unwrap()
}

/// All stories, one after the other.
async fn all_stories<T: Transport>(client: &Client<T>) {
    of_eight_one_wins(client).await;
    a_dead_one_is_taken_over(client).await;
    a_late_result_changes_nothing(client).await;
    one_that_was_given_back_goes_on_at_once(client).await;
    one_that_failed_waits_and_is_given_up(client).await;
    a_higher_lease_is_known_here(client).await;
    of_eight_who_began_the_same_round_one_has_it(client).await;
}

async fn of_eight_one_wins<T: Transport>(client: &Client<T>) {
    let eight: Vec<_> = (0..8)
        .map(|one| claims(client, &format!("poller {one}")))
        .collect();
    for record in 0..number("REHEARSE_CLAIMS", RECORDS) {
        let row = asked_for(client).await;
        let tried = join_all(eight.iter().map(|one| one.claim(&row, 0, false))).await;
        let won = tried
            .iter()
            .filter(|one| matches!(one, Ok(Claim::Won { .. })))
            .count();
        assert_eq!(won, 1, "record {record}: {tried:?}");
        let lost = tried
            .iter()
            .filter(|one| matches!(one, Ok(Claim::NotYet { .. })))
            .count();
        assert_eq!(lost, 7, "record {record}: {tried:?}");
    }
}

async fn a_dead_one_is_taken_over<T: Transport>(client: &Client<T>) {
    let row = asked_for(client).await;
    let dead = claims(client, "dead");
    let (held, attempts, samples) = win(&dead, &row).await;
    assert_eq!((held.round, attempts, samples), (1, 0, Vec::new()));
    tokio::time::sleep(LEASE).await;
    dead.renew(&held, &[sample(0), sample(1)]).await.unwrap();
    tokio::time::sleep(LEASE).await;
    let Claim::NotYet { wait, .. } = claim_of_another(client, &row).await else {
        panic!("it was prolonged");
    };
    assert!(wait <= LEASE + Duration::from_secs(5), "{wait:?}");
    tokio::time::sleep(PASSED).await;
    let heirs: Vec<_> = (0..4).map(|one| claims(client, &format!("heir {one}"))).collect();
    let tried = join_all(heirs.iter().map(|one| one.claim(&row, 0, false))).await;
    let won: Vec<_> = tried
        .into_iter()
        .filter_map(|one| match one.unwrap() {
            Claim::Won { held, samples, .. } => Some((held.round, samples)),
            _ => None,
        })
        .collect();
    assert_eq!(
        won,
        [(2, vec![sample(0), sample(1)])],
        "what was answered is not lost"
    );
}

async fn a_late_result_changes_nothing<T: Transport>(client: &Client<T>) {
    let row = asked_for(client).await;
    let (slow, quick) = (claims(client, "slow"), claims(client, "quick"));
    let (first, ..) = win(&slow, &row).await;
    tokio::time::sleep(PASSED).await;
    let (second, ..) = win(&quick, &row).await;
    assert_eq!(second.round, 2);
    for late in [
        slow.finish(&first, &assessment("late"), 1).await,
        slow.renew(&first, &[sample(0)]).await,
        slow.fail(&first, "late", 1, None).await,
        slow.release(&first, &[]).await,
    ] {
        assert!(matches!(late, Err(RoundError::Lost)), "{late:?}");
    }
    // One that had looked before it was taken over, and writes now.
    let class = client.class("Evaluation").unwrap();
    let late = Update::new()
        .set("results.r1", "{}")
        .unwrap()
        .set("status", "completed")
        .unwrap()
        .set("released", 1)
        .unwrap();
    class.update(&row, &late).await.unwrap();
    let claim = claim_of_another(client, &row).await;
    assert!(matches!(claim, Claim::NotYet { .. }), "{claim:?}");
    quick.finish(&second, &assessment("in time"), 1).await.unwrap();
    assert_eq!(claim_of_another(client, &row).await, Claim::Done);
    let told = class.get(&row).await.unwrap().unwrap();
    assert_eq!(told.fields["summary"], json!("in time"));
    let results = told.fields["results"].as_object().unwrap();
    assert!(results["r2"].as_str().unwrap().contains("in time"));
}

async fn one_that_was_given_back_goes_on_at_once<T: Transport>(client: &Client<T>) {
    let row = asked_for(client).await;
    let first = claims(client, "first");
    let (held, ..) = win(&first, &row).await;
    first.release(&held, &[sample(0)]).await.unwrap();
    let (held, attempts, samples) = win(&claims(client, "second"), &row).await;
    assert_eq!((held.round, attempts, samples), (2, 0, vec![sample(0)]));
}

async fn one_that_failed_waits_and_is_given_up<T: Transport>(client: &Client<T>) {
    let row = asked_for(client).await;
    let one = claims(client, "one");
    let (held, ..) = win(&one, &row).await;
    one.fail(&held, "evaluator_malformed", 1, Some(LEASE))
        .await
        .unwrap();
    let Claim::NotYet { wait, .. } = claim_of_another(client, &row).await else {
        panic!("it waits");
    };
    // The clock of Parse Server is known to the second.
    assert!(wait <= LEASE + Duration::from_secs(1), "{wait:?}");
    tokio::time::sleep(LEASE + Duration::from_secs(2)).await;
    let (held, attempts, _) = win(&one, &row).await;
    assert_eq!((held.round, attempts), (2, 1));
    one.fail(&held, "evaluator_malformed", 2, None).await.unwrap();
    assert_eq!(claim_of_another(client, &row).await, Claim::GivenUp);
    let by_hand = one.claim(&row, 0, true).await.unwrap();
    assert!(matches!(by_hand, Claim::Won { attempts: 2, .. }), "{by_hand:?}");
}

/// A machine that worked on it before the server knew of it has counted further.
async fn a_higher_lease_is_known_here<T: Transport>(client: &Client<T>) {
    let row = asked_for(client).await;
    let (ahead, behind) = (claims(client, "ahead"), claims(client, "behind"));
    let tried = [
        ahead.claim(&row, 3, false).await.unwrap(),
        behind.claim(&row, 0, false).await.unwrap(),
    ];
    let [Claim::Won { held, .. }, Claim::NotYet { .. }] = &tried else {
        panic!("{tried:?}");
    };
    assert_eq!(held.round, 4);
    tokio::time::sleep(PASSED).await;
    let (after, ..) = win(&behind, &row).await;
    assert_eq!(after.round, 5);
    let late = ahead.finish(held, &assessment("late"), 1).await;
    assert!(matches!(late, Err(RoundError::Lost)), "{late:?}");
}

/// Each of them began it before the server knew of it.
async fn of_eight_who_began_the_same_round_one_has_it<T: Transport>(client: &Client<T>) {
    let eight: Vec<_> = (0..8)
        .map(|one| claims(client, &format!("computer {one}")))
        .collect();
    for round in [1, 3] {
        let row = asked_for(client).await;
        let tried = join_all(eight.iter().map(|one| one.join(&row, round))).await;
        let all_won: Vec<_> = (eight.iter().zip(&tried))
            .filter_map(|(one, tried)| match tried {
                Ok(Claim::Won { held, .. }) => Some((one, held)),
                Ok(Claim::NotYet { .. }) => None,
                other => panic!("{other:?}"),
            })
            .collect();
        let [(winner, held)] = all_won[..] else {
            panic!("{tried:?}");
        };
        assert_eq!(held.round, round);
        let again = winner.join(&row, round).await.unwrap();
        assert!(
            matches!(again, Claim::Won { .. }),
            "the server knows whose it is: {again:?}"
        );
        let slow = claims(client, "slow");
        for theirs in [round, round + 1] {
            let late = slow.join(&row, theirs).await.unwrap();
            assert!(matches!(late, Claim::NotYet { .. }), "{late:?}");
        }
        winner.finish(held, &assessment("in time"), 1).await.unwrap();
        assert_eq!(slow.join(&row, round).await.unwrap(), Claim::Done);
        assert_eq!(slow.join(&row, round + 1).await.unwrap(), Claim::Done);
    }
}

#[tokio::test(start_paused = true)]
async fn leases_hold_on_leancloud() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    all_stories(&machine.client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leases_hold_on_a_real_parse_server() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            return;
        }
    };
    all_stories(&signed_in(&server).await).await;
}

/// Somebody who is signed in at a Parse Server.
pub(crate) async fn signed_in(server: &ParseServer) -> Client<NetTransport> {
    let keys = server.keys();
    let client = Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::parse(server.url()).unwrap(),
        Credentials::new(&*keys.app_id).app_key(Secret::new(&*keys.rest_key)),
    );
    let somebody = AnonymousId::from_random([3; 16]);
    client.users().anonymous(&somebody).await.unwrap();
    client
}
