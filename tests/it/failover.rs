//! Several targets as one: when the next one is asked, what is said of it, and when the first is asked again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit::adapters::failover::{Failover, Own, Rests, Target};
use adit::config::Config;
use adit::engine::{AccountChoice, Delta, Provider, Request};
use adit::session::{Allowance, Caps, Entry, EventKind, Fault, FaultClass, ModelChoice, Op, TurnOutcome, Usage};
use futures::StreamExt as _;
use futures::stream::BoxStream;

use crate::bedrock::stage::{self, Heard};
use crate::engine::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider, says};

/// A scripted place whose ids and prices are its own.
#[derive(Clone)]
struct Place {
    name: &'static str,
    price: u64,
    script: ScriptedProvider,
    /// Where it was moved to, in order.
    moves: Arc<Mutex<Vec<AccountChoice>>>,
}

impl Place {
    fn new(name: &'static str, price: u64, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { name, price, script: ScriptedProvider::new(answers), moves: Arc::default() }
    }

    /// The models that it was asked for, in order.
    fn asked(&self) -> Vec<String> {
        self.script.requests.lock().unwrap().iter().map(|request| request.model.clone()).collect()
    }

    fn target(&self) -> Target {
        let (label, model) = (self.name.to_owned(), "sonnet".to_owned());
        Target { label, provider: Arc::new(self.clone()), model, own: Own::default() }
    }
}

impl Provider for Place {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        self.script.stream(request)
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        Ok(ModelChoice { id: format!("{}.{name}", self.name), ..self.script.resolve(name)? })
    }

    fn models(&self) -> Vec<(String, String)> {
        self.script.models()
    }

    fn go_to(&self, account: AccountChoice) -> Result<(), Fault> {
        if account == AccountChoice::Profile("nowhere".to_owned()) {
            return Err(Fault::new(FaultClass::Credentials, "no such profile"));
        }
        self.moves.lock().unwrap().push(account);
        Ok(())
    }

    fn cost_micros(&self, _model: &str, usage: Usage) -> Option<u64> {
        Some(usage.output * self.price)
    }
}

const NOW: Rests = Rests { first: Duration::ZERO, longest: Duration::ZERO };
const NEVER: Rests = Rests { first: Duration::from_secs(3600), longest: Duration::from_secs(3600) };

fn fails(class: FaultClass) -> Answer {
    Answer::Fail(Vec::new(), Fault::new(class, format!("{class:?} in one place")))
}

fn text(words: &str) -> Delta {
    Delta::Text { block: 0, text: words.to_owned() }
}

fn switches(heard: &Heard) -> Vec<(String, String)> {
    let switched = heard.deltas.iter().filter_map(|delta| match delta {
        Delta::Switched { model, reason } => Some((model.id.clone(), reason.clone())),
        _ => None,
    });
    switched.collect()
}

async fn ask(provider: &Failover, model: &str) -> Heard {
    stage::hear(provider.stream(stage::request(model, vec![stage::user("hello")]))).await
}

#[tokio::test]
async fn the_next_place_is_asked_for_what_it_can_cure() {
    use FaultClass as Class;
    let moves = [
        Class::Throttled,
        Class::DailyQuota,
        Class::Unavailable,
        Class::Access,
        Class::Model,
        Class::Network,
        Class::Stalled,
        Class::Truncated,
    ];
    let stays = [Class::Credentials, Class::Region, Class::ContextOverflow, Class::Invalid, Class::Limit, Class::Other];
    for class in moves {
        let (first, second) = (Place::new("a", 1, [fails(class)]), Place::new("b", 1, [says("from b")]));
        let heard = ask(&Failover::new(first.target(), vec![second.target()], NEVER), "a.sonnet").await;
        assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "from b"), "{class:?}");
        let words = format!("a cannot answer, so b is asked from now on: {class:?} in one place");
        assert_eq!(switches(&heard), [("b.sonnet".to_owned(), words)]);
        let asking =
            heard.deltas.iter().position(|delta| matches!(delta, Delta::Asking { model } if model.id == "b.sonnet"));
        let switched = heard.deltas.iter().position(|delta| matches!(delta, Delta::Switched { .. }));
        assert!(asking.is_some() && asking < switched, "{:?}", heard.deltas);
        let is_void = class == Class::Stalled;
        assert_eq!(
            heard.retried().len(),
            usize::from(is_void),
            "{class:?}: nothing had begun, but silence may be billed"
        );
    }
    for class in stays {
        let (first, second) = (Place::new("a", 1, [fails(class)]), Place::new("b", 1, []));
        let heard = ask(&Failover::new(first.target(), vec![second.target()], NEVER), "a.sonnet").await;
        assert_eq!(heard.fault.map(|fault| fault.class), Some(class));
        assert!(second.asked().is_empty(), "{class:?}");
    }
}

#[tokio::test]
async fn what_had_come_is_void_and_a_complete_answer_is_never_asked_for_twice() {
    let fault = Fault::new(FaultClass::Unavailable, "down");
    let first = Place::new("a", 1, [Answer::Fail(vec![text("half")], fault.clone())]);
    let second = Place::new("b", 1, [says("whole")]);
    let heard = ask(&Failover::new(first.target(), vec![second.target()], NEVER), "a.sonnet").await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "whole"));
    assert_eq!(heard.retried(), [&fault]);
    // The reason stands beside what is void, and is not told again.
    assert_eq!(switches(&heard), [("b.sonnet".to_owned(), "a cannot answer, so b is asked from now on".to_owned())]);

    let stopped = vec![text("all of it"), Delta::Stopped(adit::session::StopReason::ToolUse)];
    let first = Place::new("a", 1, [Answer::Fail(stopped, fault.clone())]);
    let second = Place::new("b", 1, []);
    let heard = ask(&Failover::new(first.target(), vec![second.target()], NEVER), "a.sonnet").await;
    assert_eq!(heard.fault, Some(fault));
    assert!(second.asked().is_empty(), "its tools may have run");
}

#[tokio::test]
async fn nothing_is_said_to_be_sent_again_that_is_not() {
    let fault = Fault::new(FaultClass::Truncated, "cut off");
    let cut = || Answer::Fail(vec![text("half")], fault.clone());
    let (first, second) = (Place::new("a", 1, [cut()]), Place::new("b", 1, [cut()]));
    let heard = ask(&Failover::new(first.target(), vec![second.target()], NEVER), "a.sonnet").await;
    assert_eq!(
        heard.fault.map(|fault| fault.message),
        Some("cut off; nor could the others answer (b: cut off)".to_owned())
    );
    assert_eq!(heard.deltas.iter().filter(|delta| matches!(delta, Delta::Retrying { .. })).count(), 1);
    assert_eq!((first.asked().len(), second.asked().len()), (1, 1));
}

#[tokio::test]
async fn a_place_that_failed_rests_and_is_asked_again_when_its_rest_is_over() {
    let first = Place::new("a", 1, [fails(FaultClass::Throttled)]);
    let second = Place::new("b", 1, [says("one"), says("two")]);
    let provider = Failover::new(first.target(), vec![second.target()], NEVER);
    ask(&provider, "a.sonnet").await;
    let again = ask(&provider, "b.sonnet").await;
    assert_eq!((again.fault.clone(), again.text().as_str()), (None, "two"));
    assert_eq!(switches(&again), [], "that b answers is known");
    assert_eq!((first.asked().len(), second.asked()), (1, vec!["sonnet".to_owned(), "sonnet".to_owned()]));

    let first = Place::new("a", 1, [fails(FaultClass::Throttled), fails(FaultClass::Network), says("well")]);
    let second = Place::new("b", 1, [says("one"), says("two")]);
    let provider = Failover::new(first.target(), vec![second.target()], NOW);
    ask(&provider, "a.opus").await;
    let still = ask(&provider, "b.sonnet").await;
    assert_eq!(still.text(), "two");
    let words = "a still cannot answer, so b goes on: Network in one place";
    assert_eq!(switches(&still), [("b.sonnet".to_owned(), words.to_owned())]);
    let back = ask(&provider, "b.sonnet").await;
    assert_eq!((back.fault.clone(), back.text().as_str()), (None, "well"));
    assert_eq!(switches(&back), [("a.a.opus".to_owned(), "a answers again".to_owned())]);
    assert_eq!(first.asked(), ["a.opus"; 3], "it is asked for what the user had chosen");
}

#[tokio::test]
async fn a_choice_of_the_user_begins_with_the_first_place() {
    let first = Place::new("a", 1, [fails(FaultClass::Access), says("other model")]);
    let second = Place::new("b", 1, [says("one")]);
    let provider = Failover::new(first.target(), vec![second.target()], NEVER);
    ask(&provider, "a.sonnet").await;
    let chosen = provider.resolve("haiku").unwrap();
    let heard = ask(&provider, &chosen.id).await;
    assert_eq!((heard.text().as_str(), switches(&heard)), ("other model", vec![]));
}

#[tokio::test]
async fn when_none_can_answer_the_first_reason_counts_and_the_others_are_told() {
    let first = Place::new("a", 1, [fails(FaultClass::DailyQuota)]);
    let second = Place::new("b", 1, [fails(FaultClass::Credentials)]);
    let third = Place::new("c", 1, [fails(FaultClass::Model)]);
    let provider = Failover::new(first.target(), vec![second.target(), third.target()], NEVER);
    let fault = ask(&provider, "a.sonnet").await.fault.unwrap();
    assert_eq!(fault.class, FaultClass::DailyQuota);
    let words = "DailyQuota in one place; nor could the others answer (b: Credentials in one place; c: Model in one \
                 place)";
    assert_eq!(fault.message, words);
}

#[tokio::test]
async fn a_session_pays_and_shows_the_place_that_answered() {
    let first = Place::new("a", 1, [fails(FaultClass::Throttled)]);
    let second = Place::new("b", 7, [says("one "), says("two ")]);
    let failover = Failover::new(first.target(), vec![second.target()], NEVER);
    let mut bench = Bench::with(MemoryFiles::default(), ScriptedProvider::default(), Vec::new(), |parts| {
        parts.provider = Arc::new(failover);
        parts.model = Config::default().model;
    })
    .await;
    for cost in [70, 140] {
        let end = bench.ask("go").await;
        assert!(matches!(end, EventKind::TurnEnded { .. }), "{end:?}");
        assert_eq!(bench.state.cost_micros, Some(cost));
        assert_eq!(bench.state.model.id, "b.sonnet");
    }
    let told =
        |entry: &&Arc<Entry>| matches!(entry.as_ref(), Entry::Notice { text, .. } if text.contains("b is asked"));
    assert_eq!(bench.state.entries.iter().filter(told).count(), 1, "{:?}", bench.state.entries);
    assert_eq!(first.asked(), ["a.sonnet"]);
}

#[tokio::test]
async fn a_place_is_called_only_when_more_is_asked_for_after_it_was_announced() {
    let first = Place::new("a", 1, [fails(FaultClass::Throttled)]);
    let second = Place::new("b", 1, [says("from b")]);
    let provider = Failover::new(first.target(), vec![second.target()], NEVER);
    let mut stream = provider.stream(stage::request("a.sonnet", vec![stage::user("hello")]));
    let mut announced = 0;
    while let Some(Ok(delta)) = stream.next().await {
        if matches!(&delta, Delta::Asking { model } if model.id == "b.sonnet") {
            announced += 1;
            assert!(second.asked().is_empty(), "whoever hears of it can still leave");
        }
    }
    assert_eq!((announced, second.asked().len()), (1, 1));
}

#[tokio::test]
async fn after_a_move_the_model_that_was_chosen_is_asked_again_and_not_its_stand_in() {
    let first = Place::new("a", 1, [fails(FaultClass::Throttled), says("well again ")]);
    let second = Place::new("b", 1, [says("one ")]);
    let stand_in = Target { model: "haiku".to_owned(), ..second.target() };
    let failover = Failover::new(first.target(), vec![stand_in], NEVER);
    let mut bench = Bench::with(MemoryFiles::default(), ScriptedProvider::default(), Vec::new(), |parts| {
        parts.provider = Arc::new(failover);
        parts.model = "sonnet".to_owned();
    })
    .await;
    bench.send(Op::SetModel { name: "opus".to_owned() }).await;
    bench.ask("go").await;
    assert_eq!(bench.state.model.id, "b.haiku");
    bench.send(Op::SetRegion { name: "eu-west-1".to_owned() }).await;
    bench.ask("go on").await;
    assert_eq!(bench.state.model.id, "a.opus");
    assert_eq!((first.asked(), second.asked()), (vec!["a.opus".to_owned(); 2], vec!["haiku".to_owned()]));
}

fn class_of(end: &EventKind) -> Option<FaultClass> {
    match end {
        EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } => Some(fault.class),
        _ => None,
    }
}

#[tokio::test]
async fn a_dearer_place_is_reckoned_before_it_is_called() {
    // A quarter of 32,000 tokens is reckoned: 8,000 by the first place, 56,000 by the second.
    let first = Place::new("a", 1, [fails(FaultClass::Throttled)]);
    let second = Place::new("b", 7, [says("one "), says("two ")]);
    let failover = Failover::new(first.target(), vec![second.target()], NEVER);
    let mut bench = Bench::with(MemoryFiles::default(), ScriptedProvider::default(), Vec::new(), |parts| {
        parts.provider = Arc::new(failover);
        parts.model = Config::default().model;
        parts.policy.caps = Caps { session: Some(20_000), ..Caps::default() };
    })
    .await;
    let end = bench.ask("go").await;
    assert_eq!(class_of(&end), Some(FaultClass::Budget), "{end:?}");
    assert!(format!("{end:?}").contains("this call may cost $0.0560"), "{end:?}");
    assert!(second.asked().is_empty(), "it was not called");
    assert_eq!(bench.ledger.bills(), [], "nothing was paid");
    assert_eq!(bench.state.model.id, "a.sonnet");
    // Sent again, it is reckoned again.
    bench.send(Op::Retry).await;
    let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!(class_of(&end), Some(FaultClass::Budget), "{end:?}");
    assert!(second.asked().is_empty());
    // The user's word lets it through.
    bench.send(Op::AllowSpending { allowance: Allowance::Call }).await;
    let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!((class_of(&end), second.asked().len()), (None, 1), "{end:?}");
    let bills: Vec<(String, Option<u64>)> =
        bench.ledger.bills().into_iter().map(|bill| (bill.model, bill.cost_micros)).collect();
    assert_eq!(bills, [("b.sonnet".to_owned(), Some(70))]);
    let end = bench.ask("more").await;
    assert_eq!(class_of(&end), Some(FaultClass::Budget), "for one call only: {end:?}");
}

#[test]
fn a_move_takes_along_the_places_that_share_what_moves() {
    let places = ["first", "shares", "region", "profile"].map(|name| Place::new(name, 1, []));
    let owns = [(false, false), (false, false), (true, false), (false, true)];
    let targets: Vec<Target> = places
        .iter()
        .zip(owns)
        .map(|(place, (region, profile))| Target { own: Own { region, profile }, ..place.target() })
        .collect();
    let (first, others) = targets.split_first().unwrap();
    let provider = Failover::new(first.clone(), others.to_vec(), NEVER);
    let (region, profile) = (AccountChoice::Region("eu-west-1".to_owned()), AccountChoice::Profile("prod".to_owned()));
    provider.go_to(region.clone()).unwrap();
    provider.go_to(profile.clone()).unwrap();
    let moves = |place: &Place| place.moves.lock().unwrap().clone();
    let both = vec![region.clone(), profile.clone()];
    assert_eq!(places.each_ref().map(moves), [both.clone(), both, vec![profile], vec![region]]);
    // Where the first place does not go, nobody goes.
    assert!(provider.go_to(AccountChoice::Profile("nowhere".to_owned())).is_err());
    assert_eq!(moves(&places[1]).len(), 2);
}
