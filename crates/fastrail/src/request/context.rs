//! Everything the app knows of one request while its operation runs.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;
use serde_json::Value;

use super::rare::Rare;
use super::{BodyState, Peer, RequestId, RequestInfo};
use crate::app::{AppShared, Limits};
use crate::background::BackgroundTasks;
use crate::dependency::{AnyKept, Outcome};
use crate::error::{Error, Failure, Location, Segment, ValidationError};
use crate::observability::Origin;
use crate::params::MergedBody;
use crate::params::file::multipart;
use crate::response::{ResponseParts, keep_headers};
use crate::routing::Endpoint;
use crate::schema::Issue;
use crate::websocket::Handshake;

/// The most path parameters that a route may have, so that they need no allocation
pub(crate) const MAX_PATH_PARAMETERS: usize = 8;

/// The places of the path parameters inside the request's path
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PathValues {
    ranges: [(u32, u32); MAX_PATH_PARAMETERS],
    len: u8,
}

impl PathValues {
    pub(crate) fn push(&mut self, path: &str, value: &str) {
        let start = value.as_ptr() as usize - path.as_ptr() as usize;
        if let Some(slot) = self.ranges.get_mut(usize::from(self.len)) {
            *slot = (start as u32, (start + value.len()) as u32);
            self.len += 1;
        }
    }

    fn get<'a>(&self, path: &'a str, index: usize) -> Option<&'a str> {
        let (start, end) = *self.ranges[..usize::from(self.len)].get(index)?;
        path.get(start as usize..end as usize)
    }
}

/// The context of one request, owned by its operation's future
///
/// Users meet it only where they write a [`Kind`](crate::params::Kind) of their own.
pub struct RequestContext {
    pub(crate) parts: Parts,
    pub(crate) body: BodyState,
    pub(crate) app: Arc<AppShared>,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) path_values: PathValues,
    pub(crate) id: RequestId,
    /// The handshake of a `#[websocket]` operation, until somebody takes it
    pub(crate) websocket: Option<Box<Handshake>>,
    pub(crate) merged_body: Option<Box<MergedBody>>,
    pub(crate) peer: Peer,
    /// What dependencies and the operation set of the answer
    pub(crate) response_parts: Option<ResponseParts>,
    pub(super) rare: Option<Box<Rare>>,
}

impl RequestContext {
    #[inline(always)]
    pub(crate) fn new(
        parts: Parts,
        body: BodyState,
        app: Arc<AppShared>,
        endpoint: Arc<Endpoint>,
        path_values: PathValues,
        id: RequestId,
        peer: Peer,
    ) -> Self {
        Self {
            parts,
            body,
            app,
            endpoint,
            path_values,
            id,
            websocket: None,
            merged_body: None,
            peer,
            response_parts: None,
            rare: None,
        }
    }

    /// What error formats, handlers and logs may know
    pub fn info(&self) -> RequestInfo<'_> {
        RequestInfo {
            method: &self.parts.method,
            uri: &self.parts.uri,
            headers: &self.parts.headers,
            id: &self.id,
            route: Some(&self.endpoint.path),
            body: self.body.buffered(),
            root_path: &self.app.root_path,
            peer: &self.peer,
            proxies: &self.app.proxies,
        }
    }

    /// The raw (still percent-encoded) value of a path parameter
    pub(crate) fn path_value(&self, name: &str) -> Option<&str> {
        let index = self.endpoint.parameters.iter().position(|parameter| parameter == name)?;
        self.path_values.get(self.parts.uri.path(), index)
    }

    /// The status that the operation's attribute declares
    pub fn declared_status(&self) -> Option<StatusCode> {
        self.endpoint.meta.status
    }

    /// Notes that an input did not fit
    pub(crate) fn invalid(&mut self, source: &'static str, name: &'static str, issue: Issue, input: Value) {
        let location: Location = vec![Segment::from(source), Segment::from(name)];
        self.invalid_all([ValidationError::new(location, issue, input)]);
    }

    /// Notes errors whose place is known
    pub(crate) fn invalid_all(&mut self, errors: impl IntoIterator<Item = ValidationError>) {
        // One is kept in any case: without it the request would pass for valid.
        let room = self.app.limits.max_errors.max(1).saturating_sub(self.error_count());
        let mut errors = errors.into_iter().take(room).peekable();
        if errors.peek().is_some() {
            self.rare_mut().errors.extend(errors);
        }
    }

    /// How many inputs so far did not fit
    pub(crate) fn error_count(&self) -> usize {
        self.rare().map_or(0, |rare| rare.errors.len())
    }

    /// Notes that a credential is absent; the first one counts
    pub(crate) fn refuse(&mut self, error: Error) {
        self.rare_mut().refusal.get_or_insert(error);
    }

    /// Stops here when a credential is absent
    pub(crate) fn admitted(&mut self) -> Result<(), Failure> {
        let refusal = self.rare.as_mut().and_then(|rare| rare.refusal.take());
        refusal.map_or(Ok(()), |error| Err(Failure::Error(error)))
    }

    /// Notes that the body is of no kind that can be read: 415, unless an input did not fit either
    pub(crate) fn refuse_body(&mut self, error: Error) {
        self.rare_mut().refused_body.get_or_insert_with(|| Box::new(error));
    }

    /// Stops here when an input did not fit
    ///
    /// # Errors
    /// [`Failure::Invalid`], which is answered with a 422 that lists all of them.
    pub fn verdict(&self) -> Result<(), Failure> {
        let fits = |rare: &Rare| rare.errors.is_empty() && rare.refused_body.is_none();
        if self.rare().is_none_or(fits) { Ok(()) } else { Err(Failure::Invalid) }
    }

    /// Whether something that the operation takes has an async validator
    pub fn has_async_validators(&self) -> bool {
        !self.endpoint.validators.is_empty()
    }

    /// The answer to [`Failure::Invalid`]
    pub(crate) fn invalid_answer(&mut self) -> Error {
        let rare = self.rare_mut();
        match rare.refused_body.take() {
            Some(error) if rare.errors.is_empty() => *error,
            _ => Error::validation(std::mem::take(&mut rare.errors)),
        }
    }

    /// The app's limits, with the route's own for its body
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = self.app.limits;
        if let Some(bytes) = self.endpoint.limits.max_body_bytes {
            limits.max_body_bytes = bytes;
            limits.max_upload_bytes = bytes as u64;
        }
        limits
    }

    /// Reads the body into memory under the route's limit or the app's, or a form with its files under theirs
    ///
    /// # Errors
    /// 413 body too large, 415 compressed, 400 broken off.
    pub async fn buffer_body(&mut self) -> Result<(), Failure> {
        let headers = &self.parts.headers;
        let read = match &self.endpoint.form {
            Some(spec) if multipart::is_multipart(headers) => {
                let limits = self.limits();
                let read = Box::pin(self.body.read_form(headers, spec, &limits)).await;
                let unexpected = self.body.unexpected_files(spec);
                self.invalid_all(unexpected);
                read
            }
            _ => {
                let limit = self.endpoint.limits.max_body_bytes.unwrap_or(self.app.limits.max_body_bytes);
                self.body.buffer(headers, limit).await
            }
        };
        read.map_err(Failure::Error)
    }

    /// Whether this is the first time that a shared dependency is gathered in this request
    pub(crate) fn gather_once(&mut self, key: TypeId) -> bool {
        let gathered = &mut self.rare_mut().gathered;
        let is_first = !gathered.contains(&key);
        if is_first {
            gathered.push(key);
        }
        is_first
    }

    pub(crate) fn resolved<T: 'static>(&self, key: TypeId) -> Option<&T> {
        let (_, value) = self.rare()?.resolved.iter().find(|(id, _)| *id == key)?;
        value.value().downcast_ref::<T>()
    }

    pub(crate) fn keep_resolved(&mut self, key: TypeId, value: impl AnyKept + 'static) {
        self.rare_mut().resolved.push((key, Box::new(value)));
    }

    /// A context for one of several dependencies that are made at the same time
    ///
    /// Whatever they read has been gathered; a body that is not in memory stays behind.
    pub(crate) fn fork(&mut self) -> Self {
        let response_parts = self.response_parts.get_or_insert_default().clone();
        let resolved = self.rare().map(|rare| rare.resolved.iter().map(|(key, value)| (*key, value.copy())).collect());
        let background = self.background_tasks().ok();
        let rare = Rare { resolved: resolved.unwrap_or_default(), background, ..Rare::default() };
        Self {
            parts: self.parts.clone(),
            body: self.body.share(),
            app: Arc::clone(&self.app),
            endpoint: Arc::clone(&self.endpoint),
            path_values: self.path_values,
            id: self.id.clone(),
            websocket: None,
            merged_body: None,
            peer: self.peer.clone(),
            response_parts: Some(response_parts),
            rare: Some(Box::new(rare)),
        }
    }

    /// What is left to do after the answer, for someone who adds to it
    ///
    /// # Errors
    /// 503 when too much is waiting.
    pub(crate) fn background_tasks(&mut self) -> Result<BackgroundTasks, Failure> {
        if let Some(tasks) = self.rare().and_then(|rare| rare.background.as_ref()) {
            return Ok(tasks.clone());
        }
        let tasks = BackgroundTasks::of(&self.app, Origin::of(self)).map_err(Failure::Error)?;
        Ok(self.rare_mut().background.insert(tasks).clone())
    }

    /// Takes over what a [`fork`](Self::fork) has made
    pub(crate) fn rejoin(&mut self, fork: &mut Self) {
        let Some(mut forked) = fork.rare.take() else { return };
        self.invalid_all(std::mem::take(&mut forked.errors));
        let rare = self.rare_mut();
        for (key, value) in std::mem::take(&mut forked.resolved) {
            if rare.resolved.iter().all(|(known, _)| *known != key) {
                rare.resolved.push((key, value));
            }
        }
        rare.teardowns.before.append(&mut forked.teardowns.before);
        rare.teardowns.after.append(&mut forked.teardowns.after);
        // Both have the same list, and its end is not the fork's.
        forked.background = None;
    }
}

impl Drop for RequestContext {
    /// A request that is cancelled with teardowns left still runs them, told that it was cancelled
    fn drop(&mut self) {
        keep_headers(&mut self.parts.headers);
        let Some(rare) = &mut self.rare else { return };
        if let Some(work) = rare.background.take().and_then(|tasks| tasks.due(Outcome::Cancelled)) {
            work.start();
        }
        if !rare.teardowns.is_empty() {
            self.app.tasks.spawn_if_running(Origin::carry_on(std::mem::take(&mut rare.teardowns).cancel()));
        }
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("id", &self.id)
            .field("route", &self.endpoint.path)
            .finish_non_exhaustive()
    }
}
