//! Users, sessions, rights, keys and clocks.

use rehearse_leancloud::{
    Access, Acl, Condition, New, Next, Query, Reason, Secret, SessionToken, SignIn, Timestamp, Update,
};
use serde_json::json;

use crate::bench::{Bench, fresh_id};

pub(crate) async fn an_anonymous_user_comes_back(bench: &Bench) {
    let id = fresh_id();
    let first = bench.client.users().anonymous(&id).await.unwrap();
    assert!(first.new);
    assert_eq!(bench.client.users().me().await.unwrap().id, first.id);
    let elsewhere = bench.another();
    let again = elsewhere.users().anonymous(&id).await.unwrap();
    assert_eq!((again.id, again.new), (first.id, false));
    bench.client.users().sign_out();
    let error = bench.client.users().me().await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain, "{error:?}");
}

/// A name that no other story has.
fn fresh_name() -> String {
    format!("robin-{}", fresh_id().expose())
}

pub(crate) async fn somebody_signs_up_and_in(bench: &Bench) {
    let (name, password) = (fresh_name(), Secret::new("correct horse"));
    let users = bench.client.users();
    let new = users.sign_up(&name, &password).await.unwrap();
    assert_eq!((new.username.as_deref(), new.new), (Some(&*name), true));
    let error = users.sign_up(&name, &password).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::Taken
        },
        "{error:?}"
    );
    users.sign_out();
    let error = users.log_in(&name, &Secret::new("wrong")).await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain, "{error:?}");
    assert!(users.log_in(&fresh_name(), &password).await.is_err());
    let old = users.log_in(&name, &password).await.unwrap();
    assert_eq!((old.id, old.new), (new.id.clone(), false));
    users.delete(&new.id).await.unwrap();
    assert!(users.log_in(&name, &password).await.is_err());
}

pub(crate) async fn an_anonymous_user_takes_a_name(bench: &Bench) {
    let (client, user) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let new = New::of(json!({"n": 1})).unwrap().acl(Acl::owner(&user.id));
    let row = class.create(&new).await.unwrap();
    let (name, password) = (fresh_name(), Secret::new("correct horse"));
    client
        .users()
        .give_name(&user.id, &name, &password)
        .await
        .unwrap();
    // The rows stay its own, in the session that it has and in one on another computer.
    assert!(class.get(&row.id).await.unwrap().is_some());
    let elsewhere = bench.another();
    assert_eq!(
        elsewhere.users().log_in(&name, &password).await.unwrap().id,
        user.id
    );
    assert!(
        bench
            .class(&elsewhere, "Turn")
            .get(&row.id)
            .await
            .unwrap()
            .is_some()
    );
}

pub(crate) async fn a_row_is_its_owners(bench: &Bench) {
    let (client, user) = bench.somebody().await;
    let (stranger, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let private = New::of(json!({"n": 1})).unwrap().acl(Acl::owner(&user.id));
    let private = class.create(&private).await.unwrap().id;
    let shown = New::of(json!({"n": 2}))
        .unwrap()
        .acl(Acl::owner(&user.id).everybody(Access::READ));
    let shown = class.create(&shown).await.unwrap().id;
    for other in [stranger, bench.another()] {
        let theirs = bench.class(&other, "Turn");
        assert_eq!(theirs.get(&private).await.unwrap(), None);
        assert!(theirs.get(&shown).await.unwrap().is_some());
        assert_eq!(theirs.find(&Query::new()).await.unwrap().objects.len(), 1);
        assert_eq!(theirs.count(&Condition::all()).await.unwrap(), 1);
        let update = Update::new().set("n", 9).unwrap();
        assert!(theirs.update(&private, &update).await.is_err());
        assert!(theirs.update(&shown, &update).await.is_err());
    }
    class
        .update(&private, &Update::new().set("n", 3).unwrap())
        .await
        .unwrap();
    // Whoever owns the app sees everything.
    let owners = bench.class(&bench.owner, "Turn");
    assert_eq!(
        owners.get(&private).await.unwrap().unwrap().get("n").unwrap(),
        Some(3)
    );
    // What was private is shown.
    let opened = Acl::owner(&user.id).everybody(Access::READ);
    class
        .update(&private, &Update::new().acl(&opened).unwrap())
        .await
        .unwrap();
    assert!(
        bench
            .class(&bench.another(), "Turn")
            .get(&private)
            .await
            .unwrap()
            .is_some()
    );
}

pub(crate) async fn a_session_that_ran_out_is_renewed(bench: &Bench) {
    let client = bench.another();
    let id = fresh_id();
    let user = client.users().anonymous(&id).await.unwrap();
    let class = bench.class(&client, "Turn");
    let new = New::of(json!({"n": 1})).unwrap().acl(Acl::owner(&user.id));
    let row = class.create(&new).await.unwrap();
    client.set_session(Some(SessionToken::new("r:long-gone")));
    class
        .update(&row.id, &Update::new().set("n", 2).unwrap())
        .await
        .unwrap();
    assert_ne!(client.session(), Some(SessionToken::new("r:long-gone")));
    // Somebody who does not know how to sign in has to ask.
    client.set_session(Some(SessionToken::new("r:long-gone")));
    client.set_sign_in(None);
    let error = class
        .update(&row.id, &Update::new().set("n", 3).unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain, "{error:?}");
    client.set_sign_in(Some(SignIn::Anonymous(id)));
    assert!(
        class
            .update(&row.id, &Update::new().set("n", 4).unwrap())
            .await
            .is_ok()
    );
}

pub(crate) async fn wrong_keys_are_noticed(bench: &Bench) {
    let client = bench.with_key("not the key");
    let error = bench
        .class(&client, "Turn")
        .find(&Query::new())
        .await
        .unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain, "{error:?}");
}

pub(crate) async fn the_clocks_agree(bench: &Bench) {
    let theirs = bench.client.server_time().await.unwrap().as_millis();
    let ours = Timestamp::of_this_computer().as_millis();
    assert!((theirs - ours).abs() < 5_000, "{theirs} {ours}");
}
