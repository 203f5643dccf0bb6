//! API keys, as they come in and go out. The key itself goes out once.

use fastrail::prelude::*;

use crate::models::{ApiKey, ApiKeyName, Permission};

/// What makes an API key
#[derive(Debug, Deserialize, Schema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyCreate {
    /// What you know it by
    #[schema(example = "nightly export")]
    pub name: ApiKeyName,
    /// What it may do at most; you must be allowed all of it
    #[schema(max_items = 100)]
    pub scopes: BTreeSet<Permission>,
    /// After how many days it stops to count; never without
    #[schema(ge = 1, le = 3650, example = 90)]
    pub expires_in_days: Option<u16>,
}

/// How an API key gets another text
#[derive(Debug, Default, Deserialize, Schema)]
#[serde(default, deny_unknown_fields)]
pub struct ApiKeyRotate {
    /// How long the old text counts on, so that programs can change over; 0 is not at all, a week is the most
    #[schema(ge = 0, le = 604800)]
    pub overlap_seconds: u32,
}

/// An API key, without its text
#[derive(Debug, Serialize, Schema)]
pub struct ApiKeyOut {
    /// Names the key
    pub id: Uuid,
    /// What you know it by
    pub name: String,
    /// How its text begins
    #[schema(example = "frk_9aZb")]
    pub prefix: String,
    /// How its text ends
    pub last_four: String,
    /// What it may do at most
    pub scopes: Vec<String>,
    /// When it was made, or got its text
    pub created_at: DateTime<Utc>,
    /// When it stops to count
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new API key; its text is shown this once
#[derive(Serialize, Schema)]
pub struct ApiKeySecretOut {
    /// For the header `X-API-Key`
    pub key: String,
    /// The rest
    pub api_key: ApiKeyOut,
}

impl std::fmt::Debug for ApiKeySecretOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeySecretOut").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl ApiKeyOut {
    /// Where the key is found
    pub fn location(&self) -> String {
        format!("/api/v1/api-keys/{}", self.id)
    }
}

impl From<ApiKey> for ApiKeyOut {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.as_uuid(),
            name: key.name.into(),
            prefix: key.prefix,
            last_four: key.last_four,
            scopes: key.scopes.0.into_iter().map(Into::into).collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
        }
    }
}
