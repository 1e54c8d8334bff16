//! How fast a partner that is a model is heard, and what many such practices hold in memory, for `npm run bench`.
//!
//! `partner_bench timing TURNS` practises against a server of models in this process, with a bare client beside it in
//! the same run; `partner_bench many COUNT URL KEY` practises so often at the same time against a server elsewhere. Both
//! print what they measured as JSON.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "an example that ends with the first thing that goes wrong"
)]

mod app;
mod bare;
mod commits;
#[path = "../practice_bench/looking.rs"]
mod looking;
mod loudspeaker;
mod many;
#[path = "../practice_bench/memory.rs"]
mod memory;
#[path = "../practice_bench/percentiles.rs"]
mod percentiles;
mod timing;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["timing", turns] => timing::run(turns.parse().expect("a number")),
        ["many", count, url, key] => many::run(count.parse().expect("a number"), url, key),
        _ => panic!("timing TURNS, or many COUNT URL KEY"),
    }
}
