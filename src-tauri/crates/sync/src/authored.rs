//! Rows of scenarios and skills, with what has to be brought to read them; and who is asking.

use rehearse_leancloud::{
    Client, Condition, Cursor, Dated, Error, MOST_ROWS, Object, ObjectId, Query, Transport,
};
use rehearse_store::RemoteAuthored;

use crate::Terms;
use crate::wire::{Authored, Class, Unreadable, Whose, is_numbered, skills_of, whose};

/// Ids in one condition: a request's address has its length.
const IDS_AT_ONCE: usize = 50;

/// What rows of a class say, each by itself. Those of the earlier web app say what skills a scenario has by the names of
/// the server, and do not say whose they are: they are taken as they are. What is somebody else's is left out.
pub(crate) async fn read<T: Transport>(
    client: &Client<T>,
    terms: &Terms,
    class: Class,
    objects: Vec<Object>,
) -> Result<Vec<Result<RemoteAuthored, (Object, Unreadable)>>, Error> {
    let mut skills: Vec<String> = objects
        .iter()
        .filter(|row| class == Class::Scenario && !is_numbered(row))
        .flat_map(skills_of)
        .collect();
    skills.sort();
    skills.dedup();
    let mut authored = Authored::default();
    for row in by_ids(client, Class::Skill, &skills).await? {
        authored.skills.insert(row.id.as_str().to_owned(), row);
    }
    let ours = objects
        .into_iter()
        .filter(|row| whose(row, terms) != Whose::Foreign);
    Ok(ours
        .map(|row| authored.record(class, &row).map_err(|error| (row, error)))
        .collect())
}

/// The rows of a class that have these ids of the server's.
pub(crate) async fn by_ids<T: Transport>(
    client: &Client<T>,
    class: Class,
    ids: &[String],
) -> Result<Vec<Object>, Error> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let condition = Condition::all().one_of("objectId", ids)?;
        let query = Query::new().matching(condition).limit(MOST_ROWS)?;
        found.extend(all(client, class, query).await?);
    }
    Ok(found)
}

/// All rows that a query finds.
pub(crate) async fn all<T: Transport>(
    client: &Client<T>,
    class: Class,
    query: Query,
) -> Result<Vec<Object>, Error> {
    let cursor = Cursor::start(Dated::CreatedAt);
    let mut pages = client.class(class.name())?.pages(query, cursor);
    let mut all = Vec::new();
    while let Some(objects) = pages.next().await? {
        all.extend(objects);
    }
    Ok(all)
}

/// Whether the server takes whoever asks for the user: LeanCloud takes somebody whose session has run out for nobody, who
/// sees nothing. With the rights of the owner of the app nothing is hidden.
pub(crate) async fn is_the_user<T: Transport>(client: &Client<T>, owner: &ObjectId) -> Result<bool, Error> {
    if client.session().is_none() {
        return Ok(client.credentials().has_master_key());
    }
    Ok(client.users().me().await?.id == *owner)
}
