//! What the process uses, as the kernel tells it: the names are those of Prometheus' own clients. Linux only.

use super::text::Text;

#[cfg(not(target_os = "linux"))]
pub(super) fn write(_: &mut Text) {}

#[cfg(target_os = "linux")]
pub(super) fn write(text: &mut Text) {
    let mut series = |kind, name, help, value: Option<f64>| {
        if let Some(value) = value {
            text.metric(kind, name, help);
            text.series(name, "", "", value);
        }
    };
    let stat = read("/proc/self/stat").and_then(|stat| Stat::parse(&stat)).unwrap_or_default();
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let seconds = |count: Option<f64>| count.map(|count| count / ticks);
    let cpu = stat.user.zip(stat.system).map(|(user, system)| user + system);
    series("counter", "process_cpu_seconds_total", "Processor time, user and system, in seconds", seconds(cpu));
    let page = rustix::param::page_size() as f64;
    let resident = stat.resident_pages.map(|pages| pages * page);
    series("gauge", "process_resident_memory_bytes", "Resident memory in bytes", resident);
    series("gauge", "process_virtual_memory_bytes", "Virtual memory in bytes", stat.virtual_bytes);
    series("gauge", "process_threads", "Threads of the process", stat.threads);
    let open = std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count().saturating_sub(1) as f64);
    series("gauge", "process_open_fds", "Open file descriptors", open);
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    series("gauge", "process_max_fds", "The most file descriptors that may be open", most.map(|most| most as f64));
    let booted = read("/proc/stat").and_then(|stat| {
        stat.lines().find_map(|line| line.strip_prefix("btime ")).and_then(|seconds| seconds.trim().parse::<f64>().ok())
    });
    let started = booted.zip(seconds(stat.started)).map(|(booted, since)| booted + since);
    series("gauge", "process_start_time_seconds", "When the process started, in seconds since 1970", started);
}

#[cfg(target_os = "linux")]
fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// What is taken of `/proc/self/stat` (proc_pid_stat(5))
#[cfg(target_os = "linux")]
#[derive(Debug, Default)]
struct Stat {
    user: Option<f64>,
    system: Option<f64>,
    threads: Option<f64>,
    started: Option<f64>,
    virtual_bytes: Option<f64>,
    resident_pages: Option<f64>,
}

#[cfg(target_os = "linux")]
impl Stat {
    fn parse(stat: &str) -> Option<Self> {
        // The second field is the program's name, which may hold anything; the third follows its last parenthesis.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |number: usize| fields.get(number - 3).and_then(|field| field.parse().ok());
        Some(Self {
            user: field(14),
            system: field(15),
            threads: field(20),
            started: field(22),
            virtual_bytes: field(23),
            resident_pages: field(24),
        })
    }
}
