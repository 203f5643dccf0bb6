//! Bars, drawn as SVG.

use std::fmt::Write as _;

use super::report::rounded;

const COLOURS: [&str; 3] = ["#9aa5b1", "#5b7c99", "#d9622b"];
const LEFT: f64 = 120.0;
const WIDTH: f64 = 480.0;
const BAR: f64 = 14.0;
const GAP: f64 = 12.0;
const TOP: f64 = 64.0;

/// Bars in groups: a group has a label, one figure for each series, and a mark across its bars where a bound is.
pub(crate) struct Bars {
    pub(crate) title: &'static str,
    pub(crate) series: Vec<&'static str>,
    pub(crate) groups: Vec<Group>,
}

pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) figures: Vec<f64>,
    pub(crate) mark: Option<f64>,
}

impl Bars {
    /// The picture; its background is white, so that it can be read on any page.
    pub(crate) fn svg(&self) -> String {
        let figures = self.groups.iter().flat_map(|group| group.figures.iter().copied().chain(group.mark));
        let scale = WIDTH / figures.fold(f64::MIN_POSITIVE, f64::max);
        let height: f64 = TOP + self.groups.iter().map(|group| group.figures.len() as f64 * BAR + GAP).sum::<f64>();
        let width = LEFT + WIDTH + 80.0;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
             font-size=\"11\" fill=\"#1f2933\">\n<title>{0}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <text x=\"{GAP}\" y=\"22\" font-size=\"14\" font-weight=\"bold\">{0}</text>\n",
            self.title
        );
        for (number, name) in self.series.iter().enumerate() {
            let x = LEFT + number as f64 * 100.0;
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"36\" width=\"10\" height=\"10\" fill=\"{}\"/>",
                colour(self, number)
            );
            let _ = writeln!(svg, "<text x=\"{}\" y=\"45\">{name}</text>", x + 15.0);
        }
        let mut y = TOP;
        for group in &self.groups {
            let tall = group.figures.len() as f64 * BAR;
            let middle = y + tall / 2.0 + 4.0;
            let _ =
                writeln!(svg, "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>", LEFT - 8.0, group.label);
            for (number, figure) in group.figures.iter().enumerate() {
                let top = y + number as f64 * BAR;
                let long = figure * scale;
                let (bar, colour) = (BAR - 2.0, colour(self, number));
                let _ = writeln!(
                    svg,
                    "<rect x=\"{LEFT}\" y=\"{top:.1}\" width=\"{long:.1}\" height=\"{bar}\" fill=\"{colour}\"/>\n\
                     <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    LEFT + long + 5.0,
                    top + 10.0,
                    rounded(*figure)
                );
            }
            if let Some(mark) = group.mark {
                let x = LEFT + mark * scale;
                let (from, to) = (y - 2.0, y + tall);
                let _ = writeln!(svg, "<path d=\"M{x:.1} {from:.1}V{to:.1}\" stroke=\"#1f2933\" stroke-width=\"2\"/>");
            }
            y += tall + GAP;
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// Ours is the last of a series, and stands out.
fn colour(bars: &Bars, number: usize) -> &'static str {
    let from_last = bars.series.len().saturating_sub(number + 1);
    COLOURS[COLOURS.len().saturating_sub(from_last + 1)]
}

#[cfg(test)]
mod tests {
    use super::{Bars, Group};

    #[test]
    fn the_longest_bar_fills_the_width() {
        let group = |label: &str, figure| Group { label: label.to_owned(), figures: vec![figure], mark: None };
        let bars = Bars { title: "Cost", series: vec!["ours"], groups: vec![group("a", 1.0), group("b", 4.0)] };
        let svg = bars.svg();
        assert!(svg.contains("width=\"480.0\""), "{svg}");
        assert!(svg.contains("width=\"120.0\""), "{svg}");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    }
}
