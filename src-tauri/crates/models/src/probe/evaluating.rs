//! The steps of an evaluator: the rung that holds, and whether thinking can be switched off.

use std::time::Duration;

use rehearse_domain::{Language, Speaker};

use super::Probe;
use super::finding::{Finding, Report, Step};
use crate::objective::{self, Goal};
use crate::{Abilities, ChatEvaluator, Evaluator, HistoryTurn, ModelError, Question, ThinkingSwitch};

/// The longest for one way of asking, all rungs together.
const ASKING: Duration = Duration::from_secs(20);

impl Probe {
    /// On which rung an evaluator stands. `make` builds it with the abilities that it is to be asked with.
    pub(crate) async fn evaluator(mut self, make: &(dyn Fn(Abilities) -> ChatEvaluator + Sync)) -> Report {
        if self.goes_on()
            && let Some(question) = question()
        {
            self.ask_for_a_form(make, &question).await;
        }
        for step in [Step::Form, Step::ThinkingOff] {
            self.report.learn(Finding::unknown(step));
        }
        self.end()
    }

    /// Asks as it is thought to be right, then in the other manner, then without the switch for thinking: a host that
    /// does not know one of them refuses every rung.
    async fn ask_for_a_form(
        &mut self,
        make: &(dyn Fn(Abilities) -> ChatEvaluator + Sync),
        question: &Question,
    ) {
        let guess = Abilities {
            rung: None,
            ..self.report.abilities.clone()
        };
        let mut refusal = None;
        for way in ways(&guess) {
            let evaluator = make(way.clone());
            match self.step(ASKING, evaluator.answer(question.clone())).await {
                Ok((_, took)) => {
                    let rung = evaluator.rung();
                    self.keep(Step::Form, Ok(Finding::yes(Step::Form).after(took).on(rung)));
                    self.learn_thinking(guess.thinking, way.thinking);
                    self.report.abilities = Abilities { rung, ..way };
                    return;
                }
                Err(error) if error.refuses_the_form() => refusal = refusal.or(Some(error)),
                Err(ModelError::Malformed(_)) => {
                    self.report.hear_of_an_answer();
                    return self.report.learn(Finding::no(Step::Form));
                }
                Err(error) => return self.keep(Step::Form, Err(error)),
            }
        }
        if let Some(error) = refusal {
            self.keep(Step::Form, Err(error));
        }
    }

    /// Where there was nothing to switch, nothing was learned.
    fn learn_thinking(&mut self, tried: ThinkingSwitch, worked: ThinkingSwitch) {
        if tried != ThinkingSwitch::None {
            self.report.learn(match tried == worked {
                true => Finding::yes(Step::ThinkingOff),
                false => Finding::no(Step::ThinkingOff),
            });
        }
    }
}

/// The ways to ask, the likeliest first. Streams come before thinking: some models can be kept from it only there.
fn ways(guess: &Abilities) -> Vec<Abilities> {
    let mut switches = vec![guess.thinking];
    if guess.thinking != ThinkingSwitch::None {
        switches.push(ThinkingSwitch::None);
    }
    let manners = [guess.must_stream, !guess.must_stream];
    let way = |thinking| {
        manners.map(|must_stream| Abilities {
            thinking,
            must_stream,
            ..guess.clone()
        })
    };
    switches.into_iter().flat_map(way).collect()
}

/// What an evaluator will be asked most, about two people who do not exist: a host may take a simpler form and refuse
/// this one.
fn question() -> Option<Question> {
    let goal = Goal {
        language: Language::English,
        title: "A test of the connection".to_owned(),
        objective: "Find out the time.".to_owned(),
        end_criteria: vec!["Dana says what time it is.".to_owned()],
        partner: "Dana".to_owned(),
        trainee: "Robin".to_owned(),
    };
    let said = |speaker, words: &str| HistoryTurn {
        speaker,
        text: Some(words.to_owned()),
    };
    let dialogue = [
        said(Speaker::Trainee, "Could you tell me the time?"),
        said(Speaker::Partner, "One moment, please."),
    ];
    Some(Question {
        budget: ASKING,
        ..objective::question(&goal, &dialogue)?
    })
}
