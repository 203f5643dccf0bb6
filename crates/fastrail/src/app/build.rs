//! From the declared app to the one that answers: routers flattened, routes checked, the document written.

use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, OnceLock};

use http::Method;

use super::handle::{AppHandle, core, routed};
use super::listeners::listener_endpoint;
use super::mounts::mount_it;
use super::{App, AppShared, BuiltApp, Tasks};
use crate::background::Background;
use crate::dependency::Overrides;
use crate::events::Listening;
use crate::observability::Metrics;
use crate::openapi::{DocumentBuilder, DocumentStyle, OperationDoc, OperationEntry, Server, Unknown};
use crate::rate_limit::Counters;
use crate::request::MAX_PATH_PARAMETERS;
use crate::routing::{
    Endpoint, Flat, FlatRoute, OperationMeta, Table, Target, Urls, flatten, parameter_names, wrapped,
};

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

/// What the build has found so far
#[derive(Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<String>,
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
        if let Err(problem) =
            add_route(flat, id, (&app.overrides, app.metrics.as_ref()), &mut documents, &mut table, &mut findings)
        {
            findings.problems.push(problem);
        }
    }
    let mut listening = Listening::default();
    for listener in &app.listeners {
        if let Some((heard, endpoint)) = listener_endpoint(listener, &flat.errors, &app.overrides, &mut findings) {
            listening.add(heard, endpoint);
        }
    }
    #[cfg(feature = "redis")]
    {
        listening.streams = app.events;
        findings.problems.extend(listening.problems());
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
    let Flat { mounts, errors, .. } = flat;
    let mut children = Vec::new();
    for mount in mounts {
        mount_it(
            mount,
            (&app.root_path, &app.overrides, app.metrics.as_ref()),
            &mut table,
            &mut children,
            &mut findings,
        );
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
        #[cfg(feature = "cache")]
        cache: app.cache.map(OnceLock::from).unwrap_or_default(),
        #[cfg(feature = "http-client")]
        http_client: app.http_client.map(OnceLock::from).unwrap_or_default(),
        metrics: app.metrics,
        rate_limits: Counters::new(app.rate_limits),
        background: Background::new(app.limits.max_background_running),
        urls,
        outermost: std::mem::take(&mut app.pipeline.outermost),
        state: OnceLock::new(),
    });
    if let Some(metrics) = &shared.metrics {
        metrics.watch(&shared);
    }
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

pub(super) fn place(meta: &OperationMeta) -> String {
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
    (overrides, metrics): (&Overrides, Option<&Metrics>),
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
    let parameters = parameter_names(&flat.path);
    if parameters.len() > MAX_PATH_PARAMETERS {
        return Err(format!("{place} has more than {MAX_PATH_PARAMETERS} path parameters"));
    }
    let mut endpoint = endpoint(flat, (id, meta.name, &place), parameters, overrides, documents, findings, |doc| {
        let event = doc.events().first().map(|(_, event)| *event);
        if let Some(event) = event {
            doc.problem(format!("it takes the event `{event}`, which only an `#[on_event]` fn hears"));
        }
    });
    endpoint.metrics = metrics.map(|metrics| metrics.route(&meta.method, &flat.path));
    table.add(&flat.path, &meta.method, Target::Operation(Arc::new(endpoint)), &place)
}

/// Describes what a route takes and answers, and notes what the build finds out
///
/// `id` is the operation's, `name` what errors of the start call it, `place` what those of the build do; `check` sees all
/// that has been described.
pub(super) fn endpoint(
    flat: &FlatRoute,
    (id, name, place): (&str, &str, &str),
    parameters: Vec<String>,
    overrides: &Overrides,
    documents: &mut DocumentBuilder,
    findings: &mut Findings,
    check: impl FnOnce(&mut OperationDoc<'_>),
) -> Endpoint {
    let meta = flat.route.meta;
    // A hidden one is described all the same, for what the build finds out; it knows the others' ids for links.
    let mut scratch = flat.hidden.then(|| {
        let ids = std::mem::take(&mut documents.ids);
        DocumentBuilder::new(ids, DocumentStyle::default())
    });
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
        limits: flat.limits,
        errors: Arc::clone(&flat.errors),
        shared: Vec::new(),
        overridden: false,
        always_diagnose: false,
        singles: Vec::new(),
        scopes: Arc::default(),
        stack: wrapped(&flat.pipelines, routed),
        metrics: None,
        form: None,
        merged: Vec::new(),
        validators: Vec::new(),
        vary: Vec::new(),
        below: None,
        unknown: Unknown::default(),
    };
    let problems = scratch.as_mut().unwrap_or(&mut *documents).add(entry, |doc| {
        flat.pipelines.iter().for_each(|pipeline| pipeline.describe(doc));
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
        findings.needed.extend(doc.states().iter().map(|(id, state)| (*id, *state, name.to_owned())));
        check(doc);
        if meta.cache.is_some() {
            endpoint.vary = doc.kept_for_everyone();
        }
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
    if let Some(scratch) = scratch {
        documents.ids = scratch.ids;
    }
    findings.problems.extend(problems.into_iter().map(|problem| format!("{place}: {problem}")));
    endpoint
}
