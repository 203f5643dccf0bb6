//! Everything that a file of path operations needs: `use fastrail::prelude::*;`

#[cfg(feature = "compression")]
pub use crate::middleware::Compression;
pub use crate::middleware::{Cors, SecurityHeaders};
pub use crate::openapi::{Example, ResponseDoc};
#[cfg(feature = "testing")]
pub use crate::testing::TestClient;
pub use crate::{
    ApiError, App, BackgroundTasks, BearerToken, Dependency, Email, Error, ExposeSecret, Extract, ExtractBody,
    FileBytes, Html, Join, Lifespan, Location, NoContent, Outcome, Patch, PlainText, ProblemDetails, Redirect, Reply,
    RequestId, Result, Router, Schema, SecretString, SecurityScheme, SetCookie, State, UploadFile, delete, dependency,
    depends, get, head, options, patch, post, put, routes, trace, validator,
};
pub use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
pub use http::{HeaderMap, StatusCode};
pub use rust_decimal::Decimal;
pub use serde::{Deserialize, Serialize};
pub use std::collections::{BTreeMap, BTreeSet};
pub use uuid::Uuid;
