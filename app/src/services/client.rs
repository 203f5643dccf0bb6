//! What is known of whoever logs in, before it is known who that is.

use std::net::IpAddr;

use crate::constants::sessions::MAX_USER_AGENT_CHARS;

/// Where an attempt to log in comes from. In process the address is unknown; behind a proxy that is not trusted it is the
/// proxy's, which all its clients share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

impl Client {
    /// A client at an address.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self { address: Some(address), user_agent: None }
    }

    /// The address as it is kept and counted: whole for IPv4, the network (`/64`) for IPv6, of which everybody has as
    /// many addresses as they like.
    ///
    /// ```
    /// use app::services::client::Client;
    ///
    /// let place = |address: &str| Client::at(address.parse().unwrap()).place();
    /// assert_eq!(place("192.0.2.7").as_deref(), Some("192.0.2.7"));
    /// assert_eq!(place("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
    /// assert_eq!(place("2001:db8::1"), place("2001:db8::2"));
    /// ```
    #[must_use]
    pub fn place(&self) -> Option<String> {
        self.address.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        })
    }

    /// The name, with what does not belong into a list taken out.
    pub(super) fn user_agent(&self) -> Option<String> {
        let name = self.user_agent.as_ref()?;
        let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT_CHARS).collect();
        Some(name).filter(|name| !name.is_empty())
    }
}
