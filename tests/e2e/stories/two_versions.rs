//! Scenarios of one's own in the catalogue: one that was changed in two places, and one that only a model can play.

use std::path::Path;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{Language, Opener, Scenario, Timestamp};
use rehearse_store::{Access, AuthoredRecord, AuthoredTold, RemoteAuthored, RemoteStamp, Settled, Store};
use uuid::Uuid;

use super::sitting::pass_first_run;
use super::syncing::text_of;
use crate::accessibility::check;
use crate::limits::{APPEARING, until_now};
use crate::stage::{Look, Stage};

const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);
const ACCOUNT: &str = "https://example.invalid app user";

/// What somebody writes in their language.
struct Written {
    language: Language,
    titles: [&'static str; 3],
    objectives: [&'static str; 2],
    /// What the window calls a length and who begins.
    words: [&'static str; 2],
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_versions_one_is_chosen_in_english() {
    let written = Written {
        language: Language::English,
        titles: [
            "Tell my landlord about the damp",
            "Tell my landlord about the mould",
            "Ask my brother for the key",
        ],
        objectives: [
            "A date by which it is mended.",
            "A date, and the rent cut until then.",
        ],
        words: ["20 seconds", "You"],
    };
    choose("two-versions-en", Look::ENGLISH_DARK, &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_versions_one_is_chosen_in_chinese() {
    let written = Written {
        language: Language::Chinese,
        titles: ["跟房东谈墙壁返潮", "跟房东谈墙壁发霉", "找弟弟要回钥匙"],
        objectives: ["定下修好的日期。", "定下日期，修好之前减租。"],
        words: ["20 秒", "你"],
    };
    choose("two-versions-zh-CN", Look::CHINESE_LIGHT, &written).await;
}

async fn choose(story: &'static str, look: Look, written: &Written) {
    let stage = Stage::set(story, look);
    let window = stage.open().await;
    pass_first_run(&window, look.language, async |_, _| ()).await;
    window.close().await;
    write(&stage.folders().sessions(), written);

    let window = stage.open().await;
    window.click("nav-catalogue").await;
    window.see("conflict").await;
    check(&window, "two versions").await;
    window.picture("two-versions").await;
    let said = text_of(&window, "conflict").await;
    for word in written.words {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains("trainee"), "{said}");
    window.click("keep-theirs").await;
    window.see_gone("conflicts").await;
    window.see_focus("catalogue").await;
    window.see("scenario-tell-my-landlord").await;
    window.picture("chosen").await;

    window.click("scenario-ask-for-the-key").await;
    window.see("brief").await;
    window
        .see_attribute(APPEARING, "brief-start", "aria-describedby", &["brief-hindrance"])
        .await;
    check(&window, "a scenario without lines").await;
    window.picture("needs-a-model").await;
    window.close().await;
}

/// One scenario in two versions, and one without lines.
fn write(folder: &Path, written: &Written) {
    let store = until_now(APPEARING, "the data folder being let go", || {
        Store::open(folder, Access::Owner, NOW).ok()
    });
    let [here, there, unscripted] = written.titles;
    let [ours, theirs] = written.objectives;
    let library = Library::built_in().unwrap();
    let pattern = library
        .scenarios()
        .iter()
        .find(|one| one.language == written.language);
    let scenario = |number: u128, slug: &str, title: &str, objective: &str| Scenario {
        id: Uuid::from_u128(number).into(),
        slug: slug.parse().unwrap(),
        family: slug.parse().unwrap(),
        title: title.to_owned(),
        objective: objective.to_owned(),
        ..pattern.unwrap().clone()
    };
    let mine = scenario(7, "tell-my-landlord", here, ours);
    let stamp = |change: i64| RemoteStamp {
        subject: mine.id.into(),
        object_id: "s1".to_owned(),
        created_at: NOW,
        updated_at: Timestamp::from_millis(NOW.as_millis() + change),
        digest: Some(change),
    };
    let record = |scenario: Scenario| AuthoredRecord::Scenario(Box::new(scenario));
    store.save_scenario(&mine, None, NOW).unwrap();
    let told = AuthoredTold {
        account: ACCOUNT.to_owned(),
        stamp: stamp(0),
        revision: 1,
        record: Some(Box::new(record(Scenario {
            revision: 1,
            ..mine.clone()
        }))),
    };
    store.settle(&[Settled::Authored(Box::new(told))], NOW).unwrap();
    let edited = Scenario {
        summary: format!("{here}."),
        ..mine.clone()
    };
    store.save_scenario(&edited, Some(1), NOW).unwrap();
    let elsewhere = RemoteAuthored {
        stamp: stamp(1),
        record: record(Scenario {
            revision: 2,
            opener: Opener::Trainee,
            idle_limit: Duration::from_secs(20),
            ..scenario(7, "tell-my-landlord", there, theirs)
        }),
        is_numbered: true,
        is_built_in: false,
    };
    assert_eq!(
        store
            .take_in_authored(ACCOUNT, &[elsewhere], None, NOW)
            .unwrap()
            .len(),
        1
    );
    let unscripted = Scenario {
        script: None,
        ..scenario(8, "ask-for-the-key", unscripted, ours)
    };
    store.save_scenario(&unscripted, None, NOW).unwrap();
}
