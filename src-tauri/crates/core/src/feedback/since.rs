//! From when on sessions go to a judge or a transcriber by themselves.

use rehearse_domain::{Session, Timestamp};
use rehearse_models::presets::Role;
use rehearse_net::names_this_computer;
use rehearse_store::StoreError;

use crate::error::ErrorView;
use crate::house::House;

/// Key of that moment in the store.
pub(super) const SINCE: &str = "feedback.since";

/// Key of the moment since which somebody has been signed in: what they practised on their other computers before could
/// not be meant for who judges here.
pub(super) const SIGNED_IN: &str = "feedback.signed_in";

/// Somebody is signed in from now on.
pub(crate) async fn note_sign_in(house: &House) -> Result<(), ErrorView> {
    let now: Timestamp = house.now();
    house
        .on_store(move |store| store.put_setting(SIGNED_IN, &now))
        .await
}

/// Whoever practised before a host was chosen could not know of it: only what is practised from now on goes there by
/// itself.
pub(crate) async fn note_new_hosts(
    house: &House,
    before: &[(Role, String)],
    after: &[(Role, String)],
) -> Result<(), ErrorView> {
    let is_new = |(_, host): &&(Role, String)| !names_this_computer(host);
    if !after.iter().filter(is_new).any(|one| !before.contains(one)) {
        return Ok(());
    }
    begin_anew(house).await
}

/// What was practised until now goes nowhere by itself.
pub(crate) async fn begin_anew(house: &House) -> Result<(), ErrorView> {
    let now: Timestamp = house.now();
    house.on_store(move |store| store.put_setting(SINCE, &now)).await
}

/// Whether the trainee knew before they spoke who would be asked, or has asked for it since. On another computer of theirs
/// they know it from the settings of this one.
pub(super) async fn was_known(
    house: &House,
    session: &Session,
    asked_at: Option<Timestamp>,
) -> Result<bool, ErrorView> {
    let (now, id) = (house.now(), session.id);
    let since = house.on_store(move |store| {
        let noted = |key: &str| {
            let since = store.get_setting::<Timestamp>(key)?;
            // Chosen by a version that gave no feedback: what was practised until now was not practised for it.
            if since.is_none() {
                store.put_setting(key, &now)?;
            }
            Ok::<_, StoreError>(since.unwrap_or(now))
        };
        let since = noted(SINCE)?;
        // By another computer's clock, which may run ahead, no practice is later than the server heard of it.
        let practised = store.practised_by(id)?;
        match store.is_mirror(id)? {
            true => Ok((practised, since.max(noted(SIGNED_IN)?))),
            false => Ok((practised, since)),
        }
    });
    let (practised, since) = since.await?;
    Ok(practised >= since || asked_at.is_some_and(|asked| asked >= since))
}
