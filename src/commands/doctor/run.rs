//! The order of the checks, and how they are printed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use adit::adapters::bedrock::Bedrock;
use adit::cli::DoctorArgs;
use adit::config::Config;
use adit::doctor::{Check, Report, least_policy};
use adit::headless;
use adit::models::Models;

use super::super::output::print;
use super::{endpoints, machine, settings, terminal};
use crate::launch::{Audience, block_on, provider, workspace};
use crate::places::Places;
use crate::settings::{configuration, models};
use crate::stop::Stop;

/// Checks, prints, and tells by the exit code whether something failed.
pub(crate) fn doctor(places: &Places, arguments: &DoctorArgs) -> Result<ExitCode, Stop> {
    let root = workspace(arguments.path.as_deref())?;
    if arguments.iam_policy {
        return policy(places, arguments, &root);
    }
    let report = block_on(async { Ok(examine(places, arguments, &root).await) })?;
    let text = if arguments.json { format!("{:#}\n", report.json()) } else { report.text() };
    let code = print(&headless::clean(&text))?;
    Ok(if report.has_failed() && code == ExitCode::SUCCESS { ExitCode::from(1) } else { code })
}

async fn examine(places: &Places, arguments: &DoctorArgs, root: &Path) -> Report {
    let mut checks = terminal::checks().await;
    checks.extend(machine::git(root).await);
    let (found, mut config) = settings::checks(places, root);
    checks.extend(found);
    arguments.model.apply(&mut config);
    checks.push(machine::state_folder(&places.state));
    let models = models(places).unwrap_or_default();
    checks.extend(access(places, arguments, &config, models).await);
    Report { checks }
}

/// Looks at the account and the endpoints, and calls the model where the user agrees.
async fn access(places: &Places, arguments: &DoctorArgs, config: &Config, models: Models) -> Vec<Check> {
    let model = config.model.trim();
    let mut checks = endpoints::checks(config);
    let unasked = || {
        Check::skipped("model access", format!("{model} was not called; `adit doctor --yes` calls it for one token"))
    };
    if endpoints::names_one(config, model) {
        checks.push(Check::skipped("credentials", format!("{model} needs no AWS account")));
        let agrees = arguments.yes || agrees(arguments, model, "at its endpoint");
        checks.push(if agrees {
            let provider = provider(config, &models, Audience::Script, &places.state).await;
            endpoints::try_call(provider, model).await
        } else {
            unasked()
        });
        return checks;
    }
    let bedrock = Bedrock::new(config, models);
    let inspection = bedrock.inspect().await;
    checks.extend(inspection.checks.clone());
    match inspection.region() {
        None => checks.push(Check::skipped("model access", "there is nothing to call with yet")),
        Some(region) if arguments.yes || agrees(arguments, model, &format!("in {region}")) => {
            checks.extend(bedrock.try_call(&inspection, model).await);
        }
        Some(_) => checks.push(unasked()),
    }
    checks
}

/// Asks whether the model may be called, where somebody is there to answer.
fn agrees(arguments: &DoctorArgs, model: &str, place: &str) -> bool {
    let is_attended = io::stdin().is_terminal() && io::stderr().is_terminal() && io::stdout().is_terminal();
    if arguments.json || !is_attended {
        return false;
    }
    let mut err = io::stderr().lock();
    let model = headless::clean(model);
    let asked = write!(err, "Call {model} {place} for one token, to see whether that is allowed? [y/N] ");
    let mut answer = String::new();
    let heard = asked.and_then(|()| err.flush()).and_then(|()| io::stdin().lock().read_line(&mut answer));
    heard.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes" | "Yes")
}

/// Prints the least policy for what is configured. Nothing is called; the credentials need not be there.
fn policy(places: &Places, arguments: &DoctorArgs, root: &Path) -> Result<ExitCode, Stop> {
    let mut config = configuration(places, root)?;
    arguments.model.apply(&mut config);
    let models = models(places)?;
    let called = block_on(async {
        let mut called = Vec::new();
        // The fallbacks are called as well, each where and as it says.
        for config in std::iter::once(config.clone()).chain(config.fallback.iter().map(|other| config.at(other))) {
            let model = config.model.trim().to_owned();
            if !endpoints::names_one(&config, &model) {
                let region = Bedrock::new(&config, models.clone()).region().await;
                called.push((model, region));
            }
        }
        Ok(called)
    })?;
    print(&format!("{:#}\n", least_policy(&models, &called)))
}
