//! Refreshes that run: whoever comes with a token that is being traded already waits for that trade's answer.
//!
//! Tabs that wake up together send the same token. Every trade takes a connection and then waits for the token's row, so a
//! hundred of them empty the pool and stand in a row until its deadline is over, though one trade answers them all. Here
//! they wait without a connection. What other instances trade meanwhile is the database's to sort out.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;

use super::authentication::{AuthenticationError, TokenPair};

/// What a trade gives, to all that wait for it.
type Answer = Result<TokenPair, AuthenticationError>;

/// The trades that run in this process, by the hash of their token. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Refreshes {
    running: Arc<Mutex<Running>>,
}

type Running = HashMap<Vec<u8>, Arc<OnceCell<Answer>>>;

impl Refreshes {
    /// Trades a token, or waits for the one who does. Should that one be cancelled, the next in the row trades.
    pub(super) async fn share(&self, token_hash: &[u8], trade: impl Future<Output = Answer>) -> Answer {
        let waiting = Waiting::join(self, token_hash);
        waiting.answer.get_or_init(|| trade).await.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those who wait for one trade.
struct Waiting<'a> {
    refreshes: &'a Refreshes,
    token_hash: &'a [u8],
    answer: Arc<OnceCell<Answer>>,
}

impl<'a> Waiting<'a> {
    fn join(refreshes: &'a Refreshes, token_hash: &'a [u8]) -> Self {
        let answer = Arc::clone(refreshes.lock().entry(token_hash.to_vec()).or_default());
        Self { refreshes, token_hash, answer }
    }
}

impl Drop for Waiting<'_> {
    /// The first who leaves closes the door: whoever comes later asks the database again, which knows for how long the
    /// same answer may be given.
    fn drop(&mut self) {
        let mut running = self.refreshes.lock();
        if running.get(self.token_hash).is_some_and(|answer| Arc::ptr_eq(answer, &self.answer)) {
            running.remove(self.token_hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures_util::{FutureExt, future::join_all};
    use tokio::{sync::Notify, task::yield_now};

    use super::*;

    fn pair() -> TokenPair {
        TokenPair {
            access_token: "access".into(),
            expires_in: Duration::from_secs(900),
            refresh_token: "refresh".into(),
            permissions: BTreeSet::new(),
        }
    }

    #[tokio::test]
    async fn those_who_come_together_are_answered_by_one_trade_and_those_after_them_by_another() {
        let (refreshes, trades) = (Refreshes::default(), AtomicUsize::new(0));
        let refresh = |token: &'static [u8]| {
            refreshes.share(token, async {
                trades.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
                Ok(pair())
            })
        };
        let answers = join_all((0..100).map(|tab| refresh(if tab % 2 == 0 { b"one" } else { b"two" }))).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(trades.load(Ordering::Relaxed), 2);
        refresh(b"one").await.unwrap();
        assert_eq!(trades.load(Ordering::Relaxed), 3);
        assert!(refreshes.lock().is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_everybodys_and_is_not_kept() {
        let refreshes = Refreshes::default();
        let refresh = |answer: Answer| {
            refreshes.share(b"one", async {
                yield_now().await;
                answer
            })
        };
        let answers = join_all([refresh(Err(AuthenticationError::InvalidGrant)), refresh(Ok(pair()))]).await;
        assert!(answers.iter().all(|answer| matches!(answer, Err(AuthenticationError::InvalidGrant))));
        assert!(refresh(Ok(pair())).await.is_ok());
    }

    #[tokio::test]
    async fn when_the_one_who_trades_is_cancelled_the_next_one_does() {
        let (refreshes, never) = (Refreshes::default(), Notify::new());
        let mut first = Box::pin(refreshes.share(b"one", async {
            never.notified().await;
            Err(AuthenticationError::InvalidGrant)
        }));
        let mut second = Box::pin(refreshes.share(b"one", async { Ok(pair()) }));
        assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
        drop(first);
        assert!(second.await.is_ok());
        assert!(refreshes.lock().is_empty());
    }
}
