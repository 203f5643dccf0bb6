//! The app's own metrics: counters, gauges, histograms.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::lock;
use super::text::{Text, labels};

/// A number that only grows; cloning it is cheap
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds to it
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }
}

/// A number that goes up and down; cloning it is cheap
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    /// Sets it
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }

    /// Adds to it; a negative number takes away
    pub fn add(&self, value: f64) {
        add(&self.0, value);
    }
}

/// How often values up to each of its bounds were seen; cloning it is cheap
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Buckets>);

impl Histogram {
    /// Notes a value, in the metric's unit
    pub fn observe(&self, value: f64) {
        let index = self.0.bounds.partition_point(|bound| *bound < value);
        self.0.counts[index].fetch_add(1, Relaxed);
        add(&self.0.sum, value);
    }
}

#[derive(Debug)]
struct Buckets {
    bounds: Box<[f64]>,
    /// One more than bounds
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

fn add(number: &AtomicU64, value: f64) {
    number.update(Relaxed, Relaxed, |bits| (f64::from_bits(bits) + value).to_bits());
}

/// What a metric is
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// A series' value
pub(super) enum Value {
    Counter(Counter),
    Gauge(Gauge),
    Read(Box<dyn Fn() -> f64 + Send + Sync>),
    Histogram(Histogram),
}

struct Family {
    kind: Kind,
    name: &'static str,
    help: &'static str,
    series: Vec<(String, Value)>,
}

/// What is a handle to a series
pub(super) trait Instrument: Clone + Default {
    fn of(value: &Self) -> Value;
    fn known(value: &Value) -> Option<Self>;
}

impl Instrument for Counter {
    fn of(value: &Self) -> Value {
        Value::Counter(value.clone())
    }

    fn known(value: &Value) -> Option<Self> {
        if let Value::Counter(counter) = value { Some(counter.clone()) } else { None }
    }
}

impl Instrument for Gauge {
    fn of(value: &Self) -> Value {
        Value::Gauge(value.clone())
    }

    fn known(value: &Value) -> Option<Self> {
        if let Value::Gauge(gauge) = value { Some(gauge.clone()) } else { None }
    }
}

/// The metrics that an app has added, by name
#[derive(Default)]
pub(super) struct Families(Mutex<Vec<Family>>);

type Labels<'a> = &'a [(&'static str, &'a str)];

impl Families {
    pub(super) fn add<I: Instrument>(&self, kind: Kind, name: &'static str, help: &'static str, of: Labels<'_>) -> I {
        self.with(kind, name, help, of, |series, labels| {
            if let Some(known) =
                series.iter().find(|(known, _)| *known == labels).and_then(|(_, value)| I::known(value))
            {
                return known;
            }
            let made = I::default();
            series.push((labels, I::of(&made)));
            made
        })
    }

    pub(super) fn add_read(
        &self,
        name: &'static str,
        help: &'static str,
        of: Labels<'_>,
        read: Box<dyn Fn() -> f64 + Send + Sync>,
    ) {
        self.with(Kind::Gauge, name, help, of, |series, labels| {
            // The last one counts, since a series may stand on a page only once.
            series.retain(|(known, _)| *known != labels);
            series.push((labels, Value::Read(read)));
        });
    }

    pub(super) fn add_histogram(
        &self,
        name: &'static str,
        help: &'static str,
        of: Labels<'_>,
        bounds: &[f64],
    ) -> Histogram {
        self.with(Kind::Histogram, name, help, of, |series, labels| {
            let known = series.iter().find(|(known, _)| *known == labels);
            if let Some((_, Value::Histogram(histogram))) = known {
                return histogram.clone();
            }
            let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
            let buckets = Buckets { bounds: bounds.into(), counts, sum: AtomicU64::new(0) };
            let made = Histogram(Arc::new(buckets));
            series.push((labels, Value::Histogram(made.clone())));
            made
        })
    }

    fn with<T>(
        &self,
        kind: Kind,
        name: &'static str,
        help: &'static str,
        of: Labels<'_>,
        change: impl FnOnce(&mut Vec<(String, Value)>, String) -> T,
    ) -> T {
        for name in of.iter().map(|(name, _)| *name).chain([name]) {
            assert!(is_name(name), "`{name}` is no name of a metric or a label: ASCII letters, digits and `_`");
        }
        let mut families = lock(&self.0);
        let index = families.iter().position(|family| family.name == name).unwrap_or_else(|| {
            families.push(Family { kind, name, help, series: Vec::new() });
            families.len() - 1
        });
        let family = &mut families[index];
        assert!(family.kind == kind, "the metric `{name}` is a {:?} already", family.kind);
        change(&mut family.series, labels(of))
    }

    pub(super) fn write(&self, text: &mut Text) {
        for family in lock(&self.0).iter() {
            let name = family.name;
            text.metric(&format!("{:?}", family.kind).to_ascii_lowercase(), name, family.help);
            for (labels, value) in &family.series {
                match value {
                    Value::Counter(counter) => text.series(name, "", labels, counter.0.load(Relaxed) as f64),
                    Value::Gauge(gauge) => text.series(name, "", labels, f64::from_bits(gauge.0.load(Relaxed))),
                    Value::Read(read) => text.series(name, "", labels, read()),
                    Value::Histogram(Histogram(buckets)) => {
                        let counts: Vec<u64> = buckets.counts.iter().map(|count| count.load(Relaxed)).collect();
                        let sum = f64::from_bits(buckets.sum.load(Relaxed));
                        text.histogram(name, labels, &buckets.bounds, &counts, sum);
                    }
                }
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_plain) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Families")
    }
}
