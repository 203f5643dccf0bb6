//! From the declared app to the one that answers: routers flattened, routes checked, the document written.

use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, OnceLock};

use http::Method;
use serde_json::Value;
use tower::util::BoxCloneSyncService;

use super::handle::{AppHandle, core, routed};
use super::lifespan::{Start, Stop};
use super::{App, Lifespan, Limits, Tasks};
use crate::background::Background;
use crate::dependency::{Overrides, StateMap};
use crate::error::{Error, ErrorAnswers};
use crate::events::{Listener, Listening};
use crate::middleware::SecurityHeaders;
use crate::openapi::{DocumentBuilder, DocumentStyle, OperationDoc, OperationEntry, OperationIds, Server, Unknown};
use crate::rate_limit::Memory;
use crate::request::{MAX_PATH_PARAMETERS, TrustedProxies};
use crate::routing::{
    AppPoint, Endpoint, Flat, FlatRoute, MountPoint, Mounted, OperationMeta, Table, Target, Urls, behind, flatten,
    parameter_names, wrapped,
};
use crate::websocket::WebSockets;

/// Everything that is wrong with an app's routes
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<String>,
}

impl BuildError {
    /// One sentence a problem
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the app cannot be built")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {}

/// What every request of an app shares
pub(crate) struct AppShared {
    pub(crate) table: Table,
    pub(crate) errors: Arc<ErrorAnswers>,
    pub(crate) overrides: Overrides,
    pub(crate) limits: Limits,
    pub(crate) websockets: WebSockets,
    pub(crate) proxies: TrustedProxies,
    pub(crate) tasks: Tasks,
    pub(crate) root_path: String,
    pub(crate) redirect_slashes: bool,
    pub(crate) strict_content_type: bool,
    pub(crate) background: Background,
    pub(crate) listening: Listening,
    /// Absent when limits are switched off
    pub(crate) rate_limits: Option<Memory>,
    pub(crate) urls: Urls,
    pub(crate) security_headers: Option<SecurityHeaders>,
    state: OnceLock<StateMap>,
}

impl AppShared {
    pub(crate) fn state(&self) -> &StateMap {
        self.state.get_or_init(StateMap::default)
    }
}

impl fmt::Debug for AppShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppShared").field("table", &self.table).finish_non_exhaustive()
    }
}

/// An app that is ready to start
pub struct BuiltApp {
    pub(crate) handle: AppHandle,
    pub(crate) document: Arc<Value>,
    pub(crate) title: String,
    pub(crate) docs_path: Option<String>,
    state: StateMap,
    lifespans: Vec<Start>,
    needed: Vec<(TypeId, &'static str, String)>,
    stops: Vec<Stop>,
    /// The mounted apps
    children: Vec<BuiltApp>,
}

impl BuiltApp {
    /// The OpenAPI document
    pub fn openapi(&self) -> &Value {
        &self.document
    }

    /// Runs the lifespans
    ///
    /// # Errors
    /// A lifespan's own, or a state that an operation takes and nothing provides.
    pub(crate) async fn start(&mut self) -> Result<(), Error> {
        let lifespan = Lifespan::new(std::mem::take(&mut self.state));
        let mut failure = None;
        for start in std::mem::take(&mut self.lifespans) {
            if let Err(error) = start(lifespan.clone()).await {
                failure = Some(Error::cannot_start(format_args!("the app could not start: {error}")));
                break;
            }
        }
        let (state, stops) = lifespan.finish();
        self.stops = stops;
        if failure.is_none() {
            failure = self.missing_state(&state);
        }
        if let Some(error) = failure {
            self.stop().await;
            return Err(error);
        }
        if self.handle.shared.state.set(state).is_err() {
            return Err(Error::cannot_start("an app starts once"));
        }
        for index in 0..self.children.len() {
            if let Err(error) = Box::pin(self.children[index].start()).await {
                self.stop().await;
                return Err(error);
            }
        }
        Ok(())
    }

    fn missing_state(&self, state: &StateMap) -> Option<Error> {
        let missing: Vec<String> = self
            .needed
            .iter()
            .filter(|(id, _, _)| !state.has_type(*id) && !self.handle.shared.overrides.has_type(*id))
            .map(|(_, name, by)| format!("`{by}` takes `State<{name}>`, which nothing provides"))
            .collect();
        if missing.is_empty() {
            return None;
        }
        Some(Error::cannot_start(format_args!(
            "the app could not start: {}; call `App::state` or `Lifespan::provide`",
            missing.join("; ")
        )))
    }

    /// Waits for work that outlived its request, then runs what the lifespans registered, last first
    pub(crate) async fn stop(&mut self) {
        self.drained().await;
        self.run_stops().await;
    }

    /// Tells WebSockets and event streams that the drain begins
    pub(crate) fn stop_endless(&self) {
        self.handle.shared.tasks.stop_endless();
        self.children.iter().for_each(Self::stop_endless);
    }

    /// Waits for work that outlived its request
    pub(crate) async fn drained(&mut self) {
        self.handle.shared.tasks.drained().await;
        for child in &mut self.children {
            Box::pin(child.drained()).await;
        }
    }

    /// Runs what the lifespans registered, last first; those of mounted apps before our own
    pub(crate) async fn run_stops(&mut self) {
        while let Some(mut child) = self.children.pop() {
            Box::pin(child.run_stops()).await;
        }
        while let Some(stop) = self.stops.pop() {
            stop.await;
        }
    }
}

impl fmt::Debug for BuiltApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuiltApp").field("title", &self.title).finish_non_exhaustive()
    }
}

/// What the build has found so far
#[derive(Default)]
struct Findings {
    problems: Vec<String>,
    needed: Vec<(TypeId, &'static str, String)>,
}

pub(super) fn build(mut app: App) -> Result<BuiltApp, BuildError> {
    let flat = flatten(app.root);
    let mut findings = Findings::default();
    findings.problems.extend_from_slice(app.pipeline.problems());
    findings.problems.extend_from_slice(&flat.problems);
    let mut table = Table::default();
    let urls = Urls::of(&flat.routes, &flat.mounts);
    let mut documents = DocumentBuilder::new(app.operation_ids, app.head.style);
    // All ids first, since a link may name an operation that comes later.
    let ids: Vec<String> = flat.routes.iter().map(|flat| operation_id(flat, &mut documents, &mut findings)).collect();
    for (flat, id) in flat.routes.iter().zip(&ids) {
        if let Err(problem) = add_route(flat, id, &app.overrides, &mut documents, &mut table, &mut findings) {
            findings.problems.push(problem);
        }
    }
    let mut listening = Listening::default();
    for listener in &app.listeners {
        if let Some((event, endpoint)) = listener_endpoint(listener, &flat.errors, &app.overrides, &mut findings) {
            listening.add(event, endpoint);
        }
    }
    for webhook in &app.webhooks {
        findings.problems.extend(documents.add_webhook(webhook, flat.errors.format()));
    }
    let servers = &mut app.head.servers;
    if !app.root_path.is_empty() && app.root_path_in_servers && servers.iter().all(|server| server.url != app.root_path)
    {
        servers.insert(0, Server { url: app.root_path.clone(), ..Server::default() });
    }
    let mut document = documents.finish(&app.head);
    for edit in app.post_process {
        edit(&mut document);
    }
    let title = app.head.info.title;
    for (path, page) in app.pages.serve(&title, &document) {
        let added = table.add(&path, &Method::GET, Target::Page(page), "the app's own documentation");
        findings.problems.extend(added.err());
    }
    let Flat { mut mounts, apps, errors, .. } = flat;
    let mut children = Vec::new();
    for AppPoint { path, app: mut mounted, place, pipelines } in apps {
        mounted.root_path = format!("{}{}", app.root_path, path.trim_end_matches('/'));
        match build(mounted) {
            Ok(child) => {
                let service = behind(&pipelines, BoxCloneSyncService::new(child.handle.nested()));
                mounts.push(MountPoint { path, target: Mounted::Service(service), place });
                children.push(child);
            }
            Err(error) => {
                findings
                    .problems
                    .extend(error.problems.iter().map(|problem| format!("in the app at `{path}`: {problem}")));
            }
        }
    }
    for mount in mounts {
        findings.problems.extend(mount.problem());
        findings.problems.extend(table.mount(&mount).err());
    }
    if !findings.problems.is_empty() {
        return Err(BuildError { problems: findings.problems });
    }
    let shared = Arc::new(AppShared {
        table,
        errors,
        overrides: app.overrides,
        limits: app.limits,
        websockets: app.websockets,
        proxies: app.proxies,
        tasks: Tasks::default(),
        root_path: app.root_path,
        redirect_slashes: app.redirect_slashes,
        strict_content_type: app.strict_content_type,
        listening,
        rate_limits: app.rate_limits.enabled.then(|| Memory::new(app.rate_limits.max_keys)),
        background: Background::new(app.limits.max_background_running),
        urls,
        security_headers: app.pipeline.security_headers.take(),
        state: OnceLock::new(),
    });
    let stack = (!app.pipeline.is_empty()).then(|| app.pipeline.wrap(core(&shared)));
    Ok(BuiltApp {
        handle: AppHandle { shared, stack },
        document: Arc::new(document),
        title,
        docs_path: app.pages.openapi.and(app.pages.swagger_ui),
        state: app.state,
        lifespans: app.lifespans,
        needed: findings.needed,
        stops: Vec::new(),
        children,
    })
}

fn place(meta: &OperationMeta) -> String {
    format!("`{}` at {}", meta.name, meta.place)
}

fn operation_id(flat: &FlatRoute, documents: &mut DocumentBuilder, findings: &mut Findings) -> String {
    let meta = flat.route.meta;
    if flat.hidden {
        return meta.name.to_owned();
    }
    documents.ids.assign(meta, &flat.path, &flat.tags).unwrap_or_else(|problem| {
        findings.problems.push(format!("{}: {problem}", place(meta)));
        meta.name.to_owned()
    })
}

/// Describes one route, checks it, and puts it into the document and the table
fn add_route(
    flat: &FlatRoute,
    id: &str,
    overrides: &Overrides,
    documents: &mut DocumentBuilder,
    table: &mut Table,
    findings: &mut Findings,
) -> Result<(), String> {
    let meta = flat.route.meta;
    let place = place(meta);
    if meta.documentation_only {
        return Err(format!(
            "{place} has no body, so it documents a callback or a webhook: name it in `callbacks(…)` or `App::webhooks`, or \
             give it a body"
        ));
    }
    if !flat.path.starts_with('/') {
        return Err(format!("the path `{}` of {place} must start with `/`", flat.path));
    }
    if parameter_names(&flat.path).len() > MAX_PATH_PARAMETERS {
        return Err(format!("{place} has more than {MAX_PATH_PARAMETERS} path parameters"));
    }
    let mut scratch;
    let documents = if flat.hidden {
        scratch = DocumentBuilder::new(documents.ids.clone(), DocumentStyle::default());
        &mut scratch
    } else {
        documents
    };
    let endpoint = endpoint(flat, id, overrides, documents, findings, |doc, problems| {
        if let Some((_, event)) = doc.events().first() {
            problems.push(format!("it takes the event `{event}`, which only an `#[on_event]` fn hears"));
        }
    });
    table.add(&flat.path, &meta.method, Target::Operation(Arc::new(endpoint)), &place)
}

/// Describes one listener, and checks that it needs no request
fn listener_endpoint(
    listener: &Listener,
    errors: &Arc<ErrorAnswers>,
    overrides: &Overrides,
    findings: &mut Findings,
) -> Option<(TypeId, Endpoint)> {
    let flat = FlatRoute::alone(listener.route, Arc::clone(errors));
    let mut documents = DocumentBuilder::new(OperationIds::default(), DocumentStyle::default());
    let mut heard = None;
    let endpoint = endpoint(&flat, flat.route.meta.name, overrides, &mut documents, findings, |doc, problems| {
        match doc.events() {
            [(event, _)] => heard = Some(*event),
            _ => problems.push("a listener hears one event: write a fn for each".to_owned()),
        }
        if let Some(what) = doc.read_of_request() {
            problems.push(format!("it takes {what}, and a listener has no request: put into the event what it needs"));
        }
    });
    heard.map(|event| (event, endpoint))
}

/// Describes what a route takes and answers, and notes what the build finds out about it
fn endpoint(
    flat: &FlatRoute,
    id: &str,
    overrides: &Overrides,
    documents: &mut DocumentBuilder,
    findings: &mut Findings,
    check: impl FnOnce(&OperationDoc<'_>, &mut Vec<String>),
) -> Endpoint {
    let meta = flat.route.meta;
    let place = place(meta);
    let parameters = parameter_names(&flat.path);
    let entry = OperationEntry {
        id,
        path: &flat.path,
        meta,
        tags: &flat.tags,
        deprecated: flat.deprecated,
        additions: flat.additions.clone(),
        format: flat.errors.format(),
    };
    let mut endpoint = Endpoint {
        path: flat.path.clone(),
        parameters: parameters.clone(),
        meta,
        call: flat.route.call,
        outer: flat.dependencies.clone(),
        errors: Arc::clone(&flat.errors),
        shared: Vec::new(),
        overridden: false,
        always_diagnose: false,
        singles: Vec::new(),
        scopes: Arc::default(),
        stack: wrapped(&flat.pipelines, routed),
        form: None,
        merged: Vec::new(),
        validators: Vec::new(),
        unknown: Unknown::default(),
    };
    let problems = documents.add(entry, |doc| {
        for provider in &flat.dependencies {
            provider.describe(doc);
        }
        (flat.route.describe)(doc, meta.status);
        if doc.websocket_takers() > usize::from(meta.websocket) {
            doc.problem(match meta.websocket {
                true => "it takes two WebSockets",
                false => "it takes a WebSocket: write `#[websocket(\"…\")]` in place of its method",
            });
        }
        for name in doc.path_names().iter().filter(|name| !parameters.contains(name)) {
            let problem = format!("it takes the path parameter `{name}`, which is not in `{}`", flat.path);
            findings.problems.push(format!("{place}: {problem}"));
        }
        findings.needed.extend(doc.states().iter().map(|(id, name)| (*id, *name, meta.name.to_owned())));
        let mut wrong = Vec::new();
        check(doc, &mut wrong);
        wrong.into_iter().for_each(|problem| doc.problem(problem));
        doc.read_all(&parameters);
        endpoint.shared = doc.shared_dependencies();
        endpoint.overridden = doc.taken().any(|id| overrides.has_type(id));
        endpoint.always_diagnose = doc.is_lossy();
        endpoint.singles = doc.singles();
        endpoint.scopes = doc.scopes().into();
        endpoint.form = doc.form();
        endpoint.merged = doc.merged_body();
        endpoint.validators = doc.validators().to_vec();
        endpoint.unknown = doc.unknown();
    });
    findings.problems.extend(problems.into_iter().map(|problem| format!("{place}: {problem}")));
    endpoint
}
