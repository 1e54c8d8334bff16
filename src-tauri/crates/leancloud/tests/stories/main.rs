//! Stories that a client goes through with whole servers: LeanCloud's fake in this process, the same over loopback, and
//! a real Parse Server where one can be started. What only one of them can do stands in `faults.rs` and `owners.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr
)]

mod batches;
mod bench;
mod faults;
mod files;
mod owners;
mod people;
mod queries;
mod roads;
mod rows;

/// Each story with each server.
macro_rules! stories {
    ($($room:ident :: $story:ident),* $(,)?) => {
        mod in_this_process {
            $(
                #[tokio::test]
                async fn $story() {
                    crate::$room::$story(&crate::bench::in_this_process().await).await;
                }
            )*
        }

        mod over_loopback {
            $(
                #[tokio::test]
                async fn $story() {
                    crate::$room::$story(&crate::bench::over_loopback().await).await;
                }
            )*
        }

        mod on_parse_server {
            $(
                #[tokio::test]
                async fn $story() {
                    if let Some(bench) = crate::bench::on_parse_server(stringify!($story)).await {
                        crate::$room::$story(&bench).await;
                    }
                }
            )*
        }
    };
}

stories! {
    rows::a_row_lives_and_dies,
    rows::changes_happen_on_the_server,
    rows::of_those_who_count_at_once_each_gets_another_number,
    rows::values_come_back_as_they_went,
    rows::a_changed_row_is_not_changed_by_somebody_who_has_not_seen_it,
    rows::a_column_keeps_its_type,
    rows::a_unique_row_is_created_once,
    queries::conditions_find_what_they_should,
    queries::order_limit_and_skip_and_keys,
    queries::a_pointer_is_followed,
    queries::pages_bring_each_row_once,
    queries::what_is_new_comes_and_what_is_old_does_not,
    queries::a_query_may_be_very_long,
    batches::many_rows_in_few_requests,
    batches::an_operation_that_fails_fails_alone,
    batches::many_rows_are_deleted,
    people::an_anonymous_user_comes_back,
    people::somebody_signs_up_and_in,
    people::an_anonymous_user_takes_a_name,
    people::a_row_is_its_owners,
    people::a_session_that_ran_out_is_renewed,
    people::wrong_keys_are_noticed,
    people::the_clocks_agree,
    files::a_file_goes_and_comes_back,
    files::a_large_file_comes_from_a_disk,
    files::a_file_is_deleted_by_the_owner_of_the_app,
    files::a_file_that_changed_is_not_kept,
    files::a_row_refers_to_a_file,
}
