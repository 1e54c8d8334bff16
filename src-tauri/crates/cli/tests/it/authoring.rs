//! Scenarios of one's own: written after a built-in one, changed, refused when stale, practised and deleted.

use rehearse_fakes::leancloud::Fault;
use serde_json::{Value, json};

use crate::server::{Server, answer, login};
use crate::stage::{RAISE, Stage};

/// Writes a file and saves it as a record.
fn save(stage: &Stage, record: &Value) -> crate::stage::Told {
    let file = stage.beside("record.json");
    std::fs::write(&file, record.to_string()).unwrap();
    stage.run(&["author", "save", file.to_str().unwrap(), "--json"])
}

fn saved(stage: &Stage, record: &Value) -> Value {
    let told = save(stage, record);
    assert_eq!(told.code, Some(0), "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

/// The built-in one under another name.
pub(crate) fn landlord(stage: &Stage) -> Value {
    let mut record = stage.ask(&["author", "show", RAISE]);
    record["scenario"]["slug"] = json!("tell-my-landlord");
    record["scenario"]["title"] = json!("Tell my landlord about the damp");
    saved(stage, &record)
}

#[test]
fn a_scenario_of_ones_own_is_listed_and_practised() {
    let stage = Stage::new();
    assert_eq!(stage.ask(&["author", "list"])["records"], json!([]));
    let built_in = stage.ask(&["author", "show", RAISE]);
    let kept = landlord(&stage);
    assert_ne!(kept["scenario"]["id"], built_in["scenario"]["id"]);
    assert_eq!(kept["scenario"]["family"], "tell-my-landlord");

    let cards = stage.ask(&["scenarios"]);
    let cards = cards.as_array().unwrap();
    let card = cards
        .iter()
        .find(|card| card["slug"] == "tell-my-landlord")
        .unwrap();
    assert_eq!((&card["authored"], &card["draft"]), (&json!(true), &json!(false)));
    assert_eq!(cards.iter().filter(|card| card["authored"] == true).count(), 1);

    let told = stage.run(&["practise", "tell-my-landlord", "--json"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let rows = stage.ask(&["sessions"]);
    assert_eq!(rows[0]["title"], "Tell my landlord about the damp", "{rows}");

    // What was practised stays when it is deleted.
    let told = stage.run(&["author", "delete", "tell-my-landlord"]);
    assert!(told.out.contains("tell-my-landlord"), "{}", told.err);
    assert_eq!(stage.ask(&["author", "list"])["records"], json!([]));
    assert_eq!(stage.run(&["scenario", "tell-my-landlord"]).code, Some(1));
    assert_eq!(
        stage.ask(&["sessions"])[0]["title"],
        "Tell my landlord about the damp"
    );
}

#[test]
fn a_built_in_scenario_that_is_saved_as_it_was_shown_becomes_another_one() {
    let stage = Stage::new();
    let shown = stage.ask(&["author", "show", RAISE]);
    stage.run(&["practise", RAISE, "--json"]);
    let kept = saved(&stage, &shown);
    let cards = stage.ask(&["scenarios"]);
    let cards = cards.as_array().unwrap();
    let card = cards.iter().find(|card| card["authored"] == true).unwrap();
    assert_eq!(
        card["runs"], 0,
        "the practices of the built-in one are not its own"
    );
    let listed = card["slug"].as_str().unwrap();
    let brief = stage.ask(&["scenario", listed]);
    assert_eq!(brief["other_language"], Value::Null);
    for name in [RAISE, listed] {
        assert_eq!(stage.ask(&["author", "show", name]), kept, "{name}");
    }
    assert_eq!(kept["scenario"]["slug"], RAISE);
}

#[test]
fn of_two_versions_somebody_has_to_choose_before_everything_is_told() {
    let (here, there, server) = (Stage::new(), Stage::new(), Server::start());
    let signed_in = answer(&login(&here, &server, &["--keys", "file"], &[]));
    let code = signed_in["recovery_code"].as_str().unwrap();
    let again = ["--keys", "file", "--recovery-code"];
    answer(&login(&there, &server, &again, &[code]));
    let record = landlord(&here);
    here.ask(&["sync", "--once"]);
    there.ask(&["sync", "--once"]);
    for stage in [&here, &there] {
        assert_eq!(stage.ask(&["author", "list"])["records"][0]["sync"], "sent");
    }
    let changed = |stage: &Stage, change: &dyn Fn(&mut Value)| {
        let mut record = record.clone();
        change(&mut record["scenario"]);
        saved(stage, &record);
    };
    changed(&here, &|scenario| {
        scenario["publication"] = json!("draft");
        scenario["skills"] = json!(["clear-ask"]);
    });
    // A command that changes something may exchange it on its way: while the server is away it neither tells nor reads.
    server.fake.faults().script(|_| Some(Fault::html_502()));
    changed(&there, &|scenario| {
        scenario["idle_limit"] = json!({ "secs": 20, "nanos": 0 });
    });
    server.fake.faults().clear();
    here.ask(&["sync", "--once"]);

    for _ in 0..2 {
        let told = there.run(&["sync", "--once"]);
        assert_eq!(told.code, Some(1), "{}", told.out);
        assert!(!told.out.contains("Everything is on"), "{}", told.out);
        assert!(told.out.contains("rehearse-cli author conflicts"), "{}", told.out);
    }
    let told = there.run_in_chinese(&["author", "conflicts"]).out;
    for word in ["草稿", "已发布", "20 秒"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    for word in ["published", "clear-ask", "20 s"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    let id = record["scenario"]["id"].as_str().unwrap();
    there.ask(&["author", "keep", id, "theirs"]);
    let told = there.run(&["sync", "--once"]);
    assert_eq!(told.code, Some(0), "{}", told.out);
}

#[test]
fn an_edit_of_an_older_revision_is_refused_and_changes_nothing() {
    let stage = Stage::new();
    let first = landlord(&stage);
    let mut second = first.clone();
    second["scenario"]["objective"] = json!("Have it mended by the first of May.");
    let second = saved(&stage, &second);
    assert_eq!(second["scenario"]["revision"], 2);

    let told = save(&stage, &first);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.contains("authored_stale") && told.err.contains("revision 2"),
        "{}",
        told.err
    );
    let id = second["scenario"]["id"].as_str().unwrap();
    assert_eq!(stage.ask(&["author", "show", id]), second);
}

#[test]
fn what_cannot_be_kept_says_why() {
    let stage = Stage::new();
    let kept = landlord(&stage);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut record = kept.clone();
        change(&mut record["scenario"]);
        let told = save(&stage, &record);
        assert_eq!(told.code, Some(1), "{}", told.out);
        told.err
    };
    let as_new = |scenario: &mut Value| {
        scenario.as_object_mut().unwrap().remove("id");
        scenario["slug"] = json!("another-one");
    };
    for (code, change) in [
        ("authored_name_taken", &as_new as &dyn Fn(&mut Value)),
        ("scenario_incomplete", &|scenario| {
            scenario["objective"] = json!(" ");
        }),
        ("authored_unreadable", &|scenario| {
            scenario["slug"] = json!("Not A Slug");
        }),
        ("authored_unreadable", &|scenario| scenario["title"] = json!(7)),
    ] {
        let told = with(change);
        assert!(told.contains(code), "{code}: {told}");
    }
    let file = stage.beside("again.json");
    let again = stage.ask(&["author", "show", "tell-my-landlord"]);
    std::fs::write(&file, again.to_string()).unwrap();
    let told = stage.run(&["author", "save", file.to_str().unwrap()]);
    assert!(
        told.out.contains("revision 2") && told.out.lines().count() == 1,
        "{}",
        told.out
    );

    let told = stage.run(&["author", "save", "/nowhere/at/all.json"]);
    assert!(told.err.contains("/nowhere/at/all.json"), "{}", told.err);
    assert_eq!(stage.run(&["author", "delete", "nothing-like-it"]).code, Some(1));
    assert_eq!(stage.run(&["author", "keep", "no-id", "mine"]).code, Some(1));
}

#[test]
fn a_draft_and_one_without_lines_are_listed_and_not_started() {
    let stage = Stage::new();
    let mut draft = landlord(&stage);
    draft["scenario"]["publication"] = json!("draft");
    let mut kept = saved(&stage, &draft);
    let told = stage.run(&["practise", "tell-my-landlord", "--json"]);
    assert!(told.err.contains("scenario_draft"), "{}", told.err);
    assert!(stage.run(&["scenario", "tell-my-landlord"]).out.contains("draft"));

    kept["scenario"]["publication"] = json!("published");
    kept["scenario"]["script"] = Value::Null;
    saved(&stage, &kept);
    let told = stage.run(&["practise", "tell-my-landlord", "--json"]);
    assert!(told.err.contains("needs_model"), "{}", told.err);
    let told = stage.run_in_chinese(&["scenario", "tell-my-landlord"]);
    assert!(told.out.contains("模型"), "{}", told.out);
}

#[test]
fn a_skill_that_a_published_scenario_uses_stays() {
    let stage = Stage::new();
    let mut skill = stage.ask(&["author", "show", "clear-ask"]);
    skill["skill"]["slug"] = json!("my-own-way");
    skill["skill"]["language"] = json!("en");
    let skill = saved(&stage, &skill);
    let mut scenario = landlord(&stage);
    scenario["scenario"]["skills"] = json!(["my-own-way"]);
    saved(&stage, &scenario);
    let told = stage.run(&["author", "delete", "my-own-way"]);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.contains("Tell my landlord about the damp"),
        "{}",
        told.err
    );
    assert_eq!(stage.run(&["author", "delete", "tell-my-landlord"]).code, Some(0));
    let id = skill["skill"]["id"].as_str().unwrap();
    assert_eq!(stage.run(&["author", "delete", id]).code, Some(0));
}
