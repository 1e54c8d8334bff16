//! Files in three steps, on each provider.

use axum::http::Request;
use bytes::Bytes;
use rehearse_fakes::leancloud::Provider;
use serde_json::{Value, json};

use crate::app::{App, By, Told};

fn on(provider: Provider) -> App {
    App::with(|options| options.provider = provider)
}

async fn token(app: &App) -> Value {
    let told = app.post("/1.1/fileTokens", json!({"name": "turn-1.mp3", "mime_type": "audio/mpeg", "metaData": {"size": 5, "owner": "u"}, "ACL": null})).await;
    assert_eq!(told.status, 201, "{}", told.body);
    told.body
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// A Qiniu or COS form.
async fn form(app: &App, address: &str, fields: &[(&str, &str)], file: &str) -> Told {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nsound\r\n--b--\r\n"));
    let request = Request::post(address)
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Bytes::from(body));
    app.send(request.unwrap()).await.unwrap()
}

async fn put(app: &App, leave: &Value) -> Told {
    let request = Request::put(text(leave, "upload_url"))
        .header("content-type", "audio/mpeg")
        .body(Bytes::from_static(b"sound"));
    app.send(request.unwrap()).await.unwrap()
}

async fn download(app: &App, address: &str, range: &str) -> Told {
    app.send(
        Request::get(address)
            .header("range", range)
            .body(Bytes::new())
            .unwrap(),
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn a_token_says_everything_that_any_client_needs() {
    for provider in [Provider::Qiniu, Provider::S3, Provider::Cos] {
        let app = on(provider);
        let leave = token(&app).await;
        for name in [
            "objectId",
            "createdAt",
            "name",
            "key",
            "bucket",
            "provider",
            "token",
            "upload_url",
            "url",
            "mime_type",
        ] {
            assert!(leave[name].is_string(), "{name} of {provider:?}");
        }
        assert_eq!(
            (text(&leave, "provider"), text(&leave, "key").len()),
            (provider.name(), 40 + ".mp3".len())
        );
        assert_eq!(
            app.fake.rows("_File")[0]["metaData"],
            json!({"size": 5, "owner": "u"})
        );
    }
}

#[tokio::test]
async fn s3_takes_one_put_and_the_address_gives_it_back() {
    let app = on(Provider::S3);
    let leave = token(&app).await;
    assert_eq!(download(&app, text(&leave, "url"), "bytes=0-").await.status, 404);
    assert_eq!(put(&app, &leave).await.status, 200);
    assert_eq!(
        app.post(
            "/1.1/fileCallback",
            json!({"token": leave["token"], "result": true})
        )
        .await
        .body,
        json!({})
    );
    let part = download(&app, text(&leave, "url"), "bytes=1-2").await;
    assert_eq!(
        (part.status, &part.bytes[..], part.header("content-range")),
        (206, &b"ou"[..], "bytes 1-2/5")
    );
    assert_eq!(
        (part.header("content-type"), app.fake.files()[0].length),
        ("audio/mpeg", 5)
    );
}

#[tokio::test]
async fn qiniu_writes_a_key_once_and_says_who_it_is() {
    let app = on(Provider::Qiniu);
    let leave = token(&app).await;
    let fields = [
        ("token", text(&leave, "token")),
        ("key", text(&leave, "key")),
        ("name", "turn-1.mp3"),
    ];
    let told = form(&app, text(&leave, "upload_url"), &fields, "file").await;
    assert_eq!(
        (told.status, told.body["key"].clone()),
        (200, leave["key"].clone())
    );
    assert!(!told.header("x-reqid").is_empty());
    assert_eq!(
        form(&app, text(&leave, "upload_url"), &fields, "file")
            .await
            .status,
        614
    );
    let wrong = [("token", text(&leave, "token")), ("key", "other")];
    assert_eq!(
        form(&app, text(&leave, "upload_url"), &wrong, "file")
            .await
            .status,
        403
    );
    assert_eq!(
        form(
            &app,
            text(&leave, "upload_url"),
            &[("token", "x"), ("key", "y")],
            "file"
        )
        .await
        .status,
        401
    );
}

#[tokio::test]
async fn qiniu_takes_blocks_too() {
    let app = on(Provider::Qiniu);
    let leave = token(&app).await;
    let send = async |path: String, body: &'static str| {
        let request =
            Request::post(path).header("authorization", format!("UpToken {}", text(&leave, "token")));
        app.send(request.body(Bytes::from_static(body.as_bytes())).unwrap())
            .await
            .unwrap()
    };
    let block = send("/mkblk/5".to_owned(), "sou").await;
    assert_eq!(block.body["offset"], 3);
    let whole = send(format!("/bput/{}/3", text(&block.body, "ctx")), "nd").await;
    let context: &'static str = Box::leak(text(&whole.body, "ctx").to_owned().into_boxed_str());
    use base64::Engine as _;
    let key = base64::engine::general_purpose::URL_SAFE.encode(text(&leave, "key"));
    assert_eq!(send(format!("/mkfile/5/key/{key}"), context).await.status, 200);
    assert_eq!(send("/mkfile/5/key/x".to_owned(), "gone").await.status, 403);
    assert_eq!(app.fake.files()[0].bytes.as_deref(), Some(&b"sound"[..]));
}

#[tokio::test]
async fn cos_takes_a_form_with_an_op() {
    let app = on(Provider::Cos);
    let leave = token(&app).await;
    let address = format!("{}?sign={}", text(&leave, "upload_url"), text(&leave, "token"));
    assert_eq!(
        form(&app, &address, &[("op", "upload")], "fileContent")
            .await
            .body["code"],
        0
    );
    assert_eq!(form(&app, &address, &[], "fileContent").await.status, 400);
}

#[tokio::test]
async fn a_token_grows_old() {
    for provider in [Provider::Qiniu, Provider::S3] {
        let app = on(provider);
        let leave = token(&app).await;
        app.wait_millis(3_600_001);
        let told = match provider {
            Provider::S3 => put(&app, &leave).await,
            _ => {
                form(
                    &app,
                    text(&leave, "upload_url"),
                    &[("token", text(&leave, "token")), ("key", text(&leave, "key"))],
                    "file",
                )
                .await
            }
        };
        match provider {
            Provider::S3 => assert_eq!(told.status, 403),
            _ => assert_eq!((told.status, told.body), (401, json!({"error": "expired token"}))),
        }
    }
}

#[tokio::test]
async fn an_upload_that_failed_takes_its_row_along() {
    let app = on(Provider::S3);
    let leave = token(&app).await;
    app.post(
        "/1.1/fileCallback",
        json!({"token": leave["token"], "result": false}),
    )
    .await;
    assert!(app.fake.rows("_File").is_empty());
}

#[tokio::test]
async fn deleting_a_file_needs_the_master_and_leaves_objects_alone() {
    let app = on(Provider::S3);
    let leave = token(&app).await;
    put(&app, &leave).await;
    let turn = app
        .row(
            "Turn",
            json!({"audio": {"__type": "File", "id": leave["objectId"]}}),
        )
        .await;
    let audio = app.get(&format!("/1.1/classes/Turn/{turn}")).await.body["audio"].clone();
    assert_eq!((text(&audio, "__type"), &audio["url"]), ("File", &leave["url"]));
    let path = format!("/1.1/files/{}", text(&leave, "objectId"));
    assert_eq!(app.delete(&path).await.status, 403);
    assert_eq!(app.ask(By::Master, "DELETE", &path, json!({})).await.status, 200);
    assert!(app.fake.files().is_empty() && app.fake.rows("Turn").len() == 1);
}

#[tokio::test]
async fn addresses_follow_the_file_domain_of_the_moment() {
    let app = on(Provider::S3);
    let leave = token(&app).await;
    app.fake
        .configure(|options| options.file_host = Some("http://files.example".to_owned()));
    let row = app.get(&format!("/1.1/files/{}", text(&leave, "objectId"))).await;
    assert_eq!(
        row.body["url"],
        format!("http://files.example/lcfile/{}", text(&leave, "key"))
    );
}

#[tokio::test]
async fn one_call_uploads_are_slow_work() {
    let app = on(Provider::S3);
    let upload = || async {
        let mut request = app.request(By::Anyone, "POST", "/1.1/files/turn-1.mp3", &Value::Null);
        request
            .headers_mut()
            .insert("content-type", "audio/mpeg".parse().unwrap());
        *request.body_mut() = Bytes::from_static(b"sound");
        app.send(request).await.unwrap()
    };
    let told = upload().await;
    assert_eq!((told.status, told.body["size"].clone()), (201, json!(5)));
    assert_eq!(
        download(&app, text(&told.body, "url"), "bytes=0-").await.bytes,
        "sound"
    );
    assert_eq!(upload().await.refusal().1, 430);
    app.wait_millis(1000);
    assert_eq!(upload().await.status, 201);
}
