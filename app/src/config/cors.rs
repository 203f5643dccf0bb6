//! Which pages of other origins may call.

use fastrail::Settings;

use super::auth::are_origins;

/// Settings of cross-origin requests.
#[derive(Debug, Clone, PartialEq, Eq, Settings)]
#[settings(check = is_safe)]
pub struct CorsSettings {
    /// Origins whose pages may call, such as `https://app.example.com`, with commas between; `*` is every one
    #[setting(default, check = are_origins_or_any)]
    pub allow_origins: Vec<String>,
    /// Whether those pages may send cookies and read the answers; not with `*`
    #[setting(default)]
    pub allow_credentials: bool,
}

fn are_origins_or_any(origins: &[String]) -> Result<(), String> {
    if origins == ["*"] { Ok(()) } else { are_origins(origins) }
}

/// Any page could act as whoever is logged in.
fn is_safe(cors: &CorsSettings, problems: &mut fastrail::settings::Problems) {
    if cors.allow_credentials && cors.allow_origins == ["*"] {
        problems.add("CORS__ALLOW_ORIGINS", "should name origins beside CORS__ALLOW_CREDENTIALS=true, and is '*'");
    }
}
