//! Learns what sentences are made of that speak to a judge, and tells how well that is known:
//! `cargo run -p rehearse-models --features training --example to_the_judge -- learn | cross-validate |
//! measure TOLD.json ORDINARY.json`, each file an object of lists of texts by language. It prints counts and no text.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};

use rehearse_domain::is_han;
use rehearse_models::to_the_judge::{Saying, cross_validated, examples, found, learn, ordinary};

#[path = "../src/to_the_judge/tests/transcripts.rs"]
mod transcripts;

const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/to_the_judge/weights.txt");
/// In how many parts the examples are cut; each is tried with weights that know only the others.
const PARTS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["learn"] => learn_all(),
        ["cross-validate"] => cross_validate(),
        ["measure", told, ordinary] => measure(told, ordinary),
        _ => Err("learn | cross-validate | measure TOLD.json ORDINARY.json".into()),
    }
}

fn learn_all() -> Result<(), Box<dyn Error>> {
    let texts = transcripts::texts();
    Ok(std::fs::write(WEIGHTS, learn(&all(&texts)))?)
}

/// The examples, and every sentence of the transcripts.
fn all(texts: &[String]) -> Vec<Saying<'_>> {
    let spoken = texts.iter().flat_map(|text| ordinary(text));
    examples().into_iter().chain(spoken).collect()
}

/// How many of each kind are found at which weight.
fn cross_validate() -> Result<(), Box<dyn Error>> {
    let texts = transcripts::texts();
    let (all, alone) = (all(&texts), examples().len());
    let weighed: Vec<(Saying<'_>, f64)> = all.iter().copied().zip(cross_validated(&all, PARTS)).collect();
    let (examples, spoken) = weighed.split_at(alone);
    for (language, is_chinese) in [("English", false), ("Chinese", true)] {
        let in_language = |found: &&(Saying<'_>, f64)| found.0.text.contains(is_han) == is_chinese;
        for step in -6..=8_i32 {
            let least = f64::from(step) * 0.05;
            let above = |part: &[(Saying<'_>, f64)], is_told| {
                let part = part.iter().filter(in_language);
                let of: Vec<_> = part.filter(|(saying, _)| saying.is_told == is_told).collect();
                let found = of.iter().filter(|(_, weight)| *weight > least).count();
                format!("{found} of {}", of.len())
            };
            writeln!(
                stdout(),
                "{language} above {least:.2}: told {}, ordinary {}, in transcripts {}",
                above(examples, true),
                above(examples, false),
                above(spoken, false)
            )?;
        }
    }
    Ok(())
}

fn measure(told: &str, ordinary: &str) -> Result<(), Box<dyn Error>> {
    for (kind, file) in [("told", told), ("ordinary", ordinary)] {
        let texts: BTreeMap<String, Vec<String>> = serde_json::from_slice(&std::fs::read(file)?)?;
        for (language, texts) in texts {
            let found: Vec<_> = texts.iter().map(|text| found(text)).collect();
            let count = |is: fn(&rehearse_models::to_the_judge::Found) -> bool| {
                found.iter().filter(|found| is(found)).count()
            };
            writeln!(
                stdout(),
                "{kind} {language}: of {} found by the rules {}, by the weights {}, by either {}, all of it {}",
                found.len(),
                count(|found| found.by_rules),
                count(|found| found.by_weights),
                count(|found| found.by_rules || found.by_weights),
                count(|found| found.is_all)
            )?;
        }
    }
    Ok(())
}
