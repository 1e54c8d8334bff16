//! What a check of the server found, as keys of the message catalogue and what fills their sentences. Words of the program
//! stand in no sentence: what a finding tells apart, its key tells apart.

use std::collections::BTreeMap;

use rehearse_sync::check::{CheckLine, Finding, Verdict};
use serde_json::{Map, Value};

use crate::view::{CheckVerdict, CheckView};

pub(super) fn check_view(line: &CheckLine) -> CheckView {
    let mut fields = match serde_json::to_value(&line.finding) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let mut take = |name: &str| fields.remove(name).and_then(|value| text(&value));
    let code = take("code").unwrap_or_default();
    let kind = take("step").or_else(|| take("part"));
    let kind = kind.or_else(|| kind_of(&line.finding).map(str::to_owned));
    let trouble = fields.remove("trouble");
    let why = trouble.and_then(|trouble| text(trouble.get("why")?));
    let params = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, text(&value)?)));
    CheckView {
        verdict: match line.verdict {
            Verdict::Good => CheckVerdict::Good,
            Verdict::Warning => CheckVerdict::Warning,
            Verdict::Bad => CheckVerdict::Bad,
        },
        code: match kind {
            Some(kind) => format!("{code}.{kind}"),
            None => code,
        },
        why,
        params: params.collect::<BTreeMap<_, _>>(),
    }
}

/// What makes a sentence of its own, beside steps and parts.
const fn kind_of(finding: &Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::RowsOpen { read, write } | Finding::DefaultAcl { read, write } => match (*read, *write) {
            (true, true) => "both",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => "neither",
        },
        Finding::Conditions { atomic: true } => "at_once",
        Finding::Conditions { atomic: false } => "in_two_steps",
        Finding::FilesPlainHttp { agreed: true, .. } => "agreed",
        Finding::FilesPlainHttp { agreed: false, .. } => "not_agreed",
        Finding::FilesDeletable {
            with_master_key: true,
        } => "with_master_key",
        Finding::FilesDeletable {
            with_master_key: false,
        } => "by_you",
        Finding::WrongAddress {
            speaks: Some(dialect),
        } => dialect,
        Finding::WrongAddress { speaks: None } => "unknown",
        _ => return None,
    })
}

/// A value as it stands in a sentence; yes, no and nothing stand in none.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(all) => Some(all.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        Value::Bool(_) | Value::Null | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use rehearse_leancloud::ObjectId;
    use rehearse_sync::check::{FileStep, Part, RowStep, Trouble};

    use super::*;

    const CATALOGUES: [&str; 2] = [
        include_str!("../../../../../ui/messages/en.json"),
        include_str!("../../../../../ui/messages/zh-CN.json"),
    ];
    /// Every word by which the client says why something did not work.
    const WHY: [&str; 24] = [
        "already_done",
        "altered",
        "archived",
        "busy",
        "conflict",
        "disabled",
        "earlier",
        "fault",
        "invalid",
        "local_file",
        "login_locked",
        "missing",
        "needs_master_key",
        "no_answer",
        "offline",
        "plain_http",
        "quota",
        "refused",
        "sign_in",
        "taken",
        "too_large",
        "type_locked",
        "unreachable",
        "unsupported",
    ];

    fn line(finding: Finding, verdict: Verdict) -> CheckLine {
        CheckLine { verdict, finding }
    }

    fn trouble(why: &'static str) -> Trouble {
        Trouble { why, code: None }
    }

    /// One finding of each kind.
    fn all() -> Vec<Finding> {
        let user = || ObjectId::new("u1").unwrap();
        let host = || "files.example.org".to_owned();
        let mut all = vec![
            Finding::Reached { dialect: "parse" },
            Finding::PlainHttp { host: host() },
            Finding::Closes { days: 3 },
            Finding::Closed,
            Finding::KeysAccepted,
            Finding::KeysRefused,
            Finding::Clock { offset_ms: -3 },
            Finding::SignedIn { user: user() },
            Finding::NobodySignedIn,
            Finding::SessionEnded,
            Finding::OtherUser { user: user() },
            Finding::RowsWork,
            Finding::RowsHidden,
            Finding::ConditionsIgnored,
            Finding::BatchWorks,
            Finding::BatchBroken {
                trouble: trouble("fault"),
            },
            Finding::Twins {
                class: "Turn",
                count: 2,
            },
            Finding::UniqueUnproven {
                classes: vec!["Turn", "Evaluation"],
            },
            Finding::FilesWork,
            Finding::FilesReadable,
            Finding::FilesStay {
                file: "a.mp3".to_owned(),
            },
            Finding::LeftBehind {
                rows: 1,
                files: vec!["a".to_owned()],
            },
        ];
        all.extend(WHY.map(|why| Finding::Unreachable {
            trouble: trouble(why),
        }));
        let steps = [RowStep::Create, RowStep::Read, RowStep::Update, RowStep::Delete];
        all.extend(steps.map(|step| Finding::RowRefused {
            step,
            trouble: trouble("refused"),
        }));
        let steps = [FileStep::Upload, FileStep::Download, FileStep::Delete];
        all.extend(steps.map(|step| Finding::FileRefused {
            step,
            trouble: trouble("refused"),
        }));
        let parts = [
            Part::Keys,
            Part::User,
            Part::Strangers,
            Part::DefaultAcl,
            Part::Conditions,
            Part::Twins,
        ];
        all.extend(parts.map(|part| Finding::NotChecked {
            part,
            trouble: trouble("busy"),
        }));
        all.extend([None, Some("leancloud"), Some("parse")].map(|speaks| Finding::WrongAddress { speaks }));
        for yes in [true, false] {
            all.push(Finding::Conditions { atomic: yes });
            all.push(Finding::FilesPlainHttp {
                host: host(),
                agreed: yes,
            });
            all.push(Finding::FilesDeletable { with_master_key: yes });
            for write in [true, false] {
                all.push(Finding::DefaultAcl { read: yes, write });
                if yes || write {
                    all.push(Finding::RowsOpen { read: yes, write });
                }
            }
        }
        all
    }

    /// The sentence as somebody reads it.
    fn sentence(catalogue: &BTreeMap<String, String>, view: &CheckView) -> String {
        let said = |key: String| catalogue.get(&key).cloned().unwrap_or(key);
        let mut sentence = said(format!("check.{}", view.code));
        if let Some(why) = &view.why {
            sentence = sentence.replace("{{why}}", &said(format!("check.why.{why}")));
        }
        let filled =
            |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{{{name}}}}}"), value);
        view.params.iter().fold(sentence, filled)
    }

    #[test]
    fn every_finding_is_a_sentence_of_its_own_in_both_languages_without_a_word_of_the_program() {
        for catalogue in CATALOGUES {
            let catalogue: BTreeMap<String, String> = serde_json::from_str(catalogue).unwrap();
            let mut told = BTreeMap::new();
            for finding in all() {
                let view = check_view(&line(finding.clone(), Verdict::Good));
                let sentence = sentence(&catalogue, &view);
                assert!(
                    !sentence.contains("check.") && !sentence.contains("{{"),
                    "{sentence}"
                );
                for word in ["true", "false", "_"] {
                    assert!(!sentence.contains(word), "{sentence}");
                }
                assert_eq!(told.insert(sentence, finding.clone()), None, "{finding:?}");
            }
        }
    }

    #[test]
    fn a_finding_is_a_code_and_what_fills_its_sentence() {
        let view = check_view(&line(
            Finding::Twins {
                class: "Turn",
                count: 2,
            },
            Verdict::Warning,
        ));
        let params: Vec<_> = view
            .params
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(
            (&*view.code, view.verdict, view.why),
            ("twins", CheckVerdict::Warning, None)
        );
        assert_eq!(params, [("class", "Turn"), ("count", "2")]);
        let step = RowStep::Create;
        let refused = Finding::RowRefused {
            step,
            trouble: trouble("refused"),
        };
        let view = check_view(&line(refused, Verdict::Bad));
        assert_eq!(
            (&*view.code, view.why.as_deref()),
            ("row_refused.create", Some("refused"))
        );
    }
}
