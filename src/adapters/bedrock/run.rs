//! One step's request, sent until one answer is whole or nothing cures it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_sdk_bedrockruntime::operation::RequestId;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput as Opened;

use super::super::blocks::{self, Blocks};
use super::super::in_step::announce;
use super::account::Account;
use super::canonical::{Noted, Wire};
use super::choice::Choice;
use super::course::Course;
use super::failure::{Cure, Failure};
use super::history::{self, Wanted};
use super::lessons::Extra;
use super::provider::{Inner, locked};
use super::proxy;
use super::refused::{refused, without_tunnel};
use super::request::{self, Shape};
use super::stream::{self, Progress};
use super::thoughts;
use super::watch::{Out, Silence, tell, watched};
use super::words::{Place, causes};
use crate::config::{CacheTtl, Effort};
use crate::engine::{Delta, Request, ToolSpec};
use crate::models::Thinking;
use crate::session::{Block, Fault, FaultClass, ModelChoice};

/// How long the end of a complete answer is waited for, so that its connection can be used again.
const FAREWELL: Duration = Duration::from_secs(1);

impl Inner {
    /// Answers one request into `out`: deltas, and at the end a fault if it could not be answered.
    pub(super) async fn answer(&self, request: Request, mut out: Out) {
        if let Err(fault) = self.try_answer(&request, &mut out).await {
            use futures::SinkExt;
            let _dropped = out.send(Err(fault)).await;
        }
    }

    async fn try_answer(&self, request: &Request, out: &mut Out) -> Result<(), Fault> {
        let mut course = Course::new(self.limits, self.patience.backoff);
        let mut account = self.signed_in(&mut course, out).await?;
        let mut choice = self.choice(&request.model, &account);
        self.look_behind(&account, choice.id()).await;
        loop {
            let mut progress = Progress::default();
            course.tries.sent += 1;
            let failure = match self.attempt(&account, &choice, request, &mut course, &mut progress, out).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            if failure.fault.class == FaultClass::Credentials {
                self.forget_account().await;
            }
            if failure.cure == Cure::WithoutReasoning {
                locked(&self.dead_thoughts).extend(thoughts::signatures(&request.messages));
            }
            if failure.cure == Cure::Profile {
                choice.offer(self.profiles_of(&account, choice.id()).await);
            }
            let Some(after) = course.remedy(&failure, &progress, &mut choice, &account.region, &self.models) else {
                let mut fault = conclusion(failure, &choice);
                if progress.has_begun {
                    fault.message.push_str(&progress.lost());
                }
                return Err(fault);
            };
            // Another id says so by itself once it answers.
            if progress.has_begun || !matches!(failure.cure, Cure::OtherModel | Cure::Profile) {
                let mut fault = failure.fault.clone();
                if progress.has_begun {
                    fault.message.push_str(&progress.lost());
                }
                course.tries.wait(fault, after, &self.hurry, out).await;
            }
            if matches!(failure.cure, Cure::OtherModel | Cure::Profile) {
                announce(out, self.described(&request.model, choice.id(), &account)).await;
            }
            if matches!(failure.cure, Cure::Reload | Cure::Login | Cure::Passcode) {
                account = self.signed_in(&mut course, out).await?;
            }
        }
    }

    /// Sends the request once and hands its answer on.
    async fn attempt(
        &self,
        account: &Account,
        choice: &Choice,
        request: &Request,
        course: &mut Course,
        progress: &mut Progress,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let id = choice.id();
        course.without.append(&mut self.lessons.refused(id));
        course.output = course.output.into_iter().chain(self.lessons.output(id)).min();
        let place = self.place(account, id);
        let noted = Noted::default();
        if !self.takes_tools(id, course) && blocks::are_wanted(request) {
            progress.search(Blocks::new(&request.messages));
        }
        let opened = self.open(account, id, request, course, &noted, out.clone());
        let mut opened = match watched(self.patience, out, opened).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(failure)) => return Err(failure),
            Err(silence) => return Err(stalled(&silence)),
        };
        if noted.is_page() {
            return Err(stream::page());
        }
        self.known.keep(&request.model, id);
        self.lessons.refuses(id, &course.without);
        self.lessons.writes_at_most(id, course.output);
        if let Some(asked) = choice.needed_profile() {
            self.lessons.needs_profile(&account.region, asked, id);
        }
        if !std::mem::replace(&mut course.has_named_model, true)
            && let Some(reason) = choice.explanation(&self.models)
        {
            let model = self.described(&request.model, id, account);
            tell(out, Delta::Switched { model, reason }).await;
        }
        let request_id = opened.request_id().map(str::to_owned);
        tell(out, Delta::Opened { request_id: request_id.clone() }).await;
        let read = self.read(&mut opened, progress, &noted, &place, out).await;
        read.map_err(|mut failure| {
            failure.fault.request_id = failure.fault.request_id.take().or(request_id);
            failure
        })?;
        tell(out, Delta::Usage(progress.usage.unwrap_or_default())).await;
        Ok(())
    }

    async fn open(
        &self,
        account: &Account,
        id: &str,
        request: &Request,
        course: &Course,
        noted: &Noted,
        mut remarks: Out,
    ) -> Result<Opened, Failure> {
        let place = self.place(account, id);
        let takes = |extra: Extra| !course.without.contains(&extra);
        let takes_tools = self.takes_tools(id, course);
        let tools: &[ToolSpec] = if takes_tools { &request.tools } else { &[] };
        let asked = request.max_tokens.or(Some(self.max_tokens));
        let dead = locked(&self.dead_thoughts).clone();
        let history = thoughts::without(&request.messages, &dead);
        // Thinking by a budget demands the thoughts of the turn's earlier steps; without them it is left out.
        let is_by_budget = self.model_of(id).is_some_and(|model| model.thinking == Thinking::Budget);
        let misses_some = course.has_dropped_thoughts || thoughts::are_missed(&request.messages, &dead);
        let effort = if is_by_budget && misses_some { Effort::Auto } else { request.effort };
        let mut shape = Shape::new(id, self.model_of(id), &self.models, asked, self.cache)
            .within(course.output)
            .with_effort(effort, self.thinking_budget)
            .with_temperature(self.temperature);
        shape.cache = self.cache_within(shape.cache, &course.without);
        if let Some(why) = shape.thinking_left_out()
            && !self.has_told_of_thinking.swap(true, Ordering::Relaxed)
        {
            tell(&mut remarks, Delta::Remark(why)).await;
        }
        let wanted =
            Wanted { tools: !tools.is_empty(), reasoning: true, images: shape.sees_images() && takes(Extra::Images) };
        let mut messages = if takes_tools {
            history::mended(&history, wanted)
        } else {
            history::mended(&blocks::in_words(&history), wanted)
        };
        let mut system = if takes_tools || !blocks::are_wanted(request) {
            request.system.clone()
        } else {
            blocks::system(&request.system)
        };
        if let Some(first) = messages.first_mut().filter(|_| !takes(Extra::System) && !system.trim().is_empty()) {
            Arc::make_mut(&mut first.blocks).insert(0, Block::Text { text: std::mem::take(&mut system) });
        }
        if messages.is_empty() {
            return Err(Failure::new(FaultClass::Invalid, "there is nothing to send: the prompt is empty"));
        }
        let parts = request::parts(&system, messages, tools, &shape).map_err(|error| {
            Failure::new(FaultClass::Invalid, format!("cannot put the request together: {}", causes(&error)))
        })?;
        let sent = account
            .client
            .converse_stream()
            .model_id(id)
            .set_system((!parts.system.is_empty()).then_some(parts.system))
            .set_messages(Some(parts.messages))
            .set_tool_config(parts.tools)
            .inference_config(parts.inference)
            .set_additional_model_request_fields(parts.extra)
            .set_output_config(parts.output)
            .set_request_metadata((!self.tags.is_empty()).then(|| request::metadata(&self.tags)))
            .customize()
            .interceptor(Wire(noted.clone()))
            .send();
        match sent.await {
            Ok(opened) => Ok(opened),
            Err(error) => Err(match without_tunnel(&error) {
                Some(why) => proxy::no_tunnel(&why, noted.host().unwrap_or("Bedrock")).await,
                None => refused(&error, noted, &place),
            }),
        }
    }

    /// Hands the events on until the answer is complete.
    async fn read(
        &self,
        opened: &mut Opened,
        progress: &mut Progress,
        noted: &Noted,
        place: &Place,
        out: &mut Out,
    ) -> Result<(), Failure> {
        loop {
            let event = if progress.has_stopped {
                // Nothing but figures can follow; a complete answer is not lost for them.
                let patience = if progress.usage.is_some() { FAREWELL } else { self.patience.first_word };
                match tokio::time::timeout(patience, opened.stream.recv()).await {
                    Ok(Ok(event)) => event,
                    Ok(Err(_)) | Err(_) => return Ok(()),
                }
            } else {
                match watched(self.patience, out, opened.stream.recv()).await {
                    Ok(Ok(event)) => event,
                    Ok(Err(error)) => return Err(stream::broken(&error, noted.is_page(), place)),
                    Err(silence) => return Err(stalled(&silence)),
                }
            };
            match event {
                Some(event) => {
                    for delta in progress.read(event) {
                        tell(out, delta).await;
                    }
                }
                None if progress.has_stopped => return Ok(()),
                None => return Err(stream::cut_off()),
            }
        }
    }

    /// Returns how long caches live for a model that does not take these.
    pub(super) fn cache_within(&self, cache: Option<CacheTtl>, without: &BTreeSet<Extra>) -> Option<CacheTtl> {
        match cache {
            _ if without.contains(&Extra::Cache) => None,
            Some(CacheTtl::OneHour) if without.contains(&Extra::LongCache) => Some(CacheTtl::FiveMinutes),
            other => other,
        }
    }

    /// Tells whether a model takes tools, as far as the table tells and it was found out.
    fn takes_tools(&self, id: &str, course: &Course) -> bool {
        self.model_of(id).is_none_or(|model| model.tools) && !course.without.contains(&Extra::Tools)
    }

    /// Returns the ids to try for a name: what answered in this session or an earlier one comes first.
    fn choice(&self, asked: &str, account: &Account) -> Choice {
        let known = self.known.get(asked).or_else(|| self.lessons.profile(&account.region, asked));
        Choice::new(asked, &account.region, &self.models, known)
    }

    /// Returns where a request goes, for messages.
    pub(super) fn place(&self, account: &Account, id: &str) -> Place {
        Place {
            region: account.region.clone(),
            profile: account.profile.clone(),
            model: id.to_owned(),
            base: self.models.profile_base(id).map(str::to_owned),
            by_keys: account.by_keys,
            login: account.login.clone(),
        }
    }

    /// Describes the model that answers.
    pub(super) fn described(&self, name: &str, id: &str, account: &Account) -> ModelChoice {
        ModelChoice {
            name: name.to_owned(),
            id: id.to_owned(),
            region: Some(account.region.clone()),
            profile: account.profile.clone(),
            context: self.model_of(id).map_or(crate::models::UNKNOWN_CONTEXT, |model| model.context),
        }
    }
}

/// Returns the fault to tell at the end: of several ids that were refused, the first one's reason counts.
fn conclusion(failure: Failure, choice: &Choice) -> Fault {
    match choice.refused.first() {
        Some((first, fault)) if matches!(failure.cure, Cure::OtherModel | Cure::Profile) => {
            let tried = choice.refused.len() + 1;
            let message = format!("none of {tried} ids can be called, beginning with {first}: {}", fault.message);
            // Its hint and the id of its request are of the same call as the reason.
            Fault { message, ..fault.clone() }
        }
        Some(_) | None => failure.fault,
    }
}

/// Returns the failure of a request that was silent for too long. It is sent again once, and what that costs is told:
/// the service may still be working on the first one, which is paid for as well.
fn stalled(silence: &Silence) -> Failure {
    let seconds = silence.0.as_secs();
    Failure::new(FaultClass::Stalled, format!("no data from Bedrock for {seconds} s, so the request was ended"))
        .hint("Send the prompt again; `stall_seconds` in adit's configuration sets how long silence is borne.")
        .cure(Cure::Once)
}
