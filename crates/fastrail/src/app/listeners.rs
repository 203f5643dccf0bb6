//! Who hears events, when the app is built.

use std::sync::Arc;

use super::build::{Findings, endpoint, place};
use crate::dependency::Overrides;
use crate::error::ErrorAnswers;
use crate::events::{Heard, Listener};
use crate::openapi::DocumentBuilder;
use crate::routing::{Endpoint, FlatRoute};

/// Describes one listener, and checks that it needs no request
pub(super) fn listener_endpoint(
    listener: &Listener,
    errors: &Arc<ErrorAnswers>,
    overrides: &Overrides,
    findings: &mut Findings,
) -> Option<(Heard, Endpoint)> {
    let flat = FlatRoute::alone(listener.route, Arc::clone(errors));
    let meta = flat.route.meta;
    // Nobody reads this document: no request reaches a listener.
    let mut documents = DocumentBuilder::default();
    let mut heard = None::<Heard>;
    let names = (meta.name, meta.name, &*place(meta));
    let endpoint = endpoint(&flat, names, Vec::new(), overrides, &mut documents, findings, |doc| {
        match doc.events() {
            [_] => heard = Some(listener.heard),
            _ => doc.problem("a listener hears one event: write a fn for each"),
        }
        if let Some(what) = doc.read_of_request() {
            doc.problem(format!("it takes {what}, and a listener has no request: put into the event what it needs"));
        }
    });
    heard.map(|heard| (heard, endpoint))
}
