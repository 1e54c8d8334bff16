//! What can be typed about trying out the judge.

use clap::Args;
use rehearse_domain::{Language, Slug};

/// What to try the judge on.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Compare the levels that the judge finds with those that are known.
    #[arg(long, required = true)]
    pub(crate) calibrate: bool,
    /// Only transcripts in this language: en or zh-CN.
    #[arg(long)]
    pub(crate) language: Option<Language>,
    /// Only this skill, such as clear-ask; once for each.
    #[arg(long, value_name = "SKILL")]
    pub(crate) skill: Vec<Slug>,
    /// Only so many transcripts, spread over all of them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cases: Option<u32>,
    /// Ask the judge without asking you first.
    #[arg(long)]
    pub(crate) yes: bool,
}
