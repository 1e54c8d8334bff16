//! Pages over a small class that answers as a server does: equal dates, pages cut short, rows too large for a page.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::scripted;
use crate::transport::full;
use crate::{Body, Client, Credentials, Dialect, Errand, Secret, Server, Transport, TransportError};

/// A row: a date and a size in bytes.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    date: i64,
    size: usize,
}

/// A class of rows that answers queries for what is new, and cuts an answer at `cut` bytes. After each answer the next
/// of the changes happens: a row gets a later date.
struct Rows {
    rows: Mutex<Vec<Row>>,
    changes: Mutex<VecDeque<usize>>,
    cut: usize,
    requests: Mutex<usize>,
}

/// Whether a condition on dates and ids holds, in the few words that a cursor uses.
fn holds(condition: &Value, row: &Row) -> bool {
    let field = |(name, wanted): (&String, &Value)| match name.as_str() {
        "$or" => wanted.as_array().unwrap().iter().any(|one| holds(one, row)),
        "updatedAt" => wanted.as_object().unwrap().iter().all(|(operator, moment)| {
            let moment: Timestamp = moment["iso"].as_str().unwrap().parse().unwrap();
            match operator.as_str() {
                "$gte" => row.date >= moment.as_millis(),
                "$lte" => row.date <= moment.as_millis(),
                "$gt" => row.date > moment.as_millis(),
                other => panic!("{other}"),
            }
        }),
        "objectId" => !wanted["$nin"]
            .as_array()
            .unwrap()
            .contains(&Value::from(row.id.as_str())),
        other => panic!("{other}"),
    };
    condition.as_object().unwrap().iter().all(field)
}

impl Rows {
    fn json(row: &Row) -> Value {
        let date = Timestamp::from_millis(row.date).to_string();
        json!({"objectId": row.id, "createdAt": date, "updatedAt": date})
    }

    fn answer(&self, query: &str) -> Value {
        let parameter = |name: &str| {
            let text = query
                .split('&')
                .find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
            Some(percent_decode_str(text).decode_utf8().unwrap().into_owned())
        };
        let condition: Value = serde_json::from_str(&parameter("where").unwrap()).unwrap();
        let limit: usize = parameter("limit").unwrap().parse().unwrap();
        assert_eq!(parameter("order").as_deref(), Some("updatedAt,objectId"));
        let rows = self.rows.lock();
        let mut rows: Vec<&Row> = rows.iter().filter(|row| holds(&condition, row)).collect();
        rows.sort_by_key(|row| (row.date, row.id.clone()));
        let (count, only_ids) = (rows.len(), parameter("keys").as_deref() == Some("objectId"));
        let mut bytes = 0;
        let fits = |row: &&&Row| {
            bytes += if only_ids { 1 } else { row.size };
            bytes <= self.cut
        };
        let results: Vec<Value> = rows
            .iter()
            .take(limit)
            .take_while(fits)
            .map(|row| Self::json(row))
            .collect();
        json!({"results": results, "count": count})
    }

    fn change(&self) {
        let mut rows = self.rows.lock();
        let latest = rows.iter().map(|row| row.date).max().unwrap_or_default();
        if let Some(row) = self.changes.lock().pop_front()
            && let Some(row) = rows.get_mut(row)
        {
            row.date = latest + 1;
        }
    }
}

#[async_trait]
impl Transport for Rows {
    async fn send(&self, request: Request<Body>, _errand: Errand) -> Result<Response<Body>, TransportError> {
        *self.requests.lock() += 1;
        let uri = request.uri();
        let answer = match uri.query() {
            Some(query) => self.answer(query),
            None => {
                let id = uri.path().rsplit('/').next().unwrap();
                let rows = self.rows.lock();
                Self::json(rows.iter().find(|row| row.id == id).unwrap())
            }
        };
        self.change();
        Ok(Response::new(full(answer.to_string())))
    }
}

fn rows(dates: impl IntoIterator<Item = (i64, usize)>) -> Vec<Row> {
    let row = |(number, (date, size)): (usize, (i64, usize))| Row {
        id: format!("id{number:03}"),
        date,
        size,
    };
    dates.into_iter().enumerate().map(row).collect()
}

fn class(rows: Vec<Row>, cut: usize) -> (Class<Arc<Rows>>, Arc<Rows>) {
    let server = Arc::new(Rows {
        rows: Mutex::new(rows),
        changes: Mutex::default(),
        cut,
        requests: Mutex::new(0),
    });
    let credentials = Credentials::new("app").app_key(Secret::new("key"));
    let client = Client::new(
        Arc::clone(&server),
        Server::leancloud("https://lc.example").unwrap(),
        credentials,
    );
    (client.class("Turn").unwrap(), server)
}

async fn all(class: &Class<Arc<Rows>>, size: u32, mut cursor: Cursor, keep: bool) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let query = Query::new().limit(size).unwrap();
        let mut pages = class.pages(query, cursor);
        while let Some(page) = pages.next().await.unwrap() {
            assert!(page.len() <= size as usize && !page.is_empty());
            ids.extend(page.into_iter().map(|object| object.id.to_string()));
            if keep {
                break;
            }
        }
        // What is kept of a cursor is all that is needed to go on.
        let kept = serde_json::to_string(pages.cursor()).unwrap();
        let before = pages.cursor().clone();
        cursor = serde_json::from_str(&kept).unwrap();
        assert_eq!(cursor, before);
        if pages.finished || !keep {
            return ids;
        }
    }
}

fn sorted(rows: &[Row]) -> Vec<String> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| (row.date, row.id.clone()));
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn an_empty_class_costs_one_request() {
    let (class, server) = class(Vec::new(), 100);
    assert!(
        all(&class, 10, Cursor::start(Dated::UpdatedAt), false)
            .await
            .is_empty()
    );
    assert_eq!(*server.requests.lock(), 1);
}

#[tokio::test]
async fn a_last_page_that_is_full_is_known_to_be_the_last() {
    let (class, server) = class(rows((0..20).map(|date| (date, 1))), 100);
    assert_eq!(
        all(&class, 10, Cursor::start(Dated::UpdatedAt), false)
            .await
            .len(),
        20
    );
    assert_eq!(*server.requests.lock(), 2);
}

#[tokio::test]
async fn a_row_that_is_too_large_for_any_page_comes_by_its_id() {
    let rows = rows([(1, 1), (2, 500), (3, 1), (3, 500), (4, 1)]);
    let wanted = sorted(&rows);
    let (class, _) = class(rows, 100);
    assert_eq!(
        all(&class, 10, Cursor::start(Dated::UpdatedAt), false).await,
        wanted
    );
}

#[tokio::test]
async fn an_overlap_brings_the_last_rows_again() {
    let (class, _) = class(rows((0..10).map(|date| (date * 1000, 1))), 100);
    let mut pages = class.pages(Query::new(), Cursor::start(Dated::UpdatedAt));
    while pages.next().await.unwrap().is_some() {}
    let cursor = pages.cursor().clone();
    assert_eq!(cursor.at(), Some(Timestamp::from_millis(9000)));
    assert!(all(&class, 10, cursor.clone(), false).await.is_empty());
    let again = all(&class, 10, cursor.overlapping(Duration::from_secs(2)), false).await;
    assert_eq!(again, ["id007", "id008", "id009"]);
    let from = Cursor::from(Dated::UpdatedAt, Timestamp::from_millis(8500));
    assert_eq!(all(&class, 10, from, false).await, ["id009"]);
}

#[tokio::test]
async fn after_an_error_the_same_page_is_asked_for_again() {
    let row = json!({"objectId": "x", "createdAt": "2019-09-19T04:45:53.884Z"});
    let found = scripted::json(200, json!({"results": [row], "count": 1}));
    let (client, seen) = scripted::client(Dialect::Parse, [scripted::broken(), found]);
    let mut pages = client
        .class("Turn")
        .unwrap()
        .pages(Query::new(), Cursor::start(Dated::CreatedAt));
    assert!(pages.next().await.is_err());
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    assert_eq!(pages.next().await.unwrap(), None);
    let lines = seen.lines();
    assert_eq!(lines[0], lines[1]);
    assert!(lines[0].contains("order=createdAt,objectId"), "{}", lines[0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn each_row_comes_once_and_in_order(
        dates in prop::collection::vec((0i64..6, 1usize..60), 0..40),
        size in 1u32..9,
        cut in 20usize..200,
        stopped in any::<bool>(),
    ) {
        let rows = rows(dates);
        let wanted = sorted(&rows);
        let (class, _) = class(rows, cut);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let start = Cursor::start(Dated::UpdatedAt);
        let brought = runtime.block_on(all(&class, size, start, stopped));
        prop_assert_eq!(brought, wanted);
    }

    #[test]
    fn a_row_that_changes_while_pages_are_turned_is_not_missed(
        dates in prop::collection::vec((0i64..4, 1usize..60), 1..20),
        changes in prop::collection::vec(0usize..20, 0..30),
        size in 1u32..9,
    ) {
        let (class, server) = class(rows(dates), 100);
        server.changes.lock().extend(changes);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut brought = std::collections::BTreeMap::new();
        let mut cursor = Cursor::start(Dated::UpdatedAt);
        // The last change happens after an answer, so one more turn has to see it.
        for last in [false, true] {
            loop {
                let mut pages = class.pages(Query::new().limit(size).unwrap(), cursor);
                while let Some(page) = runtime.block_on(pages.next()).unwrap() {
                    brought.extend(page.into_iter().map(|row| (row.id.to_string(), row.updated_at.as_millis())));
                }
                cursor = pages.cursor().clone();
                if last || server.changes.lock().is_empty() {
                    break;
                }
            }
        }
        for row in server.rows.lock().iter() {
            prop_assert_eq!(brought.get(&row.id), Some(&row.date));
        }
    }
}
