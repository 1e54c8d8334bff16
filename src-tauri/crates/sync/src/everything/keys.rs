//! Keys in rows of users, which the owner of an app gets to see: none of them is written down.

use serde_json::Value;

/// Its rows are keys and nothing else.
const SESSIONS: &str = "_Session";
const USERS: &str = "_User";
/// In words that name what opens an account.
const OPENERS: [&str; 3] = ["token", "secret", "password"];

/// Whether a class holds nothing but keys.
pub(crate) fn are_all(class: &str) -> bool {
    class == SESSIONS
}

/// A row without the keys in it. Who a user is elsewhere stays; what would let somebody in as that user does not.
pub(crate) fn without(class: &str, mut row: Value) -> Value {
    let Some(fields) = row.as_object_mut().filter(|_| class == USERS) else {
        return row;
    };
    fields.retain(|name, _| !opens(name));
    if let Some(Value::Object(providers)) = fields.get_mut("authData") {
        // The id of an anonymous user is its whole credential.
        providers.remove("anonymous");
        for provider in providers.values_mut().filter_map(Value::as_object_mut) {
            provider.retain(|name, _| !opens(name));
        }
    }
    row
}

fn opens(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    OPENERS.iter().any(|opener| name.contains(opener))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_opens_an_account_is_left_out_and_who_it_is_stays() {
        let row = json!({
            "objectId": "u", "username": "Ann", "sessionToken": "s", "_hashed_password": "h", "token": "t",
            "authData": {"anonymous": {"id": "a"}, "weixin": {"openid": "o", "access_token": "t"}}
        });
        let expected = json!({"objectId": "u", "username": "Ann", "authData": {"weixin": {"openid": "o"}}});
        assert_eq!(without("_User", row.clone()), expected);
        assert_eq!(without("Turn", row.clone()), row);
        assert!(are_all("_Session") && !are_all("_User"));
    }
}
