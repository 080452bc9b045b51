//! The order of the checks, and how they are printed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use adit::adapters::bedrock::Bedrock;
use adit::cli::DoctorArgs;
use adit::config::Config;
use adit::doctor::{Check, CheckState, Report, least_policy};
use adit::models::Models;
use adit::safe::{written, written_json};

use super::super::output::print;
use super::{endpoints, machine, settings, terminal};
use crate::launch::{Audience, block_on, provider, workspace};
use crate::places::{Places, lessons_in};
use crate::settings::{configuration, models};
use crate::stop::Stop;

/// Checks, prints, and tells by the exit code whether something failed.
pub(crate) fn doctor(places: &Places, arguments: &DoctorArgs) -> Result<ExitCode, Stop> {
    let root = workspace(arguments.path.as_deref())?;
    if arguments.iam_policy {
        return policy(places, arguments, &root);
    }
    let report = block_on(async { Ok(examine(places, arguments, &root).await) })?;
    let code = if arguments.json {
        print(&written_json(&format!("{:#}\n", report.json())))?
    } else {
        print(&written(&report.text(), None))?
    };
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

/// A place that may be asked for an answer.
struct Target {
    /// What its check is called.
    name: String,
    /// What is said of it before each finding: how a fallback differs from the first place.
    label: String,
    config: Config,
}

/// Returns the first place and the fallbacks, each as if it were the only one.
fn targets(config: &Config) -> Vec<Target> {
    let alone = |config: Config| Config { fallback: Vec::new(), ..config };
    let first = Target { name: ACCESS.to_owned(), label: String::new(), config: alone(config.clone()) };
    let others = config.fallback.iter().zip(1..).map(|(fallback, number)| Target {
        name: format!("fallback {number}"),
        label: fallback.label(),
        config: alone(config.at(fallback)),
    });
    std::iter::once(first).chain(others).collect()
}

/// The check of the first place.
const ACCESS: &str = "model access";

/// Looks at the accounts and the endpoints, and calls the model of each place where the user agrees.
async fn access(places: &Places, arguments: &DoctorArgs, config: &Config, models: Models) -> Vec<Check> {
    let mut checks = endpoints::checks(config);
    for target in targets(config) {
        let found = look(places, arguments, &target, &models).await;
        if target.name == ACCESS {
            checks.extend(found);
            continue;
        }
        // One line: what stands in the way, else whether the model answers. The clock is told with the first place.
        let stands_in_the_way = |check: &&Check| check.state == CheckState::Fail && check.name != "clock";
        let told = found.iter().find(stands_in_the_way).or_else(|| found.iter().find(|check| check.name == ACCESS));
        checks.extend(told.map(|check| Check {
            name: target.name.clone(),
            finding: format!("{}: {}", target.label, check.finding),
            ..check.clone()
        }));
    }
    checks
}

/// Looks at one place.
async fn look(places: &Places, arguments: &DoctorArgs, target: &Target, models: &Models) -> Vec<Check> {
    let config = &target.config;
    let model = config.model.trim();
    let unasked =
        || Check::skipped(ACCESS, format!("{model} was not called; `adit doctor --yes` calls it for one token"));
    if endpoints::names_one(config, model) {
        let account = Check::skipped("credentials", format!("{model} needs no AWS account"));
        let agrees = arguments.yes || agrees(arguments, model, "at its endpoint");
        let access = if agrees {
            let provider = provider(config, models, Audience::Script, &places.state).await;
            endpoints::try_call(provider, model).await
        } else {
            unasked()
        };
        return vec![account, access];
    }
    let bedrock = Bedrock::new(config, models.clone()).remembering(lessons_in(&places.state));
    let inspection = bedrock.inspect().await;
    let mut checks = inspection.checks.clone();
    match inspection.region() {
        None => checks.push(Check::skipped(ACCESS, "there is nothing to call with yet")),
        Some(region) => {
            let profile = config.profile.trim();
            let profile = if profile.is_empty() { String::new() } else { format!(" by profile {profile}") };
            let place = format!("in {region}{profile}");
            if arguments.yes || agrees(arguments, model, &place) {
                checks.extend(bedrock.try_call(&inspection, model).await);
            } else {
                checks.push(unasked());
            }
        }
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
    let model = written(model, None);
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
    let learnt = Bedrock::new(&config, models.clone()).remembering(lessons_in(&places.state));
    if called.is_empty() {
        let words = "there is nothing to allow: what is configured is asked at endpoints, which need no AWS account";
        return Err(Stop::new(words).hint("Name a model of Bedrock by --model to see what it needs."));
    }
    print(&format!("{:#}\n", least_policy(&models, &called, &|arn| learnt.behind(arn))))
}
