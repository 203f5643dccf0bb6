//! What is mounted, when the app is built: other apps are built with it, and what stands before a mount is found out.

use std::sync::Arc;

use tower::util::BoxCloneSyncService;

use super::build::{Findings, build, endpoint};
use super::{App, BuiltApp};
use crate::dependency::Overrides;
use crate::observability::Metrics;
use crate::openapi::DocumentBuilder;
use crate::routing::{Below, FlatMount, Inside, Mounted, Served, Table};

/// Puts a mount into the table; an app that is mounted becomes one of the `children`
pub(super) fn mount_it(
    mount: FlatMount,
    (root_path, overrides, metrics): (&str, &Overrides, Option<&Metrics>),
    table: &mut Table,
    children: &mut Vec<BuiltApp>,
    findings: &mut Findings,
) {
    let FlatMount { path, inside, around, place } = mount;
    let served = match inside {
        Inside::Service(service) => Served::Service(service),
        Inside::Files(files) => {
            let problem = files.problem().map(|problem| format!("{problem} (mounted at `{path}`, {place})"));
            findings.problems.extend(problem);
            Served::Files(files)
        }
        Inside::App(app) => {
            let prefix = path.trim_end_matches('/');
            let metrics = app.metrics.clone().or_else(|| metrics.map(|metrics| metrics.below(prefix)));
            match build(App { root_path: format!("{root_path}{prefix}"), metrics, ..*app }) {
                Ok(child) => {
                    let service = BoxCloneSyncService::new(child.handle.nested());
                    children.push(child);
                    Served::Service(service)
                }
                Err(error) => {
                    let problems = error.problems().iter().map(|problem| format!("in the app at `{path}`: {problem}"));
                    return findings.problems.extend(problems);
                }
            }
        }
    };
    let mounted = match served {
        Served::Service(service) if around.dependencies.is_empty() && around.pipelines.is_empty() => {
            Mounted::Service(service)
        }
        served => {
            let name = format!("what is mounted at `{path}` ({place})");
            if matches!(served, Served::Service(_)) && around.dependencies.iter().any(|provider| provider.reads_body())
            {
                findings.problems.push(format!(
                    "a dependency takes the body of a request, which belongs to {name}: put the dependency on the \
                     operations that it is for, or the mount outside of its router"
                ));
            }
            // Nobody reads this document: what is mounted is not in it.
            let mut documents = DocumentBuilder::default();
            let mut endpoint =
                endpoint(&around, ("mount", &name, &name), Vec::new(), overrides, &mut documents, findings, |_| {});
            endpoint.below = Some(Below { prefix: path.trim_end_matches('/').len(), served });
            Mounted::Endpoint(Arc::new(endpoint))
        }
    };
    findings.problems.extend(table.mount(&path, &mounted, place).err());
}
