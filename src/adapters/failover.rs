//! Failover: several targets as one provider; when one cannot answer, the next one is asked.
//!
//! The first target answers whenever it is well. One that failed rests for a while, longer each time, and is
//! tried again at the first request after that. Nothing moves without a delta that says so, and nothing moves
//! once the model has stopped: from then on its tools may run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::channel::mpsc;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{SinkExt as _, StreamExt as _};
use tokio::time::Instant;

use super::in_step::{Out, announce, in_step};
use crate::engine::{AccountChoice, Delta, Provider, Request, Terms};
use crate::session::{Fault, FaultClass, ModelChoice, Passcode, Usage};

/// How many deltas may wait for the engine.
const WAITING: usize = 64;

/// One place where an answer may come from.
#[derive(Clone)]
pub struct Target {
    /// What it is called in notices: "us-west-2", "haiku in eu-west-1 by profile prod".
    pub label: String,
    /// Who answers.
    pub provider: Arc<dyn Provider>,
    /// The model that it is asked for when it stands in for another target.
    pub model: String,
    /// What it does not share with the first target.
    pub own: Own,
}

/// The parts of an account that a target names for itself; the others are the first target's, also when the user moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Own {
    /// Whether it names a region.
    pub region: bool,
    /// Whether it names a profile.
    pub profile: bool,
}

/// How long a target that failed is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rests {
    /// After a passing fault; doubled each time.
    pub first: Duration,
    /// At most, and at once after a fault that only people or the next day can mend.
    pub longest: Duration,
}

impl Default for Rests {
    fn default() -> Self {
        Self { first: Duration::from_secs(60), longest: Duration::from_secs(3600) }
    }
}

/// Several targets, asked in their order.
pub struct Failover {
    inner: Arc<Inner>,
}

struct Inner {
    targets: Vec<Target>,
    rests: Rests,
    course: Mutex<Course>,
}

/// What is known of the targets so far.
#[derive(Default)]
struct Course {
    /// The target that an id was chosen from, where it is not the first.
    homes: BTreeMap<String, usize>,
    /// The target that answered last under an id: its prices hold.
    answering: BTreeMap<String, usize>,
    /// The stand-in that answers now.
    away: Option<Away>,
    resting: BTreeMap<(usize, String), Rest>,
}

/// A target that stands in for the chosen one.
#[derive(Debug, Clone)]
struct Away {
    /// The model that the chosen target was asked for.
    asked: String,
    at: usize,
    /// The id under which it answers, which the engine names in its next request.
    id: String,
}

/// A target that failed.
#[derive(Debug, Clone)]
struct Rest {
    until: Instant,
    failures: u32,
    why: String,
}

/// One request's way through the targets.
struct Way {
    asked: String,
    home: usize,
    /// The target that the user was last told of.
    shown: usize,
    order: Vec<usize>,
    /// Whether the last fault stands beside what it made void.
    is_told: bool,
}

impl Failover {
    /// Returns the targets as one; the first of them is the one to prefer.
    pub fn new(first: Target, others: Vec<Target>, rests: Rests) -> Self {
        let targets = std::iter::once(first).chain(others).collect();
        Self { inner: Arc::new(Inner { targets, rests, course: Mutex::default() }) }
    }
}

impl Inner {
    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a request: the targets that are well come first, then those that rest, each in their order.
    fn way(&self, model: &str) -> Way {
        let now = Instant::now();
        let mut course = self.course();
        // Another id than these: the user has chosen anew.
        course.away = course.away.take().filter(|away| away.id == model || away.asked == model);
        let (asked, shown) = match &course.away {
            Some(away) => (away.asked.clone(), Some(away.at)),
            None => (model.to_owned(), None),
        };
        let home = course.homes.get(&asked).copied().unwrap_or(0);
        let rests = |at: &usize| {
            let key = (*at, self.model_at(*at, home, &asked).to_owned());
            course.resting.get(&key).is_some_and(|rest| rest.until > now)
        };
        let (mut order, resting): (Vec<usize>, Vec<usize>) = (home..self.targets.len()).partition(|at| !rests(at));
        order.extend(resting);
        Way { asked, home, shown: shown.unwrap_or(home), order, is_told: false }
    }

    fn model_at<'a>(&'a self, at: usize, home: usize, asked: &'a str) -> &'a str {
        if at == home { asked } else { &self.targets[at].model }
    }

    async fn answer(&self, request: Request, mut out: Out) {
        let mut way = self.way(&request.model);
        let mut failed: Vec<(usize, Fault)> = Vec::new();
        let order = way.order.clone();
        for (place, &at) in order.iter().enumerate() {
            match self.ask(at, &request, &mut way, &failed, &mut out).await {
                Ok(()) => return,
                Err(Ended { fault, may_go_on, has_begun, attempt }) => {
                    let is_home = at == way.home;
                    let is_void = has_begun || fault.class == FaultClass::Stalled;
                    way.is_told = has_begun;
                    if may_go_on && helps_elsewhere(fault.class, is_home) {
                        self.rest(at, self.model_at(at, way.home, &way.asked), &fault);
                        if is_void && place + 1 < order.len() {
                            // What had come is void, and is said to be, before anyone else is asked; what was silent
                            // may be paid for as well.
                            let again = Delta::Retrying { fault: fault.clone(), attempt, after: Duration::ZERO };
                            tell(&mut out, again).await;
                        }
                        failed.push((at, fault));
                    } else {
                        failed.push((at, fault));
                        break;
                    }
                }
            }
        }
        if let Some(fault) = self.conclusion(failed, way.home) {
            let _dropped = out.send(Err(fault)).await;
        }
    }

    /// Asks one target and hands its answer on.
    async fn ask(
        &self,
        at: usize,
        request: &Request,
        way: &mut Way,
        failed: &[(usize, Fault)],
        out: &mut Out,
    ) -> Result<(), Ended> {
        let target = &self.targets[at];
        let model = self.model_at(at, way.home, &way.asked).to_owned();
        let called = target.provider.resolve(&model);
        if let Ok(called) = &called
            && *request.model != called.id
        {
            // What it costs is asked of whoever answers under this id.
            self.course().answering.insert(called.id.clone(), at);
            announce(out, called.clone()).await;
        }
        if at != way.home {
            let model = called.map_err(|fault| Ended { fault, may_go_on: true, has_begun: false, attempt: 1 })?;
            self.go_to(at, model, way, failed, out).await;
        }
        let mut answer = target.provider.stream(Request { model: model.clone(), ..request.clone() });
        let (mut has_begun, mut has_stopped, mut attempt) = (false, false, 1);
        while let Some(item) = answer.next().await {
            let delta = match item {
                Ok(delta) => delta,
                Err(fault) => {
                    return Err(Ended { fault, may_go_on: !has_stopped, has_begun, attempt });
                }
            };
            match &delta {
                Delta::Opened { .. } | Delta::Silent(_) | Delta::Unsent | Delta::Sent | Delta::Remark(_) => {}
                Delta::Asking { model } => {
                    self.course().answering.insert(model.id.clone(), at);
                    announce(out, model.clone()).await;
                    continue;
                }
                Delta::Retrying { .. } => (has_begun, attempt) = (false, attempt + 1),
                Delta::Switched { model, .. } => {
                    self.answers_as(at, way.home, &model.id);
                    way.shown = at;
                }
                Delta::Stopped(_) => has_stopped = true,
                _ => {
                    if at == way.home && way.shown != at {
                        self.come_back(at, way, out).await;
                    }
                    has_begun = true;
                }
            }
            tell(out, delta).await;
        }
        self.course().resting.remove(&(at, model));
        Ok(())
    }

    /// Says that another target stands in from now on.
    async fn go_to(&self, at: usize, model: ModelChoice, way: &mut Way, failed: &[(usize, Fault)], out: &mut Out) {
        let target = &self.targets[at];
        let is_shown = way.shown == at;
        if is_shown && failed.is_empty() {
            return;
        }
        let home = &self.targets[way.home].label;
        let why = match failed.last() {
            Some(_) if way.is_told => String::new(),
            Some((_, fault)) => format!(": {}", fault.message),
            None => format!(": {}", self.why_resting(way)),
        };
        let reason = if is_shown {
            format!("{home} still cannot answer, so {} goes on{why}", target.label)
        } else {
            let before = failed.last().map_or(home, |(before, _)| &self.targets[*before].label);
            format!("{before} cannot answer, so {} is asked from now on{why}", target.label)
        };
        way.shown = at;
        let id = {
            let mut course = self.course();
            // What has stood in all the while keeps its id.
            let kept = course.away.take().filter(|away| is_shown && away.at == at).map(|away| away.id);
            let id = kept.unwrap_or_else(|| model.id.clone());
            course.answering.insert(id.clone(), at);
            course.away = Some(Away { asked: way.asked.clone(), at, id: id.clone() });
            id
        };
        tell(out, Delta::Switched { model: ModelChoice { id, ..model }, reason }).await;
    }

    /// Says that the chosen target answers again.
    async fn come_back(&self, home: usize, way: &mut Way, out: &mut Out) {
        way.shown = home;
        self.course().away = None;
        let target = &self.targets[home];
        if let Ok(model) = target.provider.resolve(&way.asked) {
            let reason = format!("{} answers again", target.label);
            self.answers_as(home, home, &model.id);
            tell(out, Delta::Switched { model, reason }).await;
        }
    }

    /// Notes the id under which a target answers.
    fn answers_as(&self, at: usize, home: usize, id: &str) {
        let mut course = self.course();
        course.answering.insert(id.to_owned(), at);
        if at == home {
            course.homes.insert(id.to_owned(), at);
            course.away = None;
        } else if let Some(away) = &mut course.away {
            id.clone_into(&mut away.id);
        }
    }

    fn rest(&self, at: usize, model: &str, fault: &Fault) {
        let mut course = self.course();
        let rest = course.resting.entry((at, model.to_owned())).or_insert_with(|| Rest {
            until: Instant::now(),
            failures: 0,
            why: String::new(),
        });
        let doubled = self.rests.first.saturating_mul(1 << rest.failures.min(16));
        let pause = if is_passing(fault.class) { doubled.min(self.rests.longest) } else { self.rests.longest };
        rest.failures += 1;
        rest.until = Instant::now() + pause;
        rest.why.clone_from(&fault.message);
    }

    fn why_resting(&self, way: &Way) -> String {
        let course = self.course();
        let rest = course.resting.get(&(way.home, way.asked.clone()));
        rest.map_or_else(|| "it failed a moment ago".to_owned(), |rest| rest.why.clone())
    }

    /// Returns the fault to tell at the end: the chosen target's, with what became of the others.
    fn conclusion(&self, failed: Vec<(usize, Fault)>, home: usize) -> Option<Fault> {
        let first = failed.iter().position(|(at, _)| *at == home).unwrap_or(0);
        let others: Vec<String> = failed
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != first)
            .map(|(_, (at, fault))| format!("{}: {}", self.targets[*at].label, fault.message))
            .collect();
        let (_, mut fault) = failed.into_iter().nth(first)?;
        if !others.is_empty() {
            fault.message = format!("{}; nor could the others answer ({})", fault.message, others.join("; "));
        }
        Some(fault)
    }
}

/// How a target's answer ended without being whole.
struct Ended {
    fault: Fault,
    /// Whether nothing of the step can have been acted on.
    may_go_on: bool,
    /// Whether something had come, which counts no longer.
    has_begun: bool,
    /// Which try of this target it was.
    attempt: u32,
}

/// Tells whether another target may answer where one failed in this way.
fn helps_elsewhere(class: FaultClass, is_home: bool) -> bool {
    match class {
        FaultClass::Throttled
        | FaultClass::DailyQuota
        | FaultClass::Unavailable
        | FaultClass::Access
        | FaultClass::Model
        | FaultClass::Network
        | FaultClass::Stalled
        // The target has sent it again itself before, and told what is lost each time.
        | FaultClass::Truncated => true,
        // The user mends these for the chosen target; a stand-in that has them is passed over.
        FaultClass::Credentials
        | FaultClass::Region
        | FaultClass::ContextOverflow
        | FaultClass::Invalid
        | FaultClass::Other => !is_home,
        // It would pass the user's own limit: what now is for the user to say.
        FaultClass::Limit | FaultClass::Budget => false,
    }
}

/// Tells whether a moment may mend the fault.
fn is_passing(class: FaultClass) -> bool {
    class.is_transient()
}

async fn tell(out: &mut Out, delta: Delta) {
    // Nobody is left to hear it only while the stream is being dropped.
    let _dropped = out.send(Ok(delta)).await;
}

impl Provider for Failover {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        let inner = Arc::clone(&self.inner);
        let (out, deltas) = mpsc::channel(WAITING);
        in_step(deltas, async move { inner.answer(request, out).await })
    }

    fn hurry(&self) {
        self.inner.targets.iter().for_each(|target| target.provider.hurry());
    }

    fn passcode(&self, code: Passcode) {
        self.inner.targets.iter().for_each(|target| target.provider.passcode(code.clone()));
    }

    fn go_to(&self, account: AccountChoice) -> Result<(), Fault> {
        let targets = &self.inner.targets;
        targets[0].provider.go_to(account.clone())?;
        for target in &targets[1..] {
            let stays = match account {
                AccountChoice::Region(_) => target.own.region,
                AccountChoice::Profile(_) => target.own.profile,
            };
            // What the first target took is a name that all take; one that knows no accounts stays where it is.
            if !stays && let Err(fault) = target.provider.go_to(account.clone()) {
                tracing::debug!(%fault, "a fallback stays where it is");
            }
        }
        // What is known of the targets held for the other account.
        *self.inner.course() = Course::default();
        Ok(())
    }

    fn accounts(&self) -> Vec<AccountChoice> {
        self.inner.targets[0].provider.accounts()
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        let inner = &self.inner;
        let mut first_fault = None;
        for (at, target) in inner.targets.iter().enumerate() {
            // The others may take any name for a model; they are asked for those that they list.
            let lists = |target: &Target| target.provider.models().iter().any(|(known, _)| known == name.trim());
            if at > 0 && name.trim() != target.model && !lists(target) {
                continue;
            }
            match target.provider.resolve(name) {
                Ok(model) => {
                    let mut course = inner.course();
                    // Chosen by the user: nothing stands in any more, even where it is the same model.
                    course.away = None;
                    course.homes.insert(model.id.clone(), at);
                    course.answering.insert(model.id.clone(), at);
                    return Ok(model);
                }
                Err(fault) => {
                    first_fault.get_or_insert(fault);
                }
            }
        }
        Err(first_fault.unwrap_or_else(|| Fault::new(FaultClass::Model, format!("{name} is no known model"))))
    }

    fn models(&self) -> Vec<(String, String)> {
        let mut models: Vec<(String, String)> = Vec::new();
        for target in &self.inner.targets {
            for (name, line) in target.provider.models() {
                if !models.iter().any(|(known, _)| *known == name) {
                    models.push((name, line));
                }
            }
        }
        models
    }

    fn discover(&self) -> BoxFuture<'static, Vec<(String, String)>> {
        self.inner.targets[0].provider.discover()
    }

    fn terms(&self, model: &str) -> Terms {
        let at = self.inner.course().answering.get(model).copied().unwrap_or(0);
        self.inner.targets[at].provider.terms(model)
    }

    fn cost_micros(&self, model: &str, usage: Usage) -> Option<u64> {
        let at = self.inner.course().answering.get(model).copied().unwrap_or(0);
        self.inner.targets[at].provider.cost_micros(model, usage)
    }
}
