//! Everything that a file of path operations needs: `use fastrail::prelude::*;`

#[cfg(feature = "cache")]
pub use crate::Cache;
#[cfg(feature = "http-client")]
pub use crate::HttpClient;
pub use crate::OwnedRequestInfo;
#[cfg(feature = "compression")]
pub use crate::middleware::Compression;
pub use crate::middleware::{ConcurrencyLimit, Cors, HttpsRedirect, Next, SecurityHeaders, TrustedHosts};
pub use crate::openapi::{Example, ResponseDoc};
pub use crate::rate_limit::{limit, limit_per};
// The trait has no name here, so that a struct may be called `Settings`.
pub use crate::settings::Settings as _;
#[cfg(feature = "testing")]
pub use crate::testing::TestClient;
pub use crate::{
    ApiError, App, BackgroundTasks, BearerToken, Dependency, DomainEvent, Email, Error, Event, EventBus, ExposeSecret,
    Extension, Extract, ExtractBody, FileBytes, Html, Join, JsonLines, Lifespan, Location, NoContent, Outcome, Patch,
    PlainText, ProblemDetails, Redirect, Reply, Request, RequestId, Response, Result, Router, Schema, SecretString,
    SecurityScheme, SetCookie, Sse, State, UploadFile, WebSocket, delete, dependency, depends, get, head, listeners,
    on_event, options, patch, post, put, routes, trace, validator, websocket,
};
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
pub use fastrail_macros::Settings;
pub use http::{HeaderMap, StatusCode};
pub use rust_decimal::Decimal;
pub use serde::{Deserialize, Serialize};
pub use serde_json::{Value, json};
pub use std::collections::{BTreeMap, BTreeSet};
pub use uuid::Uuid;
