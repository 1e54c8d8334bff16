//! The pollers, as programs of their own: killed at random and begun again, or stopped for longer than a lease.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::LEASE;
use crate::chances::Chances;

/// Between two harms.
const PEACE: u64 = 2_500;
/// One of so many harms is a stop.
const STOPS: u64 = 5;
/// How much longer than a lease one is stopped, with what others allow it.
const OVERDUE: Duration = Duration::from_secs(8);

pub(crate) struct Victims {
    cli: String,
    folder: PathBuf,
    running: Vec<Child>,
    /// Until when each of them is stopped, if it is.
    stopped: Vec<Option<Instant>>,
    pub(crate) kills: usize,
    pub(crate) stops: usize,
}

impl Victims {
    /// Begins so many pollers, each with a data folder of its own.
    pub(crate) fn start(cli: &str, scratch: &Path, credentials: &Value, count: usize) -> Self {
        let folder = scratch.to_owned();
        let file = folder.join("credentials");
        std::fs::write(&file, credentials.to_string()).expect("credentials");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&file, private).expect("for nobody else");
        }
        let mut all = Self {
            cli: cli.to_owned(),
            folder,
            running: Vec::new(),
            stopped: vec![None; count],
            kills: 0,
            stops: 0,
        };
        for number in 0..count {
            let one = all.begin(number);
            all.running.push(one);
        }
        all
    }

    fn begin(&self, number: usize) -> Child {
        let log = self.folder.join(format!("poller-{number}.log"));
        let log = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log");
        Command::new(&self.cli)
            .args(["poll", "--in-flight", "1", "--every", "5"])
            .args(["--lease", &LEASE.as_secs().to_string()])
            .arg("--credentials")
            .arg(self.folder.join("credentials"))
            .arg("--data")
            .arg(self.folder.join(format!("poller-{number}")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("a poller")
    }

    /// Kills one, which is begun again at once, or stops one, which goes on after a while. One that is stopped is left as
    /// it is until then.
    pub(crate) async fn harm_one(&mut self, chances: &mut Chances) {
        tokio::time::sleep(Duration::from_millis(chances.below(PEACE))).await;
        self.go_on(|until| until <= Instant::now());
        let number = usize::try_from(chances.below(self.running.len() as u64)).expect("a place");
        let is_stop = chances.below(STOPS) == 0;
        if self.stopped[number].is_some() {
            return;
        }
        if is_stop {
            signal(self.running[number].id(), "-STOP");
            self.stopped[number] = Some(Instant::now() + LEASE + OVERDUE);
            self.stops += 1;
        } else {
            self.running[number].kill().expect("it runs");
            self.running[number].wait().expect("it ends");
            self.running[number] = self.begin(number);
            self.kills += 1;
        }
    }

    /// Has those go on that are stopped until such a moment.
    fn go_on(&mut self, is_over: impl Fn(Instant) -> bool) {
        for (one, stopped) in self.running.iter().zip(&mut self.stopped) {
            if stopped.is_some_and(&is_over) {
                signal(one.id(), "-CONT");
                *stopped = None;
            }
        }
    }

    /// Lets them end.
    pub(crate) async fn end(&mut self) {
        self.go_on(|_| true);
        for one in &mut self.running {
            signal(one.id(), "-TERM");
            tokio::task::block_in_place(|| one.wait()).expect("it ends");
        }
    }
}

fn signal(process: u32, name: &str) {
    let done = Command::new("kill").args([name, &process.to_string()]).status();
    assert!(done.expect("kill").success(), "{name} for {process}");
}
