//! The way out of a server, taken by a program that is killed on it again and again: what it wrote stays good, it goes on
//! where it was, and in the end all is here that is there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rehearse_fakes::leancloud::Fault;
use rehearse_leancloud::{Acl, AnonymousId, Client, Content, Credentials, New, Operation, Secret, Upload};
use rehearse_net::{Net, NetOptions};
use serde_json::{Value, json};

use crate::server::{Server, answer, login};
use crate::stage::{Stage, files};

const SESSIONS: u32 = 12;
const TURNS: u32 = 12;
const ENTRIES: u32 = 300;
/// Answers of the server take so long, so that there is a middle to be killed in.
const SLOW: Duration = Duration::from_millis(8);
const KILLS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn killed_again_and_again_it_comes_to_the_same_end() {
    let (stage, server) = (Stage::new(), Server::start());
    server.runtime.block_on(fill(&server));
    let key = server.options.master_key.clone();
    answer(&login(
        &stage,
        &server,
        &["--keys", "file", "--master-key"],
        &[&key],
    ));
    server.fake.faults().always("*", "*", Fault::Slow(SLOW));

    // As many requests as it takes in one go.
    let whole = stage.beside("whole");
    let before = server.fake.requests().len();
    assert_eq!(pull(&stage, &whole)["whole"], true);
    let requests = server.fake.requests().len() - before;
    assert!(requests > 150, "{requests} requests");

    let folder = stage.beside("killed");
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let mut killed_midway = 0;
    let mut came = Vec::new();
    for _ in 0..KILLS {
        let after = 1 + chance.below(requests / 8);
        if kill_after(&server, start(&stage, &folder), after, chance.below(20)) {
            killed_midway += 1;
        }
        came.push(files(&folder.join("files")).len());
    }
    assert!(
        killed_midway >= KILLS - 2,
        "{killed_midway} were killed on the way: {came:?}"
    );
    assert!(came.is_sorted(), "what is here stays here: {came:?}");

    let pulled = pull(&stage, &folder);
    assert_eq!(pulled["whole"], true, "{pulled}");
    assert_same(&server, &folder);
    assert_same(&server, &whole);
    assert_eq!(pulled["files"], f64::from(SESSIONS * TURNS));
    assert_eq!(pull(&stage, &folder)["fetched"], 0.0);
}

/// Practices with sounds of a few kilobytes, and many small rows, of one user.
async fn fill(server: &Server) {
    let address = rehearse_leancloud::Server::leancloud(&server.served.url).unwrap();
    let credentials =
        Credentials::new(&*server.options.app_id).app_key(Secret::new(&*server.options.app_key));
    let transport = rehearse_leancloud::NetTransport::new(Net::new(NetOptions::default()));
    let client = Client::new(transport, address, credentials);
    let user = client.users().anonymous(&AnonymousId::from_random([7; 16])).await;
    let user = user.unwrap().id;
    let create = |class, row: Value| {
        let new = New::of(row).unwrap().acl(Acl::owner(&user));
        Operation::try_from((class, new)).unwrap()
    };
    let mut rows = Vec::new();
    for session in 0..SESSIONS {
        let id = format!("session-{session}");
        rows.push(create(
            "PracticeSession",
            json!({"clientId": id, "status": "ended"}),
        ));
        for sequence in 0..TURNS {
            let sound = format!("{id}, turn {sequence}; ").repeat(200);
            let content = Content::Bytes(sound.into());
            let mut upload = Upload::new(format!("{id}-{sequence}.mp3"), "audio/mpeg", content);
            (upload.owner, upload.acl) = (Some(user.clone()), Some(Acl::owner(&user)));
            let file = client.files().upload(&upload, None).await.unwrap();
            let turn = json!({
                "sessionId": id, "sequence": sequence, "audioFileId": file.id, "audioUrl": file.url,
                "transcript": "Good morning. 早上好。",
            });
            rows.push(create("Turn", turn));
        }
    }
    rows.extend((0..ENTRIES).map(|number| create("AuditLog", json!({"action": "create", "n": number}))));
    let done = client.batch(rows).await;
    assert!(done.iter().all(Result::is_ok));
}

fn command(stage: &Stage, folder: &Path) -> Command {
    let mut command = stage.program(&["pull", "--everything", folder.to_str().unwrap(), "--json"]);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

fn start(stage: &Stage, folder: &Path) -> Child {
    let mut command = command(stage, folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Runs it to its end.
fn pull(stage: &Stage, folder: &Path) -> Value {
    answer(&crate::stage::Told::of(command(stage, folder).output().unwrap()))
}

/// Ends a program without warning (SIGKILL) once the server has heard so many requests of it, and a moment later. Whether
/// it was still at work.
fn kill_after(server: &Server, mut program: Child, requests: usize, moment: usize) -> bool {
    let before = server.fake.requests().len();
    let begun = Instant::now();
    while server.fake.requests().len() - before < requests {
        if program.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(begun.elapsed() < PATIENCE, "it asks for nothing");
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(moment as u64));
    let was_at_work = program.try_wait().unwrap().is_none();
    program.kill().unwrap();
    program.wait().unwrap();
    was_at_work
}

/// Holds a folder to the server: the rows of all classes by their ids, and the hash of each file.
fn assert_same(server: &Server, folder: &Path) {
    let ids = |rows: Vec<Value>| -> BTreeMap<String, Value> {
        let id = |row: &Value| row["objectId"].as_str().unwrap().to_owned();
        rows.into_iter().map(|row| (id(&row), row)).collect()
    };
    for class in server.fake.classes() {
        let text = std::fs::read_to_string(folder.join(format!("classes/{class}.jsonl"))).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let there = server.fake.rows(&class);
        assert_eq!(lines.len(), there.len(), "{class}");
        let (here, there) = (ids(lines), ids(there));
        assert!(here.keys().eq(there.keys()), "{class}");
        for field in ["transcript", "audioFileId", "n"] {
            let of = |rows: &BTreeMap<String, Value>| -> Vec<Value> {
                rows.values().map(|row| row[field].clone()).collect()
            };
            assert_eq!(of(&here), of(&there), "{class}.{field}");
        }
    }
    let mut there: Vec<String> = server.fake.files().into_iter().map(|file| file.sha256).collect();
    let hash = |path: &std::path::PathBuf| rehearse_audio::clip::sha256(path).unwrap();
    let mut here: Vec<String> = files(&folder.join("files")).iter().map(hash).collect();
    there.sort();
    here.sort();
    assert_eq!(here, there);
}

/// Moments that are no pattern, the same in each run: Marsaglia's xorshift of 64 bits.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}
