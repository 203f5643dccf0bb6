//! The text format of Prometheus, version 0.0.4.

use std::fmt::Write;

/// A page that is being written
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    /// Begins a metric: all its series follow
    pub(super) fn metric(&mut self, kind: &str, name: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// One series; `labels` as [`labels`] writes them
    pub(super) fn series(&mut self, name: &str, suffix: &str, labels: &str, value: f64) {
        let _ = match labels {
            "" => writeln!(self.0, "{name}{suffix} {}", Number(value)),
            labels => writeln!(self.0, "{name}{suffix}{{{labels}}} {}", Number(value)),
        };
    }

    /// The series of a histogram: counts a bucket, the last one beyond all bounds
    pub(super) fn histogram(&mut self, name: &str, labels: &str, bounds: &[f64], counts: &[u64], sum: f64) {
        let comma = if labels.is_empty() { "" } else { "," };
        let mut all = 0;
        for (index, count) in counts.iter().enumerate() {
            all += count;
            let bound = bounds.get(index).copied().unwrap_or(f64::INFINITY);
            let _ = writeln!(self.0, "{name}_bucket{{{labels}{comma}le=\"{}\"}} {all}", Number(bound));
        }
        self.series(name, "_sum", labels, sum);
        self.series(name, "_count", labels, all as f64);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            f64::INFINITY => f.write_str("+Inf"),
            f64::NEG_INFINITY => f.write_str("-Inf"),
            number => write!(f, "{number}"),
        }
    }
}

/// `name="value",…` with the values escaped
pub(super) fn labels(labels: &[(&str, &str)]) -> String {
    let escape = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    labels.join(",")
}
