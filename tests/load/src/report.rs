//! The table at the end.

use crate::{
    measure::{Case, Figure, Kind},
    options::Options,
    subscriber::Stream,
};

/// What is compared: our case, the case of the Node server, and how many times as much ours must give.
const ROWS: [(&str, Kind, Kind, f64); 4] = [
    (
        "SSE deliveries",
        Kind::Deliveries(Stream::Sse),
        Kind::Deliveries(Stream::TrpcSse),
        30.0,
    ),
    (
        "SSE deliveries, tRPC framing",
        Kind::Deliveries(Stream::TrpcSse),
        Kind::Deliveries(Stream::TrpcSse),
        30.0,
    ),
    (
        "WebSocket deliveries",
        Kind::Deliveries(Stream::Ws),
        Kind::Deliveries(Stream::Ws),
        3.0,
    ),
    ("sendEvent over HTTP", Kind::Requests, Kind::Requests, 14.0),
];

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<(Case, Figure)>,
}

impl Report {
    pub(crate) fn add(&mut self, case: &Case, figure: Figure) {
        self.figures.push((*case, figure));
    }

    /// The median of a case's rounds, per second of the server's processor time; `None` if it was not measured.
    fn median(&self, kind: Kind, is_ours: bool) -> Option<f64> {
        let of_case = |(case, _): &&(Case, Figure)| case.kind == kind && case.is_ours == is_ours;
        let figures = self.figures.iter().filter(of_case);
        let mut figures: Vec<f64> = figures.map(|(_, figure)| figure.per_cpu_second()).collect();
        figures.sort_by(f64::total_cmp);
        let upper = figures.get(figures.len() / 2)?;
        let lower = figures.get(figures.len().saturating_sub(1) / 2)?;
        Some(f64::midpoint(*lower, *upper))
    }

    fn ratio(&self, ours: Kind, node: Kind) -> Option<f64> {
        Some(self.median(ours, true)? / self.median(node, false)?)
    }

    /// Whether every ratio that was measured reaches its target.
    pub(crate) fn all_reached(&self) -> bool {
        ROWS.iter().all(|(_, ours, node, target)| {
            self.ratio(*ours, *node)
                .is_none_or(|ratio| ratio >= *target)
        })
    }

    /// The figures as a table in Markdown.
    pub(crate) fn table(&self, options: &Options) -> String {
        let mut lines = vec![
            format!(
                "Per second of the server's processor time; median of {} rounds of {} s; {} subscribers, {} connections.",
                options.rounds,
                options.time.as_secs(),
                options.subscribers,
                options.connections
            ),
            String::new(),
            "| measured | this server | Node, @trpc/server 11 | ratio | target | |".to_owned(),
            "|---|---:|---:|---:|---:|---|".to_owned(),
        ];
        for (name, ours, node, target) in ROWS {
            let number = |figure: Option<f64>| {
                figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.0}"))
            };
            let (ratio, verdict) = match self.ratio(ours, node) {
                Some(ratio) if ratio >= target => (format!("{ratio:.1} ×"), "reached"),
                Some(ratio) => (format!("{ratio:.1} ×"), "missed"),
                None => ("–".to_owned(), ""),
            };
            lines.push(format!(
                "| {name} | {} | {} | {ratio} | {target} × | {verdict} |",
                number(self.median(ours, true)),
                number(self.median(node, false))
            ));
        }
        lines.push(String::new());
        lines.push("Every event reached every subscriber once, in order.".to_owned());
        lines.join("\n")
    }
}
