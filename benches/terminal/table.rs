//! The table: a figure's samples as minimum, median, 99 of 100 and maximum, beside its goal.

use std::time::Duration;

/// Prints the head.
pub fn head() {
    println!("{:<58}{:>11}{:>11}{:>11}{:>11}   goal", "", "min", "median", "p99", "max");
}

/// Prints a heading.
pub fn part(words: &str) {
    println!("\n{words}");
}

/// Prints a row of times.
pub fn times(name: &str, samples: Vec<Duration>, goal: &str) {
    let samples = samples.into_iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    row(name, samples, goal, |value| {
        if value >= 10_000.0 { format!("{:.2} s", value / 1000.0) } else { format!("{value:.2} ms") }
    });
}

/// Prints a row of amounts of something.
pub fn amounts(name: &str, samples: Vec<f64>, unit: &str, goal: &str) {
    row(name, samples, goal, |value| format!("{value:.1} {unit}"));
}

fn row(name: &str, mut samples: Vec<f64>, goal: &str, show: impl Fn(f64) -> String) {
    samples.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| {
        samples.get(samples.len().saturating_sub(1) * part / 100).map_or("-".to_owned(), |value| show(*value))
    };
    println!("{name:<58}{:>11}{:>11}{:>11}{:>11}   {goal}", at(0), at(50), at(99), at(100));
}
