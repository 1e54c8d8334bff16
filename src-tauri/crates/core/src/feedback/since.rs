//! From when on sessions go to a judge or a transcriber by themselves.

use rehearse_domain::Timestamp;
use rehearse_models::presets::Role;
use rehearse_net::names_this_computer;

use crate::error::ErrorView;
use crate::house::House;

/// Key of that moment in the store.
pub(super) const SINCE: &str = "feedback.since";

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
