//! One run of the poller: open the data folder, sign in, look, have everything judged that is due, and stop.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rehearse_domain::Timestamp;
use rehearse_leancloud::{NetTransport, Settings};
use rehearse_net::Net;
use rehearse_store::{Store, StoreError};
use rehearse_sync::poller::{PollerOptions, PollerTask, Remote, holder};
use rehearse_sync::{AudioMirror, Look, Puller, Tools, blocking};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::account::{Account, sign_in, way_to_the_models, way_to_the_server};
use crate::chosen::{Earlier, sent_from};
use crate::looking::{go_on_looking, look, pause};
use crate::panel::{Busy, ServerPanel};
use crate::remaining::Remaining;
use crate::report::{Report, Tally};
use crate::{Credentials, PollError, data};

/// Where nothing changes, what is left is looked at so often.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// Something is due, nothing keeps it, and nobody begins with it for so long: it is left for another run.
const STALLED: Duration = Duration::from_secs(60);

/// How long it may take at the end until everything is told.
const TELLING: Duration = Duration::from_millis(500);

/// How to poll.
#[derive(Clone, Debug)]
pub struct PollOptions {
    /// What lets it in.
    pub credentials: Credentials,
    /// The data folder, this poller's alone.
    pub data: PathBuf,
    /// Ends once nothing more can be done now.
    pub once: bool,
    /// Requests to models that are under way at once, 1 or more.
    pub in_flight: usize,
    /// How long a lease holds that is not prolonged.
    pub lease: Duration,
    /// Results of a model in 24 hours, at most; `None` is as many as there are.
    pub per_day: Option<u32>,
    /// What becomes of sessions from before those were chosen who are asked.
    pub earlier: Earlier,
    /// What it is called in its leases; `None` is a name that says nothing about the computer.
    pub name: Option<String>,
    /// Between two looks at the server.
    pub every: Duration,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody stopped it.
    Stopped,
    /// Nothing more can be done now, and nothing failed.
    Done,
    /// The server could not be asked any more.
    ServerAway,
    /// Something was given up, or a host fails that something waits for.
    SomethingFails,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What was done.
    pub tally: Tally,
    /// Evaluations that are due and were left.
    pub waiting: usize,
}

/// Polls until there is nothing left to do, or until `stop` ends.
///
/// # Errors
/// [`PollError`]. What was begun is given back first.
pub async fn poll(options: PollOptions, stop: impl Future<Output = ()>) -> Result<Ended, PollError> {
    let mut stop = pin!(stop);
    let now = tools().now;
    let (folder, at) = (options.data.clone(), now());
    let store = blocking(move || data::open(&folder, at)).await?;
    let net = way_to_the_server(&options.credentials);
    let account = tokio::select! {
        account = arrive(&options, &net) => account?,
        () = &mut stop => return Ok(stopped(Tally::default())),
    };
    let name = account.terms.account_at(
        account.client.server().base(),
        account.client.credentials().app_id(),
    );
    let kept = Arc::clone(&store);
    blocking(move || data::belong_to(&kept, &name)).await?;
    let run = Run::begin(&options, &account, store, &net).await?;
    let outcome = match options.once {
        true => tokio::select! {
            done = run.drain() => done,
            () = &mut stop => Ok((Outcome::Stopped, 0)),
        },
        false => tokio::select! {
            over = run.go_on(options.every) => over.map(|()| (Outcome::Stopped, 0)),
            () = &mut stop => Ok((Outcome::Stopped, 0)),
        },
    };
    let tally = run.end().await;
    let (outcome, waiting) = outcome?;
    let outcome = match outcome {
        Outcome::Done if tally.given_up > 0 => Outcome::SomethingFails,
        outcome => outcome,
    };
    let Tally {
        finished,
        failed,
        given_up,
    } = tally;
    tracing::info!(finished, failed, given_up, waiting, "ended");
    Ok(Ended {
        outcome,
        tally,
        waiting,
    })
}

fn stopped(tally: Tally) -> Ended {
    Ended {
        outcome: Outcome::Stopped,
        tally,
        waiting: 0,
    }
}

/// Signs in; where the server is away and there is time, again and again.
async fn arrive(options: &PollOptions, net: &Net) -> Result<Account, PollError> {
    let mut in_vain = 0;
    loop {
        match sign_in(&options.credentials, net).await {
            Err(error @ PollError::ServerAway { .. }) if !options.once => {
                in_vain += 1;
                let pause = pause(in_vain, options.every, (tools().random)());
                tracing::warn!(
                    code = error.code(),
                    %error,
                    again_in_seconds = pause.as_secs(),
                    "the server could not be asked"
                );
                tokio::time::sleep(pause).await;
            }
            account => return account,
        }
    }
}

/// What runs while it polls.
struct Run {
    host: String,
    store: Arc<Store>,
    tools: Tools,
    puller: Puller<NetTransport>,
    poller: PollerTask,
    busy: Busy,
    report: JoinHandle<Tally>,
}

impl Run {
    /// Starts the poller. What the last run left under way is begun with at once.
    async fn begin(
        options: &PollOptions,
        account: &Account,
        store: Arc<Store>,
        net: &Net,
    ) -> Result<Self, PollError> {
        let tools = tools();
        let (client, terms) = (account.client.clone(), account.terms.clone());
        let holder = match &options.name {
            Some(name) => name.clone(),
            None => {
                let (store, tools) = (Arc::clone(&store), tools.clone());
                blocking(move || holder(&store, &tools)).await?
            }
        };
        let poller_options = PollerOptions {
            in_flight: options.in_flight.max(1),
            lease: options.lease,
            ..PollerOptions::of(holder)
        };
        let host = options.credentials.host();
        let remote = Remote::new(client.clone(), terms.clone(), &poller_options)
            .map_err(|error| crate::account::of_server(&host, &error.into()))?;
        let puller = Puller::new(
            client,
            Arc::clone(&store),
            terms,
            tools.clone(),
            AudioMirror::OnDemand,
        );
        let credentials = &options.credentials;
        let sent_from = {
            let (store, credentials, earlier) = (Arc::clone(&store), credentials.clone(), options.earlier);
            let now = (tools.now)();
            blocking(move || sent_from(&store, &credentials, earlier, now)).await?
        };
        let (busy, (news, told)) = (Busy::default(), mpsc::unbounded_channel());
        let transcriber = credentials.transcriber.as_ref().map(|one| one.model.clone());
        let evaluator = credentials.evaluator.model.clone();
        let report = Report::new(Arc::clone(&store), busy.clone(), transcriber, evaluator);
        let panel = ServerPanel {
            store: Arc::clone(&store),
            puller: puller.clone(),
            tools: tools.clone(),
            net: way_to_the_models(credentials, net),
            transcriber: credentials.transcriber.clone(),
            evaluator: credentials.evaluator.clone(),
            per_day: options.per_day,
            holder: poller_options.holder.clone(),
            sent_from,
            busy: busy.clone(),
            news,
            budget_told: false.into(),
        };
        tracing::info!(
            host,
            holder = poller_options.holder,
            once = options.once,
            in_flight = poller_options.in_flight,
            "begun"
        );
        let poller = PollerTask::start_at(
            Some(remote),
            Arc::clone(&store),
            Arc::new(panel),
            tools.clone(),
            poller_options,
        );
        busy.watch(poller.standings());
        Ok(Self {
            report: tokio::spawn(report.tell(told)),
            host,
            store,
            tools,
            puller,
            poller,
            busy,
        })
    }

    /// Looks from time to time, for ever.
    async fn go_on(&self, every: Duration) -> Result<(), PollError> {
        let chance = || (self.tools.random)();
        go_on_looking(
            &self.puller,
            &self.store,
            every,
            &self.host,
            &self.poller.nudge(),
            chance,
        )
        .await
    }

    /// Looks once, and waits until nothing more can be done now. How that ended, and how many wait.
    async fn drain(&self) -> Result<(Outcome, usize), PollError> {
        look(&self.puller, &self.store, Look::Everything, &self.host).await?;
        self.poller.nudge().hurry();
        let mut quiet_since = tokio::time::Instant::now();
        loop {
            if self.busy.is_empty() {
                let remaining = self.remaining().await?;
                // Somebody may have been seated while the store was asked.
                let is_over = remaining.free == 0 || quiet_since.elapsed() > STALLED;
                if self.busy.is_empty() && is_over {
                    return Ok((outcome_of(&remaining), remaining.waiting()));
                }
            } else {
                quiet_since = tokio::time::Instant::now();
            }
            // A second without news is no failure.
            let _ = timeout(LOOKED_AT, self.busy.changed()).await;
        }
    }

    async fn remaining(&self) -> Result<Remaining, StoreError> {
        let standings = self.poller.standings();
        Remaining::of(&self.store, &standings, (self.tools.now)()).await
    }

    /// Gives everything back that is under way.
    async fn end(self) -> Tally {
        self.poller.stop().await;
        // With the poller goes the last who could tell anything, and a request that is being cut off.
        let told = timeout(TELLING, self.report).await;
        told.ok().and_then(Result::ok).unwrap_or_default()
    }
}

fn outcome_of(remaining: &Remaining) -> Outcome {
    for (code, evaluations) in &remaining.held {
        tracing::info!(code, evaluations, "left for another run");
    }
    if remaining.server_is_away() {
        Outcome::ServerAway
    } else if remaining.something_fails() {
        Outcome::SomethingFails
    } else {
        Outcome::Done
    }
}

/// The computer's clock and dice.
fn tools() -> Tools {
    Tools {
        now: Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        }),
        random: Settings::default().random,
    }
}
