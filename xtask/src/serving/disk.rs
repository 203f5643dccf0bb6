//! A disk that is full: writes are refused in the API's own words, reads go on, and all is well once there is room.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::crash::integrity;
use super::server::{Folder, Server, free_port};
use crate::backend::Binary;

/// A small file system in memory; unmounted when it is dropped.
struct Disk(PathBuf);

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

pub(super) fn run(binary: &Binary) -> Result<()> {
    let folder = Folder::new("disk")?;
    let data = folder.0.join("data");
    fs::create_dir_all(&data)?;
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs"]).arg(&data).status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("   NOT SHOWN: a small file system needs root (mount -t tmpfs)");
        return Ok(());
    }
    let _disk = Disk(data.clone());
    let mut server = Server::start(binary, &folder.0, free_port()?, &[])?;
    let token = server.token()?;
    let filler = data.join("filler");
    // As large as fits: what is left is for the database alone.
    let mut size = 2 << 20;
    while size > 0 && fs::write(&filler, vec![0; size]).is_err() {
        size -= 64 << 10;
    }
    let refusal = loop_until_refused(&server, &token)?;
    let problem: serde_json::Value = serde_json::from_str(&refusal.body)?;
    let (read, _) = server.ask("GET", "/api/v1/items?page_size=1", &token, "")?;
    fs::remove_file(&filler)?;
    let (after, body) = server.ask("POST", "/api/v1/items", &token, "{\"name\":\"after\",\"price\":\"1\"}")?;
    server.signal("TERM")?;
    server.wait(std::time::Duration::from_secs(20))?;
    let said = integrity(&data.join("app.db"))?;
    println!(
        "   {} writes, then {} {}: {}; reads answered {read} meanwhile, writes {after} once there is room; integrity_check {said}",
        refusal.made, refusal.status, problem["code"], problem["detail"],
    );
    if refusal.status != 503 || problem["code"] != "storage_full" || read != 200 || after != 201 {
        bail!("a full disk is answered {}, a read {read}, a write afterwards {after}: {body}", refusal.status);
    }
    Ok(())
}

struct Refused {
    made: usize,
    status: u16,
    body: String,
}

fn loop_until_refused(server: &Server, token: &str) -> Result<Refused> {
    let description = "x".repeat(900);
    for made in 0..20_000 {
        let item = format!("{{\"name\":\"n{made}\",\"price\":\"1\",\"description\":\"{description}\"}}");
        let (status, body) = server.ask("POST", "/api/v1/items", token, &item)?;
        if status >= 500 {
            return Ok(Refused { made, status, body });
        }
        if status != 201 {
            bail!("an item was answered {status}: {body}");
        }
    }
    bail!("the disk was never full")
}
