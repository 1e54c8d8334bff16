//! Trying out a judge on the transcripts of which the levels are known: first the plan, then somebody's word, then figures.

use rehearse_fakes::models::{Role, Script};

use crate::model_host::ModelHost;
use crate::stage::Stage;

const FEW: [&str; 6] = ["evaluate", "--calibrate", "--cases", "4", "--yes", "--language"];

#[test]
fn a_judge_is_asked_once_somebody_agreed_and_its_figures_are_told() {
    let (stage, host) = (Stage::new(), ModelHost::start());
    host.set(&stage, "evaluator");
    host.fake.always(Role::Judge, Script::EvalOk);
    host.fake.forget_requests();

    let told = stage.run(&["evaluate", "--calibrate", "--cases", "4"]);
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert!(host.fake.requests().is_empty(), "nobody agreed");
    for sentence in [
        "4 made-up transcripts",
        "requests. Nothing of your own",
        "Nobody agreed",
        "add --yes",
    ] {
        assert!(told.err.contains(sentence), "{sentence}: {}", told.err);
    }

    let told = stage.run(&[&FEW[..], &["en"]].concat());
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(!host.fake.requests().is_empty());
    for sentence in [
        "Levels of",
        "Within one",
        "Kappa",
        "English",
        "(en)",
        "Answers that could not be read: 0.",
    ] {
        assert!(told.out.contains(sentence), "{sentence}: {}", told.out);
    }
    assert!(!told.out.contains("(zh-CN)"), "{}", told.out);
    assert!(told.err.contains("Transcripts: 4 of 4."), "{}", told.err);

    let told = stage.run_in_chinese(&[&FEW[..], &["zh-CN", "--skill", "empathy"]].concat());
    assert_eq!(told.code, Some(0), "{}", told.err);
    for sentence in ["完全一致", "前后一致", "empathy (zh-CN)", "读不懂的回答：0 个"] {
        assert!(told.out.contains(sentence), "{sentence}: {}", told.out);
    }
    assert!(told.err.contains("对话：4/4"), "{}", told.err);
    for text in [&told.out, &told.err] {
        assert!(!text.contains("{{") && !text.contains("cli."), "{text}");
    }

    let report = stage.ask(&[&FEW[..], &["en"]].concat());
    assert_eq!(report["plan"]["transcripts"], 4);
    assert!(report["agreement"]["total"]["exact"]["n"].as_u64().unwrap() > 0);
    assert!(report["requests"].as_u64().unwrap() >= report["plan"]["least_requests"].as_u64().unwrap());
}

#[test]
fn what_hinders_it_is_said_in_either_language() {
    let (stage, host) = (Stage::new(), ModelHost::start());
    let words = [&FEW[..], &["en"]].concat();

    let nobody = stage.run(&[&words[..], &["--json"]].concat()).error();
    assert_eq!(nobody["code"], "calibrate_no_judge");
    let told = stage.run(&words);
    assert!(told.err.contains("models set evaluator"), "{}", told.err);

    host.set(&stage, "evaluator");
    let none = [&words[..], &["--skill", "no-such-skill", "--json"]].concat();
    assert_eq!(stage.run(&none).error()["code"], "calibrate_none");

    host.fake.always(Role::Judge, Script::Err401);
    let refused = stage.run(&words);
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(refused.err.contains("refused a question"), "{}", refused.err);
    assert!(stage.run_in_chinese(&words).err.contains("拒绝了一个问题"));

    host.leave();
    let away = stage.run(&words);
    assert!(away.err.contains("could not be asked"), "{}", away.err);
    assert!(away.err.contains("models probe evaluator"), "{}", away.err);
    assert!(stage.run_in_chinese(&words).err.contains("问不到"));
}
