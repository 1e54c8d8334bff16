//! A scenario of one's own on two computers: it travels, it is practised there, and where both changed it one chooses.

use rehearse_core::Core;
use rehearse_core::view::{AuthoredView, CatalogueQuery, KeepVersion, SaidLine};
use serde_json::json;

use crate::app::App;
use crate::remote::{eventually, server, set_offline, sign_in_as_somebody, sign_in_with, told, until};

const SLUG: &str = "tell-my-landlord";

/// What is in the catalogue and not built in.
async fn titles(core: &Core) -> Vec<String> {
    let all = core.catalogue(CatalogueQuery::default()).await.unwrap();
    let authored = all.cards.into_iter().filter(|card| card.authored);
    authored.map(|card| card.title).collect()
}

async fn write(core: &Core, after: &str, title: &str) {
    let mut record = core.authored_record(after).await.unwrap();
    record["scenario"]["slug"] = json!(SLUG);
    record["scenario"]["title"] = json!(title);
    core.save_authored(record).await.unwrap();
}

async fn until_titles(core: &Core, wanted: &[&str]) {
    eventually(core, || async { titles(core).await == wanted }).await;
}

async fn until_conflict(core: &Core) -> AuthoredView {
    eventually(core, || async {
        !core.authored().await.unwrap().conflicts.is_empty()
    })
    .await;
    core.authored().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_writes_is_practised_elsewhere_and_of_two_versions_one_is_chosen() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fake, served) = server().await;
    let app = App::open(here.path()).await;
    let code = sign_in_as_somebody(&app.core, &fake, &served).await;
    let other = App::open(there.path()).await;
    sign_in_with(&other.core, &fake, &served, &code).await;

    write(&app.core, "ask-for-a-raise", "The damp").await;
    until(&app.core, "everything told", told).await;
    until_titles(&other.core, &["The damp"]).await;
    let brief = other.core.brief(SLUG.parse().unwrap()).await.unwrap();
    assert!(
        !brief.needs_model && brief.missing.is_empty(),
        "its lines came too"
    );
    assert_eq!(
        brief.skills.len(),
        app.core.brief(SLUG.parse().unwrap()).await.unwrap().skills.len()
    );

    // Both change it while the other one cannot be heard.
    set_offline(&other.core, true).await;
    write(&other.core, SLUG, "The damp and the mould").await;
    write(&app.core, SLUG, "The damp, again").await;
    until(&app.core, "everything told", told).await;
    set_offline(&other.core, false).await;
    let found = until_conflict(&other.core).await;
    let conflict = &found.conflicts[0];
    let differing: Vec<&str> = conflict
        .differences
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(differing, ["title"]);
    let written = |text: &str| {
        [SaidLine::Written {
            text: text.to_owned(),
        }]
    };
    assert_eq!(conflict.differences[0].yours, written("The damp and the mould"));
    assert_eq!(conflict.differences[0].theirs, written("The damp, again"));
    assert_eq!(
        other.core.sync().await.unwrap().conflicts,
        1,
        "somebody has to choose"
    );
    assert_eq!(
        titles(&other.core).await,
        ["The damp and the mould"],
        "ours stays until then"
    );

    let left = other
        .core
        .settle_conflict(conflict.id.clone(), KeepVersion::Yours)
        .await
        .unwrap();
    assert!(left.conflicts.is_empty());
    assert_eq!(other.core.sync().await.unwrap().conflicts, 0);
    until(&other.core, "everything told", told).await;
    until_titles(&app.core, &["The damp and the mould"]).await;

    app.core.delete_authored(SLUG).await.unwrap();
    until(&app.core, "everything told", told).await;
    until_titles(&other.core, &[]).await;
    app.core.shut_down().await;
    other.core.shut_down().await;
}
