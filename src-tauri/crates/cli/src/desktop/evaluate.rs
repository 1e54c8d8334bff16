//! `evaluate --calibrate`: tries out the judge on transcripts of which the levels are known, and tells how often it finds
//! them. What is going to be asked, and of whom, is said first. Nothing of it is kept.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use rehearse_core::calibration::{
    CalibrationChoice, CalibrationPlan, CalibrationProgress, CalibrationReport, FarOff, Figure, Figures,
};
use rehearse_core::error::ErrorView;
use rehearse_core::view::CostView;
use rehearse_core::{Access, Core, Parts, SystemFolders};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::desktop::arguments::Evaluate;
use crate::desktop::jobs::end_of_program;
use crate::desktop::print::Printer;
use crate::desktop::table::columns;

/// Columns of the table: what the figures are of, and the figures.
const COLUMNS: usize = 6;

/// Says what is going to be asked, asks when somebody agrees, and prints what came of it. Exit code 1 when nobody agreed.
pub(crate) async fn run(
    how: Evaluate,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    debug_assert!(
        how.calibrate,
        "there is nothing else to do yet, and clap asks for it"
    );
    let choice = CalibrationChoice {
        language: how.language,
        skills: how.skill,
        cases: how.cases,
    };
    let core = Core::open(Parts::of_this_system(), folders, Access::Reader).await;
    let calibration = core.calibration(&choice).await?;
    let plan = calibration.plan();
    for line in plan_lines(plan, printer) {
        printer.aside_for_people(&line);
    }
    if !how.yes && !agreed(plan, printer).await? {
        printer.hint("cli.calibrate.not_asked");
        return Ok(ExitCode::FAILURE);
    }
    let asked = calibration.run(|progress| told(progress, printer));
    let report = tokio::select! {
        report = asked => report?,
        code = end_of_program() => return Ok(code),
    };
    printer.answer(&report, |report| report_lines(report, printer))?;
    Ok(ExitCode::SUCCESS)
}

/// Asks whoever sits at the terminal.
async fn agreed(plan: &CalibrationPlan, printer: &Printer) -> Result<bool, ErrorView> {
    if !io::stdin().is_terminal() {
        return Err(ErrorView::new("calibrate_unconfirmed").with("host", &plan.host));
    }
    printer.aside(
        &printer
            .sentences
            .say("cli.calibrate.agree", &[("host", &plan.host)]),
    );
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let line = lines.next_line().await.map_err(ErrorView::internal)?;
    let yes = printer.sentences.say("cli.calibrate.yes", &[]);
    Ok(line.is_some_and(|line| {
        let line = line.trim().to_lowercase();
        [yes.as_str(), "y", "yes"].contains(&line.as_str())
    }))
}

fn told(progress: CalibrationProgress, printer: &Printer) {
    let CalibrationProgress { done, of, requests } = progress;
    let [done, of, requests] = [done, of, requests].map(|number| number.to_string());
    let params = [("done", done.as_str()), ("of", &of), ("requests", &requests)];
    printer.aside_for_people(&printer.sentences.say("cli.calibrate.progress", &params));
}

fn plan_lines(plan: &CalibrationPlan, printer: &Printer) -> Vec<String> {
    let sentences = &printer.sentences;
    let [transcripts, known, least, most] = [
        plan.transcripts,
        plan.known,
        plan.least_requests,
        plan.most_requests,
    ]
    .map(|number| number.to_string());
    let place = if plan.on_this_computer {
        "cli.calibrate.plan_here"
    } else {
        "cli.calibrate.plan"
    };
    let params = [
        ("model", plan.model.as_str()),
        ("host", &plan.host),
        ("transcripts", &transcripts),
        ("known", &known),
    ];
    let mut lines = vec![
        sentences.say(place, &params),
        sentences.say("cli.calibrate.requests", &[("least", &least), ("most", &most)]),
    ];
    lines.push(match &plan.cost {
        Some(cost) => cost_line(cost, printer),
        None if plan.on_this_computer => sentences.say("cli.calibrate.cost_none", &[]),
        None => sentences.say("cli.calibrate.cost_unknown", &[]),
    });
    lines
}

fn cost_line(cost: &CostView, printer: &Printer) -> String {
    // Never less than it is: rounded up to a whole cent.
    let cents = cost.micro_dollars.div_ceil(10_000);
    let amount = format!("${}.{:02}", cents / 100, cents % 100);
    let params = [("amount", amount.as_str()), ("month", &cost.as_of)];
    printer.sentences.say("cli.calibrate.cost", &params)
}

fn report_lines(report: &CalibrationReport, printer: &Printer) -> Vec<String> {
    let sentences = &printer.sentences;
    let agreement = &report.agreement;
    let head = ["of", "exact", "close", "kappa", "not_observed", "self_agreement"]
        .map(|column| sentences.say(&format!("cli.calibrate.head.{column}"), &[]));
    let total = sentences.say("cli.calibrate.total", &[]);
    let mut rows = vec![head, row(total, &agreement.total)];
    rows.extend(agreement.languages.iter().map(|one| {
        let name = format!("language_name.{}", one.language.tag());
        row(sentences.say(&name, &[]), &one.figures)
    }));
    rows.extend(agreement.skills.iter().map(|one| {
        let name = format!("{} ({})", one.skill.as_str(), one.language.tag());
        row(name, &one.figures)
    }));
    let mut lines = columns(&rows);
    lines.push(sentences.say("cli.calibrate.explained", &[]));
    let (requests, unanswered) = (report.requests.to_string(), report.unanswered.to_string());
    let params = [("requests", requests.as_str()), ("unanswered", &unanswered)];
    lines.push(sentences.say("cli.calibrate.asked", &params));
    if report.far_off.is_empty() {
        lines.push(sentences.say("cli.calibrate.none_far_off", &[]));
    } else {
        lines.push(sentences.say("cli.calibrate.far_off", &[]));
        lines.extend(report.far_off.iter().map(|one| far_off(one, printer)));
    }
    lines
}

fn row(name: String, figures: &Figures) -> [String; COLUMNS] {
    [
        name,
        cell(figures.exact),
        cell(figures.within_one),
        cell(figures.kappa),
        cell(figures.not_observed),
        cell(figures.self_agreement),
    ]
}

/// A figure with what it rests on; a dash where that is too little.
fn cell(figure: Figure) -> String {
    match figure.value {
        Some(value) => format!("{value:.2} ({})", figure.n),
        None => format!("- ({})", figure.n),
    }
}

fn far_off(one: &FarOff, printer: &Printer) -> String {
    let (expected, found) = (one.expected.level().to_string(), one.found.level().to_string());
    let params = [
        ("transcript", one.transcript.as_str()),
        ("language", one.language.tag()),
        ("skill", one.skill.as_str()),
        ("expected", &expected),
        ("found", &found),
    ];
    printer.sentences.say("cli.calibrate.far_off_line", &params)
}
