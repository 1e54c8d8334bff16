//! A keyboard that can hold a key down, which `send_keys` cannot.

use fantoccini::Client;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
pub(crate) use fantoccini::key::Key;

use crate::limits::{CALL, within};

const KEYBOARD: &str = "keyboard";

/// Presses a key and keeps it down.
pub(crate) async fn hold(client: &Client, key: char) {
    perform(client, vec![KeyAction::Down { value: key }]).await;
}

/// Lets a held key go.
pub(crate) async fn release(client: &Client, key: char) {
    perform(client, vec![KeyAction::Up { value: key }]).await;
}

/// Presses a key and lets it go, with other keys held meanwhile.
pub(crate) async fn press_with(client: &Client, held: &[char], key: char) {
    let down = held.iter().map(|&value| KeyAction::Down { value });
    let stroke = [KeyAction::Down { value: key }, KeyAction::Up { value: key }];
    let up = held.iter().rev().map(|&value| KeyAction::Up { value });
    perform(client, down.chain(stroke).chain(up).collect()).await;
}

async fn perform(client: &Client, actions: Vec<KeyAction>) {
    let keys = actions
        .into_iter()
        .fold(KeyActions::new(KEYBOARD.to_owned()), KeyActions::then);
    within(CALL, "a key", client.perform_actions(keys))
        .await
        .expect("the keyboard answers");
}
