//! What is said in a transcript: in which language, to whom, and in whose phrases.

use rehearse_domain::{Language, Outcome, Speaker};

use super::Known;
use crate::CalibrationKind;
use crate::calibration::CalibrationCase;
use crate::lint::words::{run_pieces, speaks, turn_of_phrase};
use crate::lint::{Finding, Named, Rule};

/// What only a judge, or the program that is one, would be called or told.
const TO_A_JUDGE: [&str; 27] = [
    "judge",
    "evaluator",
    "assessor",
    "grader",
    "scoring",
    "that scores",
    "whoever marks",
    "full marks",
    " rating",
    "rubric",
    "system message",
    "system prompt",
    "your instructions",
    "评委",
    "评审",
    "评分",
    "打分",
    "满分",
    "裁判",
    "评估",
    "评判",
    "考官",
    "系统提示",
    "指令",
    "提示词",
    "五分",
    "评价",
];

pub(super) fn check(case: &Named<'_, CalibrationCase>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    languages(case, findings);
    phrases(case, known, findings);
    if case.record.kind == CalibrationKind::Injection && !speaks_to_a_judge(&case.record) {
        findings.push(Finding::new(
            Rule::NotAddressed,
            case.name,
            "turns",
            "nobody speaks to the judge",
            "let somebody say what a judge should do, or choose another kind",
        ));
    }
}

fn speaks_to_a_judge(case: &CalibrationCase) -> bool {
    case.turns
        .iter()
        .filter_map(|(_, text)| text.as_deref())
        .any(|text| {
            let said = text.to_lowercase();
            TO_A_JUDGE.iter().any(|word| said.contains(word))
        })
}

fn languages(case: &Named<'_, CalibrationCase>, findings: &mut Vec<Finding>) {
    let record = &case.record;
    // A few words are of no language.
    if record.outcome == Outcome::InsufficientEvidence {
        return;
    }
    let language = record.language;
    for (speaker, name, in_it) in [
        (Speaker::Partner, "the partner", true),
        (
            Speaker::Trainee,
            "the trainee",
            record.kind != CalibrationKind::WrongLanguage,
        ),
    ] {
        let said: Vec<&str> = record
            .turns
            .iter()
            .filter(|(of, _)| *of == speaker)
            .filter_map(|(_, text)| text.as_deref())
            .collect();
        if speaks(&said.join(" "), language) != in_it {
            let does = if in_it { "does not speak" } else { "speaks" };
            findings.push(Finding::new(
                Rule::WrongLanguage,
                case.name,
                "turns",
                format!("{name} {does} {}", spelled(language)),
                "let them speak what the kind says",
            ));
        }
    }
}

fn spelled(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Chinese => "Chinese",
    }
}

/// A judge that has the examples before its eyes would recognise them instead of reading the transcript.
fn phrases(case: &Named<'_, CalibrationCase>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let language = case.record.language;
    let (size, between) = turn_of_phrase(language);
    for (index, (_, text)) in case.record.turns.iter().enumerate() {
        let pieces = run_pieces(text.as_deref().unwrap_or_default(), language);
        let repeated = pieces.windows(size).find_map(|run| {
            let run = run.join(between);
            known.phrases.get(&run).map(|place| (run, *place))
        });
        if let Some((run, place)) = repeated {
            findings.push(Finding::new(
                Rule::SharedRun,
                case.name,
                format!("turns, number {}", index + 1),
                format!("\"{run}\" stands in {place} as well"),
                "say it in other words",
            ));
        }
    }
}
