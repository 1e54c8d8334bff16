//! `models`: who plays which role, setting that up, and asking hosts what they can do.

use std::process::ExitCode;

use rehearse_core::error::ErrorView;
use rehearse_core::view::{
    CheckOutcome, CheckStep, ChosenModel, KeyPlace, KeyWish, ModelForm, ModelPlace, ModelRole, ModelsView,
    PresetView, RoleView,
};
use rehearse_core::{Access, Core, Parts, SystemFolders};

use crate::desktop::arguments::{ModelsJob, SetModel, place};
use crate::desktop::jobs::owning;
use crate::desktop::print::Printer;
use crate::desktop::secret::secret;
use crate::desktop::table::{columns, local};

/// Does it.
pub(crate) async fn run(
    job: Option<ModelsJob>,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    match job {
        None => printer.answer(&looking(folders).await?, |models| list(models, printer))?,
        Some(ModelsJob::Presets) => {
            printer.answer(&looking(folders).await?.presets, |all| presets(all, printer))?;
        }
        Some(ModelsJob::Set(how)) => {
            let core = owning(folders).await?;
            let done = set(&core, how, printer).await;
            core.shut_down().await;
            printer.answer(&done?, |models| list(models, printer))?;
        }
        Some(ModelsJob::Forget { role, substitute }) => {
            let core = owning(folders).await?;
            let role = role.into();
            let done = core.forget_model(role, place(substitute)).await;
            core.shut_down().await;
            let models = done?;
            let now = models.roles.iter().find(|one| one.role == role);
            if let Some(model) = now.and_then(|one| one.chosen.as_ref()).filter(|_| !substitute) {
                let params = [("model", model.model.as_str()), ("host", &model.host)];
                printer.aside_for_people(&printer.sentences.say("cli.models.moved_up", &params));
            }
            printer.answer(&models, |models| list(models, printer))?;
        }
        Some(ModelsJob::AgreeHttp { host, take_back }) => {
            let core = owning(folders).await?;
            let done = match take_back {
                false => core.allow_model_http(host).await,
                true => core.forbid_model_http(host).await,
            };
            core.shut_down().await;
            printer.answer(&done?, |models| list(models, printer))?;
        }
        Some(ModelsJob::Probe { role }) => {
            let core = owning(folders).await?;
            let done = probe(&core, role.map(Into::into), printer).await;
            core.shut_down().await;
            return done;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn looking(folders: &SystemFolders) -> Result<ModelsView, ErrorView> {
    let core = Core::open(Parts::of_this_system(), folders, Access::Reader).await;
    core.models().await
}

/// Lets models play their roles, with one key for all of them.
async fn set(core: &Core, how: SetModel, printer: &Printer) -> Result<ModelsView, ErrorView> {
    let mut models = core.models().await?;
    let preset = models.presets.iter().find(|preset| preset.id == how.preset);
    let preset = preset.cloned().ok_or_else(|| ErrorView::new("model_preset"))?;
    let address = match how.address {
        Some(address) => address,
        None => core.model_address(&preset.id, how.workspace.as_deref())?,
    };
    let roles = match how.role.one() {
        Some(role) => vec![(role, how.model.unwrap_or_else(|| suggested(&preset, role)))],
        None if how.model.is_some() || how.voice.is_some() => return Err(ErrorView::new("model_for_all")),
        None => suggestions(&preset, printer),
    };
    if roles.is_empty() {
        return Err(ErrorView::new("model_no_suggestion").with("preset", &preset.id));
    }
    let key = how.key.then(|| key(printer)).transpose()?;
    for (role, model) in roles {
        let form = ModelForm {
            role,
            place: place(how.substitute),
            preset: preset.id.clone(),
            address: address.clone(),
            model,
            voice: how.voice.clone(),
            key: key.clone(),
            keys: how.keys.into(),
        };
        models = core.choose_model(form).await?;
    }
    Ok(models)
}

fn key(printer: &Printer) -> Result<String, ErrorView> {
    let key = secret("cli.ask.model_key", printer)?;
    match key.trim() {
        "" => Err(ErrorView::new("model_key_empty")),
        _ => Ok(key),
    }
}

/// The model that a preset suggests for a role; empty where only its owner knows.
fn suggested(preset: &PresetView, role: ModelRole) -> String {
    let suggestion = preset.roles.iter().find(|suggestion| suggestion.role == role);
    suggestion.map(|one| one.model.clone()).unwrap_or_default()
}

/// Every role with the model that a preset suggests. That a role needs a name is said.
fn suggestions(preset: &PresetView, printer: &Printer) -> Vec<(ModelRole, String)> {
    let (nameless, named): (Vec<_>, Vec<_>) = preset.roles.iter().partition(|one| one.model.is_empty());
    for one in nameless {
        let role = role(one.role, printer);
        let params = [("role", role.as_str()), ("preset", &preset.id)];
        printer.aside_for_people(&printer.sentences.say("cli.models.name_needed", &params));
    }
    named
        .into_iter()
        .map(|one| (one.role, one.model.clone()))
        .collect()
}

/// Asks the models of these roles, one after the other. Exit code 1 when something is missing.
async fn probe(core: &Core, role: Option<ModelRole>, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let mut models = core.models().await?;
    let wanted = models
        .roles
        .iter()
        .filter(|one| role.is_none_or(|role| one.role == role));
    let played = wanted.flat_map(|one| players(one).map(|(place, _)| (one.role, place)));
    let played: Vec<(ModelRole, ModelPlace)> = played.collect();
    let asked = match (role, played.is_empty()) {
        // What is said of a role that nobody plays is the core's to say.
        (Some(role), true) => vec![(role, ModelPlace::First)],
        (None, true) => return Err(ErrorView::new("no_model_chosen")),
        _ => played,
    };
    let mut fine = true;
    for (role, place) in asked {
        models = core.check_model(role, place).await?;
        let one = models.roles.iter().find(|one| one.role == role);
        let model = one.and_then(|one| at(one, place));
        for line in model.iter().flat_map(|model| checked(role, model, printer)) {
            printer.progress(&line)?;
        }
        let check = model.and_then(|model| model.check.as_ref());
        fine &= check.is_some_and(|check| check.fine);
    }
    printer.answer(&models, |_| Vec::new())?;
    Ok(if fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Those who play a role, in order.
fn players(one: &RoleView) -> impl Iterator<Item = (ModelPlace, &ChosenModel)> {
    let places = ModelPlace::ALL.into_iter();
    places.filter_map(|place| at(one, place).map(|model| (place, model)))
}

fn at(one: &RoleView, place: ModelPlace) -> Option<&ChosenModel> {
    match place {
        ModelPlace::First => one.chosen.as_ref(),
        ModelPlace::Substitute => one.substitute.as_ref(),
    }
}

/// What a check found, with a line for each step.
fn checked(of: ModelRole, chosen: &ChosenModel, printer: &Printer) -> Vec<String> {
    let Some(check) = &chosen.check else {
        return Vec::new();
    };
    let say = |key: &str, params: &[(&str, &str)]| printer.sentences.say(key, params);
    let params = [
        ("role", role(of, printer)),
        ("model", chosen.model.clone()),
        ("host", chosen.host.clone()),
    ];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut lines = vec![say("cli.models.checked", &params)];
    lines.extend(check.steps.iter().map(|one| step(one, printer)));
    if let Some(ms) = check.first_sound_ms {
        lines.push(say("cli.models.first_sound", &[("ms", &ms.to_string())]));
    }
    let verdict = match check.fine {
        true => "cli.models.fine",
        false => "cli.models.not_fine",
    };
    lines.push(say(verdict, &[]));
    lines
}

fn step(one: &CheckStep, printer: &Printer) -> String {
    let mark = match one.outcome {
        CheckOutcome::Yes => "cli.models.yes",
        CheckOutcome::No => "cli.models.no",
        CheckOutcome::Unknown => "cli.models.unknown",
    };
    let what = printer.sentences.say(&format!("model.step.{}", one.step), &[]);
    let line = printer.sentences.say(mark, &[("what", &what)]);
    match &one.trouble {
        Some(trouble) => format!("{line}\n{}", printer.sentences.error(trouble)),
        None => line,
    }
}

/// A line for each role, below a line of titles, and what was agreed to.
fn list(models: &ModelsView, printer: &Printer) -> Vec<String> {
    let titles = [
        "cli.models.head.role",
        "cli.models.head.model",
        "cli.models.head.host",
        "cli.models.head.key",
        "cli.models.head.check",
    ]
    .map(|key| printer.sentences.say(key, &[]));
    let rows = models.roles.iter().flat_map(|one| {
        let nobody = || {
            let nobody = printer.sentences.say("cli.models.nobody", &[]);
            [
                role(one.role, printer),
                nobody,
                String::new(),
                String::new(),
                String::new(),
            ]
        };
        let played = players(one).map(|(place, chosen)| {
            let role = match place {
                ModelPlace::First => role(one.role, printer),
                ModelPlace::Substitute => printer.sentences.say("cli.models.if_it_fails", &[]),
            };
            let (model, host) = (chosen.model.clone(), chosen.host.clone());
            let wish = models.presets.iter().find(|preset| preset.id == chosen.preset);
            let key = printer
                .sentences
                .say(key_word(chosen, wish.map(|preset| preset.key)), &[]);
            [role, model, host, key, last_check(chosen, printer)]
        });
        let played: Vec<_> = played.collect();
        if played.is_empty() { vec![nobody()] } else { played }
    });
    let mut lines = columns(&std::iter::once(titles).chain(rows).collect::<Vec<_>>());
    if !models.plain_hosts.is_empty() {
        let hosts = models.plain_hosts.join(", ");
        lines.push(
            printer
                .sentences
                .say("cli.models.plain_hosts", &[("hosts", &hosts)]),
        );
    }
    lines
}

fn key_word(chosen: &ChosenModel, wish: Option<KeyWish>) -> &'static str {
    match (chosen.key, wish) {
        (Some(KeyPlace::Keychain), _) => "cli.models.key.keychain",
        (Some(KeyPlace::File), _) => "cli.models.key.file",
        (None, Some(KeyWish::Needed)) => "cli.models.key.missing",
        (None, _) => "cli.models.key.none",
    }
}

fn last_check(chosen: &ChosenModel, printer: &Printer) -> String {
    let (Some(at), Some(check)) = (chosen.checked_at, &chosen.check) else {
        return printer.sentences.say("cli.models.unchecked", &[]);
    };
    let key = match check.fine {
        true => "cli.models.last_fine",
        false => "cli.models.last_not_fine",
    };
    printer.sentences.say(key, &[("when", &local(at))])
}

/// A line for each role of each host.
fn presets(all: &[PresetView], printer: &Printer) -> Vec<String> {
    let titles = [
        "cli.models.head.preset",
        "cli.models.head.role",
        "cli.models.head.model",
        "cli.models.head.address",
    ]
    .map(|key| printer.sentences.say(key, &[]));
    let rows = all.iter().flat_map(|preset| {
        preset.roles.iter().map(|one| {
            let model = match one.model.as_str() {
                "" => printer.sentences.say("cli.models.own_name", &[]),
                model => model.to_owned(),
            };
            [
                preset.id.clone(),
                role(one.role, printer),
                model,
                preset.address.clone(),
            ]
        })
    });
    columns(&std::iter::once(titles).chain(rows).collect::<Vec<_>>())
}

fn role(role: ModelRole, printer: &Printer) -> String {
    let key = match role {
        ModelRole::Partner => "cli.models.role.partner",
        ModelRole::Transcriber => "cli.models.role.transcriber",
        ModelRole::Evaluator => "cli.models.role.evaluator",
        ModelRole::Speaker => "cli.models.role.speaker",
    };
    printer.sentences.say(key, &[])
}
