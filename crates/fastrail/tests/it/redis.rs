//! The handle: it connects by itself, never waits long, and tells no secret.

use std::time::{Duration, Instant};

use fastrail::redis::driver::cmd;
use fastrail::redis::{Redis, RedisError};

use crate::redis_server::RedisServer;
use crate::support::Logs;

#[test]
fn a_wrong_url_is_told_what_one_looks_like_and_not_repeated() {
    for url in ["", "s3cret", "http://user:s3cret@host/", "redis://host:s3cret/", "redis://u:s3cret@host/base"] {
        let error = Redis::new(url).expect_err(url);
        assert!(error.to_string().contains("redis://host:6379/0"), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}

#[test]
fn a_handle_shows_its_place_and_no_password() {
    let redis = Redis::new("rediss://user:s3cret@cache.example:6380/2").expect("a URL");
    let shown = format!("{redis:?}");
    assert!(shown.contains("cache.example:6380") && !shown.contains("s3cret") && !shown.contains("user"), "{shown}");
}

#[fastrail::test]
async fn what_is_asked_while_it_connects_waits_for_it() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let asked: Vec<_> = (0..50).map(|_| redis.clone()).collect();
    let answers = asked.iter().map(|redis| {
        redis.run(|mut connection| async move { cmd("INCR").arg("n").query_async::<u64>(&mut connection).await })
    });
    let mut numbers: Vec<u64> = Vec::new();
    for answer in answers {
        numbers.push(answer.await.expect("it answers"));
    }
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
    redis.ping().await.expect("it answers");
}

#[fastrail::test]
async fn an_answered_error_is_told_and_is_no_absence() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle();
    redis.back().await;
    let refused = redis.run(|mut connection| async move { cmd("NONSENSE").exec_async(&mut connection).await }).await;
    assert!(matches!(&refused, Err(RedisError::Refused(words)) if words.contains("NONSENSE")), "{refused:?}");
    assert!(!redis.is_away());
}

#[test]
fn while_it_is_away_commands_fail_at_once_and_the_log_has_a_line_for_each_change() {
    let Some(mut server) = RedisServer::start() else { return };
    let logs = Logs::default();
    logs.capture(async {
        let redis = server.handle();
        redis.back().await;
        for _ in 0..2 {
            server.kill();
            while redis.ping().await.is_ok() {}
            assert!(redis.is_away());
            for _ in 0..1_000 {
                assert_eq!(redis.ping().await, Err(RedisError::Away));
            }
            server.start_again();
            redis.back().await;
            redis.ping().await.expect("it is back");
            assert!(!redis.is_away());
        }
    });
    let lines = logs.lines();
    let count =
        |level: &str, text: &str| lines.iter().filter(|line| line.starts_with(level) && line.contains(text)).count();
    // The first start may be sooner than the server's.
    assert!((2..=3).contains(&count("WARN fastrail::redis", "Redis is away")), "{lines:?}");
    assert_eq!(count("WARN", "away"), count("INFO fastrail::redis", "Redis is back"), "{lines:?}");
}

#[fastrail::test]
async fn a_server_that_swallows_everything_is_waited_for_once() {
    let Some(server) = RedisServer::start() else { return };
    let redis = server.handle().timeout(Duration::from_millis(100));
    redis.back().await;
    while redis.ping().await.is_err() {
        redis.back().await;
    }
    server.freeze();
    let start = Instant::now();
    assert_eq!(redis.ping().await, Err(RedisError::Away));
    assert!(start.elapsed() >= Duration::from_millis(100));
    for _ in 0..10_000 {
        assert_eq!(redis.ping().await, Err(RedisError::Away));
    }
    // Ten thousand that had waited would have taken a thousand seconds.
    assert!(start.elapsed() < Duration::from_secs(30));
    server.thaw();
    redis.back().await;
    while redis.ping().await.is_err() {
        redis.back().await;
    }
}

#[fastrail::test]
async fn a_first_connection_that_takes_too_long_is_waited_for_once() {
    let Some(server) = RedisServer::start() else { return };
    server.handle().back().await;
    server.freeze();
    let redis = server.handle().timeout(Duration::from_millis(100));
    let start = Instant::now();
    for _ in 0..10_000 {
        assert_eq!(redis.ping().await, Err(RedisError::Away));
    }
    // Ten thousand that had waited would have taken a thousand seconds; the attempt itself gives up after two.
    assert!(start.elapsed() < Duration::from_secs(30));
    server.thaw();
    redis.back().await;
}

#[fastrail::test]
async fn without_a_server_the_first_command_fails_in_time() {
    let nobody = Redis::new("unix:///nowhere/redis.sock").expect("a URL");
    assert_eq!(nobody.ping().await, Err(RedisError::Away));
    assert!(nobody.is_away());
}
