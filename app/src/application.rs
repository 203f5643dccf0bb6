//! Wiring: brings the database up, puts the services together, and puts HTTP on top. Holds no rule.

use std::sync::Arc;
use std::time::Instant;

use fastrail::events::RedisStreams;
use fastrail::middleware::{Compression, Cors, Next, SecurityHeaders};
use fastrail::observability::Metrics;
use fastrail::openapi::License;
use fastrail::rate_limit::RateLimits;
use fastrail::redis::{Redis, RedisUrlError};
use fastrail::security::PasswordHasher;
use fastrail::serve::{ConnectionLimits, Deadlines, Listen};
use fastrail::{App, Lifespan, Limits, ProblemDetails, Request, Response, TrustedProxies};
use secrecy::ExposeSecret;

use crate::{
    config::{CorsSettings, DatabaseSettings, ExternalSettings, ServerSettings, Settings},
    constants::application::{
        DESCRIPTION, DOCS_PATH, NAME, OPENAPI_PATH, REDIS_PREFIX, REDOC_PATH, SCALAR_PATH, VERSION,
    },
    constants::cors::{CORS_EXPOSED, CORS_HEADERS},
    constants::mail::OUTBOX_FOLDER,
    events,
    migrations::{self, MigrationError},
    models::RoleNameError,
    repositories::{Connection, Database, DatabaseError, DatabaseOptions},
    routers,
    services::{
        authentication::{AuthenticationService, LoginRules},
        bootstrap::{self, BootstrapError, FirstAdmin},
        clock::Clock,
        external::{ExternalOptions, ExternalTokens, ProviderError},
        health::HealthService,
        items::ItemService,
        keys::{KeyError, KeyRing},
        outbox::Outbox,
        sealing::Sealer,
        statistics::Statistics,
        tokens::{TokenError, TokenService},
        users::UserService,
    },
};

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The schema could not be brought up to date.
    #[error("migrations failed")]
    Migrations(#[from] MigrationError),
    /// The database could not be used.
    #[error("the database cannot be used")]
    Database(#[from] DatabaseError),
    /// There is no key to sign with.
    #[error("no signing key")]
    Keys(#[from] KeyError),
    /// Tokens cannot be signed or checked.
    #[error("access tokens cannot be signed and checked")]
    Tokens(#[from] TokenError),
    /// The external provider's issuer is no URL.
    #[error("AUTH__EXTERNAL__ISSUER is no URL")]
    ExternalIssuer,
    /// A role that the external provider's roles should stand for is none.
    #[error("AUTH__EXTERNAL__ROLES names a role that {0}")]
    ExternalRole(#[from] RoleNameError),
    /// Nobody could ask the external provider.
    #[error("the external identity provider cannot be asked")]
    External(#[from] ProviderError),
    /// The address of Redis is none.
    #[error("REDIS_URL: {0}")]
    Redis(#[from] RedisUrlError),
    /// The proxies are none.
    #[error("TRUSTED_PROXIES: {0}")]
    Proxies(String),
    /// Roles or the first administrator could not be made.
    #[error("the first administrator could not be made")]
    Bootstrap(#[from] BootstrapError),
}

/// Everything that requests share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Application {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The database.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// Hashing of passwords.
    pub passwords: PasswordHasher,
    /// Access tokens.
    pub tokens: TokenService,
    /// Login, refresh, logout, and the check of each request's token.
    pub authentication: AuthenticationService,
    /// Whose word on a request's origin counts.
    pub proxies: TrustedProxies,
    /// What instances share, if there are several.
    pub redis: Option<Redis>,
    /// What was counted since the start.
    pub statistics: Statistics,
}

impl Application {
    /// Migrates, connects, loads the keys, seeds roles and sees to an administrator.
    ///
    /// # Errors
    /// [`StartError`], the first thing that failed.
    pub async fn start(settings: Settings, clock: Clock) -> Result<(Self, FirstAdmin), StartError> {
        let proxies = settings.server.trusted_proxies.iter().map(String::as_str);
        let proxies = TrustedProxies::parse(proxies).map_err(StartError::Proxies)?;
        let redis = settings.redis.url.as_ref().map(|url| Redis::new(url.expose_secret())).transpose()?;
        let auth = &settings.auth;
        let passwords = PasswordHasher::with_bounds(auth.password_hash_concurrency, auth.password_hash_queue);
        passwords.warm_up();
        migrations::apply(settings.database.url.expose_secret()).await?;
        let database = Database::connect(&database_options(&settings.database)).await?;
        let sealer = Arc::new(Sealer::new(&settings.secret_key));
        let tokens = TokenService::new(
            KeyRing::load(&database, &sealer, auth.algorithm, &clock).await?,
            auth.issuer.clone(),
            auth.audience.clone(),
            auth.access_token_ttl,
            clock.clone(),
        )
        .await?;
        bootstrap::seed_roles(&database, &clock).await?;
        let first_admin = bootstrap::ensure_first_admin(
            &database,
            &passwords,
            &clock,
            settings.first_admin.as_ref(),
            settings.environment,
        )
        .await?;
        let authentication = AuthenticationService::new(
            database.clone(),
            passwords.clone(),
            tokens.clone(),
            external(auth.external.as_ref(), &clock)?,
            sealer,
            LoginRules {
                refresh_token: auth.refresh_token_ttl,
                cookie: auth.cookie_session_ttl,
                free_address_failures: auth.free_address_failures,
            },
            clock.clone(),
        );
        let (settings, statistics) = (Arc::new(settings), Statistics::default());
        let application =
            Self { settings, database, clock, passwords, tokens, authentication, proxies, redis, statistics };
        Ok((application, first_admin))
    }

    /// The HTTP application on these parts, ready to be served.
    pub fn http(&self) -> App {
        let server = &self.settings.server;
        let mut app = http(self.settings.docs_enabled);
        let mut rate_limits = RateLimits::new().enabled(self.settings.rate_limit.enabled);
        if let Some(redis) = &self.redis {
            app = app.events(RedisStreams::new(redis.clone(), REDIS_PREFIX));
            rate_limits = rate_limits.redis(redis.clone(), REDIS_PREFIX);
        }
        if self.settings.debug {
            app = app.include(routers::debug::router()).middleware(server_timing);
        }
        if let Some(cors) = cors(&self.settings.cors) {
            app = app.middleware(cors);
        }
        if self.settings.metrics.port.is_none() {
            app = app.include(routers::metrics::router());
        }
        app.rate_limits(rate_limits)
            .metrics(self.metrics())
            .limits(Limits {
                max_body_bytes: server.limits.max_body_bytes.to_usize(),
                request_timeout: Some(server.deadlines.request),
                ..Limits::default()
            })
            .trusted_proxies(self.proxies.clone())
            .root_path(&server.root_path)
            .state(Arc::clone(&self.settings))
            .state(self.database.clone())
            .state(self.clock.clone())
            .state(self.passwords.clone())
            .state(self.tokens.clone())
            .state(self.authentication.clone())
            .state(self.statistics.clone())
            .state(Outbox::new(self.settings.data_dir.join(OUTBOX_FOLDER)))
            .state(HealthService::new(self.database.clone(), migrations::names()))
            .lifespan(closing(self.database.clone()))
    }

    /// What is counted: requests and the like, and the connections to the database.
    fn metrics(&self) -> Metrics {
        let metrics = Metrics::new();
        let (name, help) = ("db_pool_connections", "Connections to the database that are open, by what they are for");
        for pool in self.database.pools() {
            let labels = |state| [("pool", pool.name()), ("state", state)];
            let used = pool.clone();
            let in_use = move || {
                let (open, idle) = used.counts();
                open.saturating_sub(idle) as f64
            };
            metrics.gauge_of(name, help, &labels("used"), in_use);
            let idle = pool.clone();
            metrics.gauge_of(name, help, &labels("idle"), move || idle.counts().1 as f64);
        }
        metrics
    }

    /// The use cases of users on a session or a read session.
    pub fn users<C: Connection>(&self, connection: C) -> UserService<C> {
        UserService::new(connection, self.passwords.clone(), self.clock.clone())
    }

    /// The use cases of items on a session or a read session.
    pub fn items<C: Connection>(&self, connection: C) -> ItemService<C> {
        ItemService::new(connection, self.clock.clone())
    }
}

/// The routes, the errors' shape, the middleware and the documents; without what requests share.
#[must_use]
pub fn http(docs_enabled: bool) -> App {
    let app = App::new(NAME, VERSION)
        .summary("Users, tokens and a sample resource, made to start a backend from")
        .description(DESCRIPTION)
        .license(License::spdx("MIT OR Apache-2.0"))
        // One address for one resource: a slash too many is a mistake that should show.
        .redirect_slashes(false)
        .tag("auth", "Accounts, logins and tokens")
        .tag("api-keys", "What programs show instead of a login")
        .tag("users", "One's own account, and everybody's for administrators")
        .tag("roles", "Who may do what")
        .tag("items", "The sample resource")
        .tag("health", "Probes")
        .tag("root", "What is here")
        .errors(ProblemDetails::new())
        .include(routers::v1())
        .include(routers::unversioned())
        .listeners(events::listeners())
        .middleware(Compression::new())
        .middleware(SecurityHeaders::new());
    if docs_enabled {
        app.openapi_url(OPENAPI_PATH).docs_url(DOCS_PATH).redoc_url(REDOC_PATH).scalar_url(SCALAR_PATH)
    } else {
        app.openapi_url(None)
    }
}

/// Tells how long an answer took, where browsers' tools show it (W3C Server Timing); for developers only.
async fn server_timing(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let mut response = next.run(request).await;
    let took = format!("app;dur={:.3}", start.elapsed().as_secs_f64() * 1000.0);
    if let Ok(took) = took.parse() {
        response.headers_mut().insert("server-timing", took);
    }
    response
}

/// Which pages of other origins may call, if any.
fn cors(settings: &CorsSettings) -> Option<Cors> {
    if settings.allow_origins.is_empty() {
        return None;
    }
    let cors = Cors::allow(settings.allow_origins.iter().cloned()).headers(CORS_HEADERS).expose_headers(CORS_EXPOSED);
    Some(if settings.allow_credentials { cors.with_credentials() } else { cors })
}

/// The check of the external provider's tokens, if there is one.
fn external(settings: Option<&ExternalSettings>, clock: &Clock) -> Result<Option<ExternalTokens>, StartError> {
    let Some(settings) = settings else { return Ok(None) };
    let roles = settings.roles.iter().map(|(theirs, ours)| Ok((theirs.clone(), ours.parse()?)));
    let options = ExternalOptions {
        issuer: settings.issuer.parse().map_err(|_| StartError::ExternalIssuer)?,
        issuer_text: settings.issuer.clone(),
        audience: settings.audience.clone(),
        roles: roles.collect::<Result<_, RoleNameError>>()?,
        roles_claim: settings.roles_claim.clone(),
        makes_users: settings.create_users,
        timeout: settings.timeout,
    };
    Ok(Some(ExternalTokens::new(options, clock.clone())?))
}

/// Closes the database after the last request.
fn closing(database: Database) -> impl FnOnce(Lifespan) -> std::future::Ready<fastrail::Result<()>> + Send + 'static {
    move |lifespan| {
        lifespan.on_shutdown(async move {
            if let Err(error) = database.close().await {
                tracing::warn!(%error, "the database did not close");
            }
        });
        std::future::ready(Ok(()))
    }
}

/// The part of the settings that `repositories` needs, which does not know `config`.
#[must_use]
pub fn database_options(settings: &DatabaseSettings) -> DatabaseOptions {
    DatabaseOptions {
        url: settings.url.expose_secret().to_owned(),
        max_connections: settings.max_connections,
        acquire_timeout: settings.acquire_timeout,
        busy_timeout: settings.busy_timeout,
        statement_timeout: settings.statement_timeout,
        idle_in_transaction_timeout: settings.idle_in_transaction_timeout,
    }
}

/// Where the server listens.
#[must_use]
pub fn listen(server: &ServerSettings) -> Listen {
    let address = match &server.socket {
        Some(path) => format!("unix:{}", path.display()),
        None => std::net::SocketAddr::new(server.host, server.port).to_string(),
    };
    Listen { address, reuse_port: server.reuse_port, handover: server.handover_socket.clone() }
}

/// What the server lets a client send.
#[must_use]
pub fn connection_limits(server: &ServerSettings) -> ConnectionLimits {
    let limits = &server.limits;
    ConnectionLimits {
        max_connections: limits.max_connections,
        max_target_bytes: limits.max_uri_bytes.to_usize(),
        max_head_bytes: limits.max_header_bytes.to_usize(),
        max_headers: limits.max_headers,
        max_streams: limits.max_streams,
    }
}

/// How long the server waits for a client.
#[must_use]
pub fn deadlines(server: &ServerSettings) -> Deadlines {
    let deadlines = &server.deadlines;
    Deadlines {
        first_byte: deadlines.first_byte,
        head: deadlines.header,
        body: deadlines.body,
        body_bytes: deadlines.body_min_bytes.bytes(),
        keep_alive: deadlines.keep_alive,
        write: deadlines.write,
        ..Deadlines::default()
    }
}
