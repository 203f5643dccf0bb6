//! Who is connected: everybody, rooms, one person; and what the others hear when somebody leaves.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Message, WebSocket, WebSocketSender};

/// The open connections of an app, each under a key of yours (a user's id, a name); cloning shares them
///
/// Sending never waits for a client: each has a queue of its own, and one that does not read is closed when its queue
/// is full ([`WebSockets::outbound_messages`](super::WebSockets)). In this process only: several instances need a bus.
///
/// ```
/// use fastrail::prelude::*;
/// use fastrail::websocket::Connections;
///
/// #[websocket("/ws/{client_id}")]
/// async fn chat(mut socket: WebSocket, client_id: i64, State(clients): State<Connections<i64>>) -> Result<()> {
///     let me = clients.join(client_id, &socket).farewell(format!("Client #{client_id} left the chat"));
///     while let Ok(text) = socket.receive_text().await {
///         socket.send(format!("You wrote: {text}")).await?;
///         clients.broadcast(format!("Client #{client_id} says: {text}")).await;
///     }
///     drop(me);
///     Ok(())
/// }
///
/// let app = App::new("Chat", "1.0.0").state(Connections::<i64>::new()).include(routes![chat]);
/// ```
pub struct Connections<K>(Arc<Mutex<Members<K>>>);

struct Members<K> {
    next: u64,
    all: HashMap<u64, Member<K>>,
    by_key: HashMap<K, BTreeSet<u64>>,
    rooms: HashMap<String, HashSet<u64>>,
}

struct Member<K> {
    key: K,
    sender: WebSocketSender,
}

impl<K: Clone + Eq + Hash + Send + 'static> Connections<K> {
    /// Nobody yet
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a connection; it leaves when the membership is dropped, at the end of the fn at the latest
    #[must_use = "the connection leaves when the membership is dropped"]
    pub fn join(&self, key: K, socket: &WebSocket) -> Membership<K> {
        let mut members = self.lock();
        let id = members.next;
        members.next += 1;
        members.by_key.entry(key.clone()).or_default().insert(id);
        members.all.insert(id, Member { key, sender: socket.sender() });
        drop(members);
        Membership { id, connections: self.clone(), farewell: None }
    }

    /// Sends to everybody; answers how many that are
    ///
    /// It gives the connections' tasks a chance to write before it returns, and waits for none.
    pub async fn broadcast(&self, message: impl Into<Message>) -> usize {
        let sent = self.send_where(&message.into(), |_| true);
        tokio::task::yield_now().await;
        sent
    }

    /// Sends to everybody in a room; answers how many that are
    pub async fn broadcast_to(&self, room: &str, message: impl Into<Message>) -> usize {
        let sent = self.lock().send_to_room(room, &message.into(), None);
        tokio::task::yield_now().await;
        sent
    }

    /// Sends to each connection under a key; answers how many there are: one person may have several tabs
    pub async fn send_to<Q>(&self, key: &Q, message: impl Into<Message>) -> usize
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let sent = self.lock().send_to_key(key, &message.into());
        tokio::task::yield_now().await;
        sent
    }

    /// How many connections there are
    pub fn len(&self) -> usize {
        self.lock().all.len()
    }

    /// Whether nobody is connected
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys that are connected
    pub fn keys(&self) -> Vec<K> {
        self.lock().by_key.keys().cloned().collect()
    }

    fn send_where(&self, message: &Message, filter: impl Fn(u64) -> bool) -> usize {
        let members = self.lock();
        members.all.keys().filter(|id| filter(**id) && members.send(**id, message)).count()
    }

    fn lock(&self) -> MutexGuard<'_, Members<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Members<K> {
    fn send(&self, id: u64, message: &Message) -> bool {
        self.all.get(&id).is_some_and(|member| member.sender.try_send(message.clone()).is_ok())
    }

    fn send_to_key<Q>(&self, key: &Q, message: &Message) -> usize
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.by_key.get(key).into_iter().flatten().filter(|id| self.send(**id, message)).count()
    }

    fn send_to_room(&self, room: &str, message: &Message, but: Option<u64>) -> usize {
        let ids = self.rooms.get(room).into_iter().flatten();
        ids.filter(|id| Some(**id) != but && self.send(**id, message)).count()
    }

    fn leave_room(&mut self, id: u64, room: &str) {
        if let Some(inside) = self.rooms.get_mut(room) {
            inside.remove(&id);
            if inside.is_empty() {
                self.rooms.remove(room);
            }
        }
    }

    /// Removes a connection; answers the rooms it was in
    fn remove(&mut self, id: u64) -> Vec<String> {
        let Some(member) = self.all.remove(&id) else { return Vec::new() };
        if let Some(ids) = self.by_key.get_mut(&member.key) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_key.remove(&member.key);
            }
        }
        let rooms: Vec<String> =
            self.rooms.iter().filter(|(_, inside)| inside.contains(&id)).map(|(room, _)| room.clone()).collect();
        rooms.iter().for_each(|room| self.leave_room(id, room));
        rooms
    }
}

/// One connection among the others, until it is dropped
#[must_use = "the connection leaves when the membership is dropped"]
pub struct Membership<K: Clone + Eq + Hash + Send + 'static> {
    id: u64,
    connections: Connections<K>,
    farewell: Option<Message>,
}

impl<K: Clone + Eq + Hash + Send + 'static> Membership<K> {
    /// What the others hear when this one leaves, for whatever reason: those who share a room with it, or everybody
    /// when it is in none
    pub fn farewell(mut self, message: impl Into<Message>) -> Self {
        self.farewell = Some(message.into());
        self
    }

    /// Enters a room
    pub fn enter(&self, room: impl Into<String>) {
        self.connections.lock().rooms.entry(room.into()).or_default().insert(self.id);
    }

    /// Leaves a room
    pub fn leave(&self, room: &str) {
        self.connections.lock().leave_room(self.id, room);
    }

    /// Sends to everybody but this one
    pub async fn broadcast_to_others(&self, message: impl Into<Message>) -> usize {
        let sent = self.connections.send_where(&message.into(), |id| id != self.id);
        tokio::task::yield_now().await;
        sent
    }

    /// Sends to everybody in a room but this one
    pub async fn broadcast_to_others_in(&self, room: &str, message: impl Into<Message>) -> usize {
        let sent = self.connections.lock().send_to_room(room, &message.into(), Some(self.id));
        tokio::task::yield_now().await;
        sent
    }
}

impl<K: Clone + Eq + Hash + Send + 'static> Drop for Membership<K> {
    fn drop(&mut self) {
        let mut members = self.connections.lock();
        let rooms = members.remove(self.id);
        let Some(farewell) = &self.farewell else { return };
        let near: HashSet<u64> = rooms.iter().filter_map(|room| members.rooms.get(room)).flatten().copied().collect();
        let hears = |id: &&u64| rooms.is_empty() || near.contains(id);
        for id in members.all.keys().filter(hears) {
            members.send(*id, farewell);
        }
    }
}

impl<K> Clone for Connections<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Default for Connections<K> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Members {
            next: 0,
            all: HashMap::new(),
            by_key: HashMap::new(),
            rooms: HashMap::new(),
        })))
    }
}

impl<K> fmt::Debug for Connections<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Connections").field("members", &members.all.len()).finish_non_exhaustive()
    }
}

impl<K: Clone + Eq + Hash + Send + 'static> fmt::Debug for Membership<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Membership").field("id", &self.id).finish_non_exhaustive()
    }
}
