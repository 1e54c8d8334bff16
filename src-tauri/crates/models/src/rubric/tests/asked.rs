//! What is asked: the whole rubric, the whole dialogue, and a form that every host takes.

use super::*;

#[test]
fn three_looks_at_each_skill_are_asked_for_with_one_prefix_and_seeds_of_their_own() {
    let case = raise(&["clear-ask", "empathy"]);
    let looks = asked(&case);
    let names: Vec<(&str, u32)> = looks
        .iter()
        .map(|look| (look.skill.as_str(), look.look))
        .collect();
    assert_eq!(
        names,
        [
            ("clear-ask", 0),
            ("clear-ask", 1),
            ("clear-ask", 2),
            ("empathy", 0),
            ("empathy", 1),
            ("empathy", 2)
        ]
    );
    let first = &looks[0].question;
    for look in &looks {
        let question = &look.question;
        assert_eq!(
            (&question.system, &question.shared),
            (&first.system, &first.shared)
        );
        assert_eq!(question.temperature, 0.3);
        assert!(question.seed.unwrap() <= i32::MAX as u32);
        assert!(
            question
                .task
                .contains(&format!("skill_id: {}", look.skill.as_str()))
        );
        assert_eq!(
            question.task.contains("clear-ask"),
            look.skill.as_str() == "clear-ask"
        );
    }
    let mut seeds: Vec<_> = looks.iter().map(|look| look.question.seed).collect();
    assert_eq!(
        seeds,
        asked(&case)
            .iter()
            .map(|look| look.question.seed)
            .collect::<Vec<_>>()
    );
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 6);
}

#[test]
fn the_question_has_the_whole_rubric_and_the_whole_dialogue_in_either_language() {
    for language in Language::ALL {
        let mut case = raise(&[]);
        case.language = language;
        case.skills = vec![skill("clear-ask", language, 2)];
        let question = asked(&case)[0].question.clone();
        for told in [
            "[1] trainee: Thank you for the time, Dana.",
            "[2] partner: That is a lot",
            "[4] trainee: (inaudible)",
            "Ask for a raise",
            "Get a yes.",
        ] {
            assert!(question.shared.contains(told), "{told}");
        }
        for told in [
            "1: Anchor number 1.",
            "5: Anchor number 5.",
            "c1: Is it so, 0?",
            "c2: Is it so, 1?",
            "Only looks like it.",
            "evaluation",
            "level",
            "say_instead",
        ] {
            assert!(question.task.contains(told), "{told}");
        }
        for told in ["Dana", "Robin", "(removed)", "(inaudible)", "<dialogue>"] {
            assert!(question.system.contains(told), "{told}");
        }
        assert!(!question.task.contains("Good.") && !question.task.contains("Poor."));
    }
}

#[test]
fn a_rubric_of_the_earlier_app_has_neither_anchors_nor_checks_and_is_asked_about() {
    let mut bare = skill("clear-ask", Language::English, 0);
    bare.anchors = Default::default();
    bare.examples.counter = String::new();
    let (first, second) = (format!("t:{FIRST}"), format!("t:{SECOND}"));
    let case = case(
        vec![bare],
        &[&first, &second, "t:You said that nine people share one pot"],
    );
    let look = asked(&case).remove(0);
    assert!(look.question.form.schema["properties"].get("checks").is_none());
    assert!(look.question.task.contains("\n5: ") && !look.question.task.contains("checks"));
    let (assessment, _) = judged(&case, |_| {
        let mut value = with(
            rated(4),
            "evidence",
            json!([{"turn": 0, "quote": "I would like to go"}]),
        );
        value.as_object_mut().unwrap().remove("checks");
        value
    });
    let finding = &assessment.skills[0];
    assert!(finding.checks.is_empty());
    assert!(
        matches!(
            finding.standing,
            Standing::Rated {
                confidence: Confidence::High,
                ..
            }
        ),
        "{finding:?}"
    );
}

#[test]
fn the_form_uses_only_what_strict_hosts_take_and_evidence_comes_first() {
    fn keywords(schema: &Value, is_names: bool, found: &mut Vec<String>) {
        for (name, rule) in schema.as_object().into_iter().flatten() {
            if !is_names {
                found.push(name.clone());
            }
            if !is_names && name == "properties" {
                let mut names: Vec<&str> = rule.as_object().unwrap().keys().map(String::as_str).collect();
                let mut required: Vec<&str> = schema["required"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap())
                    .collect();
                names.sort_unstable();
                required.sort_unstable();
                assert_eq!(names, required);
                assert_eq!(schema["additionalProperties"], false);
            }
            keywords(rule, !is_names && name == "properties", found);
        }
    }
    let schema = form::form(&skill("clear-ask", Language::English, 3)).schema;
    let mut found = Vec::new();
    keywords(&schema, false, &mut found);
    for keyword in found {
        let known = [
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
        ];
        assert!(known.contains(&keyword.as_str()), "{keyword}");
    }
    let text = crate::schema_order::text(&schema);
    let order = [
        "checks",
        "evidence",
        "opportunity",
        "reasoning",
        "level",
        "strength",
        "improvement",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|name| text.find(&format!("\"{name}\":{{")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{text}");
}
