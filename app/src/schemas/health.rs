//! What the probes say.

use fastrail::prelude::*;

/// It is well; when it is not, the answer is 503
#[derive(Debug, Serialize, Schema)]
pub struct HealthOut {
    /// Always `ok`
    #[schema(example = "ok")]
    pub status: String,
}

impl HealthOut {
    /// All is well
    pub fn ok() -> Self {
        Self { status: "ok".to_owned() }
    }
}
