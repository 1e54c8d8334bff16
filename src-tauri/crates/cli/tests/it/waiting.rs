//! How long `sync --once` waits for a server that does not answer, where nothing is left that the user would wait for.

use std::time::{Duration, Instant};

use rehearse_fakes::leancloud::Fault;
use serde_json::{Value, json};

use crate::server::{Server, answer, login};
use crate::speech::two_turns;
use crate::stage::Stage;

/// All that is left is to delete the file of a recording.
#[test]
fn what_the_server_does_not_answer_is_waited_for_by_a_single_run_for_half_a_minute_at_most() {
    let (stage, server, Some(speech)) = (Stage::new(), Server::start(), two_turns()) else {
        return;
    };
    answer(&login(&stage, &server, &["--keys", "file"], &[]));
    let delete_one = || {
        let id = stage.practise(&speech.files[..1], &[])["session"].clone();
        stage.ask(&["sync", "--once"]);
        assert!(!server.fake.files().is_empty(), "its sound is there");
        stage.ask(&["delete", id.as_str().unwrap()]);
    };
    let run = || {
        let begun = Instant::now();
        let told = stage.run(&["sync", "--once", "--json"]);
        let standing: Value = serde_json::from_str(&told.out).unwrap();
        (told.code, standing, begun.elapsed())
    };
    delete_one();
    server
        .fake
        .faults()
        .times(2, "DELETE", "/1.1/files/*", Fault::Lost);
    let (code, standing, _) = run();
    assert_eq!(
        (code, &standing["phase"]["kind"]),
        (Some(0), &json!("idle")),
        "{standing}"
    );

    delete_one();
    server.fake.faults().always("DELETE", "/1.1/files/*", Fault::Lost);
    let (code, standing, took) = run();
    assert_eq!(
        (code, &standing["phase"]["kind"]),
        (Some(1), &json!("waiting")),
        "{standing}"
    );
    assert_eq!((&standing["waiting"], &standing["stuck"]), (&json!(0), &json!(0)));
    // Half a minute, and some more for a busy machine to begin and to end.
    assert!(took < Duration::from_secs(50), "{took:?}");
    assert!(took > Duration::from_secs(20), "it is waited for: {took:?}");
}
