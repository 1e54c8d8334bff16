//! The way from answers to figures, with answers that were made by the generator below and stand in a file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use parking_lot::Mutex;
use rehearse_domain::{Speaker, Standing};
use rehearse_models::{Answer, Evaluator, ModelError};

use super::*;

const FILE: &str = include_str!("made-answers.txt");

const HEAD: &str = "\
# Answers that were MADE, not given by a model: the generator in made.rs, beside this file, took the level that is expected
# for each skill of each transcript and moved some of them by a fixed seed. They prove that the way from an answer to
# the figures works. They say nothing about any judge.
#
# Written again with: REHEARSE_MAKE_ANSWERS=1 cargo test -p rehearse-core --features calibration made
#
# A line: transcript, skill, what the looks say in their order (1 to 5; - is no sign of it, x no chance for it), the turn
# and the words in it that they rest on.
";

/// The answers for one skill of a transcript.
#[derive(Clone, Debug)]
struct Made {
    looks: Vec<char>,
    turn: u32,
    quote: String,
}

impl Made {
    fn answer(&self, skill: &str, look: usize) -> Value {
        let evidence = [(self.turn, self.quote.as_str())];
        match self.looks[look] {
            'x' => {
                let mut answer = answer(skill, &[], None);
                answer["opportunity"] = json!("no");
                answer
            }
            level => {
                let level = level.to_digit(10).map(|level| u8::try_from(level).unwrap());
                answer(skill, &evidence, level)
            }
        }
    }
}

/// A judge who gives the made answers, each transcript being known by the words that are shown.
struct MadeJudge {
    made: BTreeMap<(String, String), Made>,
    asked: Mutex<BTreeMap<(String, String), usize>>,
}

#[async_trait::async_trait]
impl Evaluator for MadeJudge {
    fn model(&self) -> &str {
        "made"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        let skill = &question.form.schema["properties"]["skill_id"]["enum"][0];
        let skill = skill.as_str().unwrap().to_owned();
        let key = (question.shared, skill);
        let look = {
            let mut asked = self.asked.lock();
            let times = asked.entry(key.clone()).or_default();
            *times += 1;
            *times - 1
        };
        // Others come in between, as they do with a host.
        tokio::task::yield_now().await;
        Ok(Answer {
            value: self.made[&key].answer(&key.1, look),
            requests: 1,
            usage: Usage::default(),
        })
    }
}

type Lines = BTreeMap<(String, String), Made>;

fn full_name(known: &KnownCase) -> String {
    format!("{}.{}", known.name, known.language)
}

fn read(file: &str) -> Lines {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let read = lines.map(|line| {
        let [name, skill, looks, turn, quote]: [&str; 5] =
            line.splitn(5, ' ').collect::<Vec<_>>().try_into().unwrap();
        let made = Made {
            looks: looks.chars().collect(),
            turn: turn.parse().unwrap(),
            quote: quote.to_owned(),
        };
        ((name.to_owned(), skill.to_owned()), made)
    });
    read.collect()
}

/// Asks the made judge about the whole set.
async fn reported(lines: &Lines) -> CalibrationReport {
    let cases = all();
    let shown = |known: &KnownCase| match known.case.next(&[]) {
        Next::Ask(looks) => looks[0].question.shared.clone(),
        Next::Done(_) => panic!("{}: nobody is asked", known.name),
    };
    let mut made = BTreeMap::new();
    for known in &cases {
        for skill in known.expected.keys() {
            let line = &lines[&(full_name(known), skill.as_str().to_owned())];
            let former = made.insert((shown(known), skill.as_str().to_owned()), line.clone());
            assert!(former.is_none(), "{}: shown twice", known.name);
        }
    }
    let plan = CalibrationPlan {
        model: "made".to_owned(),
        host: String::new(),
        on_this_computer: true,
        transcripts: count(cases.len()),
        known: count(lines.len()),
        least_requests: 0,
        most_requests: 0,
        cost: None,
    };
    let asked = Mutex::default();
    let judge = Arc::new(MadeJudge { made, asked });
    let calibration = Calibration { judge, cases, plan };
    let mut steps = Vec::new();
    let report = calibration.run(|step| steps.push(step)).await.unwrap();
    assert!(steps.iter().map(|step| step.done).eq(1..=report.plan.transcripts));
    report
}

/// The figures in the words of the file.
fn stated(report: &CalibrationReport) -> String {
    let figures = &report.agreement.total;
    let told = |figure: Figure| match figure.value {
        Some(value) => format!("{value:.2} (n {})", figure.n),
        None => format!("undefined (n {})", figure.n),
    };
    format!(
        "# They come to: exact {}, within one {}, quadratic kappa {}, not observed {}, self-agreement {}; {} far off.",
        told(figures.exact),
        told(figures.within_one),
        told(figures.kappa),
        told(figures.not_observed),
        told(figures.self_agreement),
        report.far_off.len(),
    )
}

/// FNV-1a, as a number below 100.
fn seeded(of: &str) -> u64 {
    let hash = of.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 20) % 100
}

/// What the looks say where this is expected: mostly that, sometimes less, more or nothing, and now and then not the same.
fn looks(name: &str, skill: &str, expected: Option<u8>) -> String {
    let drift = seeded(&format!("{name} {skill}"));
    let Some(expected) = expected else {
        return match drift {
            0..60 => "-----",
            60..85 => "xxxxx",
            _ => "22222",
        }
        .to_owned();
    };
    let drift: i8 = match drift {
        0..3 => return "-----".to_owned(),
        3..70 => 0,
        70..82 => 1,
        82..94 => -1,
        94..97 => 2,
        _ => -2,
    };
    let look = |look: u8| {
        let wobble: i8 = match seeded(&format!("{look} {name} {skill}")) {
            0..80 => 0,
            80..90 => 1,
            _ => -1,
        };
        (expected.cast_signed() + drift + wobble).clamp(1, 5).to_string()
    };
    (0..5).map(look).collect()
}

/// Words of the trainee that a rating may rest on: a sentence of the longest turn that is taken as a quote.
fn quotable(known: &KnownCase) -> (u32, String) {
    let mut case = known.case.clone();
    case.skills.truncate(1);
    let is_taken = |turn: u32, quote: &str| {
        let assessment = assessed(&case, |skill| answer(skill, &[(turn, quote)], Some(3)));
        matches!(assessment.skills[0].standing, Standing::Rated { .. })
    };
    let turns = known
        .case
        .turns
        .iter()
        .filter(|turn| turn.speaker == Speaker::Trainee);
    let mut turns: Vec<(u32, &str)> = turns
        .filter_map(|turn| Some((turn.number, turn.text.as_deref()?)))
        .collect();
    turns.sort_by_key(|(number, text)| (std::cmp::Reverse(text.len()), *number));
    let sentences = turns.iter().flat_map(|(turn, text)| {
        let parts = text.split(['.', '!', '?', '。', '！', '？']);
        parts.map(|sentence| (*turn, sentence.trim()))
    });
    let mut taken = sentences.filter(|(turn, sentence)| is_taken(*turn, sentence));
    let (turn, sentence) = taken.next().unwrap_or_else(|| panic!("{}: no words", known.name));
    (turn, sentence.to_owned())
}

fn generated() -> String {
    let mut lines = String::new();
    for known in all() {
        let (name, (turn, quote)) = (full_name(&known), quotable(&known));
        for (skill, expected) in &known.expected {
            let looks = looks(
                &name,
                skill.as_str(),
                expected.map(rehearse_domain::Rating::level),
            );
            writeln!(lines, "{name} {skill} {looks} {turn} {quote}").unwrap();
        }
    }
    lines
}

#[tokio::test]
async fn the_made_answers_are_those_that_the_generator_makes() {
    let lines = generated();
    if std::env::var_os("REHEARSE_MAKE_ANSWERS").is_some() {
        let stated = stated(&reported(&read(&lines)).await);
        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/calibration/tests/made-answers.txt");
        std::fs::write(place, format!("{HEAD}#\n{stated}\n{lines}")).unwrap();
        return;
    }
    assert!(FILE.starts_with(HEAD));
    let kept: String = FILE
        .split_inclusive('\n')
        .filter(|line| !line.starts_with('#'))
        .collect();
    for (kept, made) in kept.lines().zip(lines.lines()) {
        assert_eq!(kept, made, "a transcript changed: make the answers again");
    }
    assert_eq!(kept.len(), lines.len());
}

#[tokio::test]
async fn the_made_answers_come_to_the_figures_that_are_stated() {
    let lines = read(FILE);
    let report = reported(&lines).await;
    assert!(
        FILE.lines().any(|line| line == stated(&report)),
        "{}",
        stated(&report)
    );
    assert_eq!(report.unanswered, 0);

    // The same once more, off the digits in the file alone.
    let (mut levels, mut exact, mut near, mut far, mut requests) = (0, 0, 0, 0, 0);
    for known in all() {
        for (skill, expected) in &known.expected {
            let made = &lines[&(full_name(&known), skill.as_str().to_owned())];
            let digits = |count: usize| -> Vec<u32> {
                let mut digits: Vec<u32> = made.looks[..count]
                    .iter()
                    .filter_map(|look| look.to_digit(10))
                    .collect();
                digits.sort_unstable();
                digits
            };
            let mut found = digits(3);
            if found.len() == 3 && found[2] - found[0] >= 2 {
                found = digits(5);
            }
            requests += found.len().max(3);
            let Some(expected) = expected else { continue };
            levels += 1;
            if let Some(found) = found.get(found.len() / 2) {
                let distance = found.abs_diff(u32::from(expected.level()));
                exact += u32::from(distance == 0);
                near += u32::from(distance <= 1);
                far += usize::from(distance >= 2);
            }
        }
    }
    let share = |hits: u32| Figure {
        value: Some((f64::from(hits) * 100.0 / f64::from(levels)).round() / 100.0),
        n: levels,
    };
    let total = report.agreement.total;
    assert_eq!((total.exact, total.within_one), (share(exact), share(near)));
    assert_eq!((report.far_off.len(), report.requests as usize), (far, requests));
    assert!(exact < near && near < levels && far > 0, "nothing was moved");

    // Fourteen skills in two languages.
    assert_eq!(report.agreement.skills.len(), 28);
    let pairs = report.agreement.skills.iter().map(|one| {
        let figures = &one.figures;
        figures.exact.n + figures.not_observed.n
    });
    assert_eq!(pairs.sum::<u32>() as usize, lines.len());
}
