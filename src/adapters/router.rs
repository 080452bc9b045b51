//! Several providers as one: the name of a model says who is asked.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::BoxStream;

use crate::engine::{AccountChoice, Delta, Provider, Request, Terms};
use crate::session::{Fault, ModelChoice, Passcode, Usage};

/// Asks an endpoint for its own models, named `NAME/model`, and Bedrock for all others.
pub struct Router {
    bedrock: Arc<dyn Provider>,
    endpoints: Vec<(String, Arc<dyn Provider>)>,
}

impl Router {
    /// Returns a router over Bedrock and endpoints by their names.
    pub fn new(bedrock: Arc<dyn Provider>, endpoints: Vec<(String, Arc<dyn Provider>)>) -> Self {
        Self { bedrock, endpoints }
    }

    fn of(&self, model: &str) -> &Arc<dyn Provider> {
        let name = model.trim().split_once('/').map_or("", |(name, _)| name);
        self.endpoints.iter().find(|(known, _)| known == name).map_or(&self.bedrock, |(_, endpoint)| endpoint)
    }
}

impl Provider for Router {
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Delta, Fault>> {
        self.of(&request.model).stream(request)
    }

    fn hurry(&self) {
        self.bedrock.hurry();
        self.endpoints.iter().for_each(|(_, endpoint)| endpoint.hurry());
    }

    fn passcode(&self, code: Passcode) {
        self.bedrock.passcode(code);
    }

    fn go_to(&self, account: AccountChoice) -> Result<(), Fault> {
        self.bedrock.go_to(account)
    }

    fn accounts(&self) -> Vec<AccountChoice> {
        self.bedrock.accounts()
    }

    fn discover(&self) -> BoxFuture<'static, Vec<(String, String)>> {
        self.bedrock.discover()
    }

    fn resolve(&self, name: &str) -> Result<ModelChoice, Fault> {
        self.of(name).resolve(name)
    }

    fn models(&self) -> Vec<(String, String)> {
        let endpoints = self.endpoints.iter().flat_map(|(_, endpoint)| endpoint.models());
        self.bedrock.models().into_iter().chain(endpoints).collect()
    }

    fn cost_micros(&self, model: &str, usage: Usage) -> Option<u64> {
        self.of(model).cost_micros(model, usage)
    }

    fn terms(&self, model: &str) -> Terms {
        self.of(model).terms(model)
    }
}
