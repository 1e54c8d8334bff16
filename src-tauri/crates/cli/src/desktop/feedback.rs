//! `feedback`: what is said about a session, and asking for it.

use std::process::ExitCode;
use std::time::Duration;

use rehearse_core::error::ErrorView;
use rehearse_core::view::{FeedbackStatus, FeedbackView, QuoteView, ResultView, WebAppResult};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::{Coverage, Judge, Language, Outcome, SessionId, Standing};

use crate::desktop::jobs::{end_of_program, owning};
use crate::desktop::print::Printer;

/// Nobody wakes whoever waits when only a number of the status changes.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Shows it; with `ask` it is asked for first, and waited for. Exit code 1 when there is none in the end.
pub(crate) async fn run(
    session: SessionId,
    ask: bool,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    let (view, practised) = if ask {
        let core = owning(folders).await?;
        let asking = async {
            let view = asked_and_seen(&core, session, printer).await?;
            Ok::<_, ErrorView>((view, practised(&core, session).await?))
        };
        let done = tokio::select! {
            done = asking => Ok(done),
            code = end_of_program() => Err(code),
        };
        core.shut_down().await;
        match done {
            Ok(done) => done?,
            Err(code) => return Ok(code),
        }
    } else {
        let looking = Core::open(Parts::of_this_system(), folders, Access::Reader).await;
        let view = looking.feedback(session).await?;
        let view = match view.asks_first {
            true => seen(view, looking.note_look(session).await, printer),
            false => view,
        };
        (view, practised(&looking, session).await?)
    };
    printer.answer(&view, |view| told(view, practised, printer))?;
    Ok(match view.status {
        FeedbackStatus::Done => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The language in which it was practised.
async fn practised(core: &Core, session: SessionId) -> Result<Language, ErrorView> {
    Ok(core.review(session).await?.language)
}

/// The view once it is noted that somebody looks at it, so that it counts in the progress: whoever asks for the result here
/// has chosen to look. It is shown whatever came of noting that.
fn seen(view: FeedbackView, noted: Result<FeedbackView, ErrorView>, printer: &Printer) -> FeedbackView {
    match noted {
        Ok(seen) => return seen,
        Err(error) if error.code == "store_held" => {
            printer.aside_for_people(&printer.sentences.say("cli.feedback.not_noted", &[]));
        }
        Err(error) => printer.notice(&error, &printer.sentences.error(&error)),
    }
    view
}

/// Asks for it, and notes that somebody looks at what came.
async fn asked_and_seen(
    core: &Core,
    session: SessionId,
    printer: &Printer,
) -> Result<FeedbackView, ErrorView> {
    let view = asked(core, session, printer).await?;
    Ok(match view.asks_first {
        true => seen(view, core.reveal_feedback(session, Vec::new()).await, printer),
        false => view,
    })
}

/// Asks, and waits until it is there or will not come by itself soon.
async fn asked(core: &Core, session: SessionId, printer: &Printer) -> Result<FeedbackView, ErrorView> {
    core.ask_for_feedback(session).await?;
    core.give_feedback_when_asked();
    let mut view = core.feedback(session).await?;
    let mut told = None;
    loop {
        match &view.status {
            FeedbackStatus::Transcribing { done, of } | FeedbackStatus::Judging { done, of } => {
                let key = match view.status {
                    FeedbackStatus::Judging { .. } => "cli.feedback.judging",
                    _ => "cli.feedback.transcribing",
                };
                if told != Some((key, *done)) {
                    told = Some((key, *done));
                    let (done, of) = (done.to_string(), of.to_string());
                    let params = [("done", done.as_str()), ("of", of.as_str())];
                    printer.aside_for_people(&printer.sentences.say(key, &params));
                }
            }
            FeedbackStatus::Waiting { why, .. } if why.code == "feedback_soon" => {}
            _ => return Ok(view),
        }
        tokio::time::sleep(LOOK_EVERY).await;
        view = core.feedback(session).await?;
    }
}

fn told(view: &FeedbackView, practised: Language, printer: &Printer) -> Vec<String> {
    let mut lines = match &view.status {
        FeedbackStatus::Waiting { why, .. } | FeedbackStatus::Failed { why, .. } => {
            vec![printer.sentences.error(why)]
        }
        FeedbackStatus::NothingSaid => vec![printer.sentences.say("feedback.status.nothing_said", &[])],
        _ => Vec::new(),
    };
    if let Some(result) = &view.from_web_app {
        lines.extend(web_app_lines(result, printer));
    }
    match &view.result {
        Some(result) => lines.extend(result_lines(result, practised, printer)),
        None if lines.is_empty() => lines.push(printer.sentences.say("cli.feedback.none", &[])),
        None => {}
    }
    lines
}

/// What the earlier web app said, under its label.
fn web_app_lines(result: &WebAppResult, printer: &Printer) -> Vec<String> {
    let sentences = &printer.sentences;
    let mut label = sentences.say("feedback.web_app.unchecked", &[]);
    if let Some(model) = &result.model {
        label = format!(
            "{label} {}",
            sentences.say("feedback.web_app.model", &[("model", model)])
        );
    }
    let mut lines = vec![label];
    if !result.summary.is_empty() {
        lines.push(result.summary.clone());
    }
    for one in &result.ratings {
        let standing = match one.rating {
            Some(rating) => sentences.say("feedback.rating", &[("rating", &rating.level().to_string())]),
            None => sentences.say("feedback.not_rated", &[]),
        };
        let params = [("name", one.name.as_str()), ("standing", &standing)];
        lines.push(sentences.say("cli.feedback.skill", &params));
        if !one.note.is_empty() {
            lines.push(format!("   {}", one.note));
        }
    }
    lines.push(String::new());
    lines
}

fn result_lines(result: &ResultView, practised: Language, printer: &Printer) -> Vec<String> {
    let sentences = &printer.sentences;
    let mut lines = Vec::new();
    if result.outcome == Outcome::InsufficientEvidence {
        lines.extend(too_little(result, practised, printer));
    }
    if !result.summary.is_empty() {
        lines.push(result.summary.clone());
    }
    for skill in &result.skills {
        let standing = standing(&skill.standing, printer);
        let params = [("name", skill.name.as_str()), ("standing", &standing)];
        lines.push(sentences.say("cli.feedback.skill", &params));
        if !skill.note.is_empty() {
            lines.push(format!("   {}", skill.note));
        }
        lines.extend(skill.quotes.iter().map(|one| quote(one, printer)));
        for counted in &skill.rules {
            let name = serde_json::to_value(counted.rule).unwrap_or_default();
            let name = name.as_str().unwrap_or_default();
            lines.push(format!("   {}", sentences.rule(name, counted.count, practised)));
        }
    }
    for advice in &result.advice {
        lines.push(String::new());
        lines.push(format!("{}: {}", advice.name, advice.remark.text));
        lines.push(quote(&advice.remark.quote, printer));
        if let Some(instead) = &advice.remark.say_instead {
            lines.push(sentences.say("cli.feedback.try", &[("text", instead)]));
        }
    }
    lines.push(match &result.judge {
        Judge::Model { name } => sentences.say("cli.feedback.by", &[("model", name)]),
        Judge::Rules => sentences.say("cli.feedback.by_rules", &[]),
    });
    lines
}

/// What it takes, as the window says it, and what there was. What is not written down yet may still make it enough.
fn too_little(result: &ResultView, practised: Language, printer: &Printer) -> Vec<String> {
    let Coverage { turns, heard } = result.coverage;
    if result.completed_at.is_none() && heard < turns {
        return Vec::new();
    }
    let (needed, there_was) = match practised {
        Language::English => ("feedback.too_little.en", "cli.feedback.there_was.en"),
        Language::Chinese => ("feedback.too_little.zh-CN", "cli.feedback.there_was.zh-CN"),
    };
    let (turns, words) = (heard.to_string(), result.counts.trainee_words.to_string());
    let amount = [("turns", turns.as_str()), ("words", &words)];
    let sentences = &printer.sentences;
    vec![sentences.say(needed, &[]), sentences.say(there_was, &amount)]
}

/// "3 of 5 (Between 2 and 4)", or why there is no rating.
pub(crate) fn standing(standing: &Standing, printer: &Printer) -> String {
    let sentences = &printer.sentences;
    match *standing {
        Standing::Rated {
            rating, low, high, ..
        } => {
            let rated = sentences.say("feedback.rating", &[("rating", &rating.level().to_string())]);
            if low == high {
                return rated;
            }
            let (low, high) = (low.level().to_string(), high.level().to_string());
            let range = sentences.say("feedback.range", &[("low", &low), ("high", &high)]);
            format!("{rated} ({range})")
        }
        Standing::NotObserved { why } => {
            let why = serde_json::to_value(why).unwrap_or_default();
            let key = format!("feedback.not_observed.{}", why.as_str().unwrap_or_default());
            sentences.say(&key, &[])
        }
    }
}

fn quote(quote: &QuoteView, printer: &Printer) -> String {
    // As the window counts them.
    let number = quote.turn.saturating_add(1).to_string();
    let params = [("text", quote.text.as_str()), ("number", &number)];
    printer.sentences.say("cli.feedback.quote", &params)
}
