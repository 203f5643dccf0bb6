//! An export of many users takes no more memory than one of few.

use std::io::{Read, Write};

use super::backend::{Backend, run};
use crate::support::is_long;

/// The most memory that a process has used so far, in KiB (proc_pid_status(5): VmHWM).
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn memory_does_not_grow_with_the_table() {
    let rows: usize = if is_long() { 200_000 } else { 5_000 };
    let folder = tempfile::tempdir().unwrap();
    let settings = [("FIRST_ADMIN_EMAIL", "root@example.com"), ("FIRST_ADMIN_PASSWORD", "correct horse battery")];
    assert!(run(folder.path(), &settings, &["users", "list"]).status.success());
    let url = crate::support::process_database_url(folder.path());
    let database = app::repositories::Database::connect(&crate::support::database_options(url)).await.unwrap();
    for batch in 0..rows / 1_000 {
        let session = database.session();
        for n in 0..1_000 {
            crate::support::create_row(&session, &format!("user{}", batch * 1_000 + n)).await;
        }
        session.commit().await.unwrap();
    }
    database.close().await.unwrap();
    let backend = Backend::start(folder.path(), &settings);
    let token = backend.login("admin", "correct horse battery").expect(200).text("access_token");
    let export = |query: &str| {
        let mut stream = backend.connect();
        let head = format!(
            "GET /api/v1/users/export.csv?{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\n\r\n",
            backend.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let (mut lines, mut buffer, mut text) = (0, vec![0; 64 * 1024], Vec::new());
        loop {
            let read = stream.read(&mut buffer).unwrap();
            if read == 0 {
                return lines;
            }
            text.extend_from_slice(&buffer[..read]);
            lines += text.windows(13).filter(|part| part.starts_with(b"@example.com,")).count();
            // What could be the beginning of another one.
            text.drain(..text.len().saturating_sub(12));
        }
    };
    export("q=user1");
    let before = peak(backend.id());
    let lines = export("");
    let grown = peak(backend.id()).saturating_sub(before);
    println!("{rows} users exported, {lines} rows seen, peak memory grew by {grown} KiB");
    // The administrator is one more.
    assert_eq!(lines, rows + 1);
    assert!(grown < 16 * 1024, "{grown} KiB");
}
