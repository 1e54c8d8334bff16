//! Two programs on one data folder: the second looks, or says who holds it.

use crate::speech::two_turns;
use crate::stage::{RAISE, Stage};

#[test]
fn a_second_program_looks_on_and_says_who_holds_the_folder() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let before = stage.practise(&speech.files[..1], &[]);
    let id = before["session"].as_str().unwrap();
    let running = stage.start_practice(&speech.files[1]);
    stage.wait_for_take(4_000);

    let told = stage.run(&["delete", id]);
    let sentences = told.sentences();
    assert!(
        sentences.contains("rehearse-cli") && sentences.contains(&running.pid().to_string()),
        "{sentences}"
    );
    for words in [["delete", id].as_slice(), &["recover"], &["practise", RAISE]] {
        let error = stage.run(&[words, &["--json"]].concat()).error();
        assert_eq!(error["code"], "store_held", "{words:?}");
        assert_eq!(error["params"]["pid"], running.pid().to_string());
    }

    let rows = stage.ask(&["sessions"]);
    assert_eq!(
        rows.as_array().unwrap().len(),
        2,
        "the one that runs is there too"
    );
    assert_eq!(stage.ask(&["session", id]), before);
    assert_eq!(
        stage.run(&["verify"]).code,
        Some(0),
        "a take that is being recorded is no fault"
    );
    let exported = stage.ask(&["export", id, stage.beside("exported").to_str().unwrap()]);
    assert!(exported.as_array().unwrap().len() >= 4);

    let told = running.told();
    assert_eq!(
        (told.code, told.err.as_str()),
        (Some(0), "The voice could not be played. The words are here.\n"),
        "nobody disturbed it, and where there is no loudspeaker that is said once"
    );
    assert_eq!(stage.run(&["delete", id]).code, Some(0), "and then it goes");
}
