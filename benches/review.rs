//! How fast the review is: from a model's edit to hunks, and one decision among many.
#![allow(clippy::unwrap_used, missing_docs)]

use adit::path::RelPath;
use adit::review::{Decision, FileRevision, Maker, Mode, Pick, Review, Snapshot, Text, diff_texts};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn snapshot(text: &str) -> Snapshot {
    Snapshot { text: Text::from(text), mode: Mode::Regular }
}

fn lines(count: usize, every: usize) -> String {
    let line = |number: usize| {
        if number % every == every - 1 { format!("changed {number}\n") } else { format!("line {number}\n") }
    };
    (0..count).map(line).collect()
}

fn revision(name: &str, base: &str, target: &str) -> FileRevision {
    FileRevision {
        path: RelPath::new(name).unwrap(),
        from: None,
        base: Some(Some(snapshot(base))),
        target: Some(snapshot(target)),
        maker: Maker::User,
        loose: false,
    }
}

/// 2,000 files with ten runs each.
fn wide() -> Review {
    let (base, target) = (lines(200, usize::MAX), lines(200, 20));
    let files: Vec<FileRevision> =
        (0..2000).map(|number| revision(&format!("src/f{number:04}.rs"), &base, &target)).collect();
    let mut review = Review::default();
    review.revise(&files);
    review
}

fn decide(criterion: &mut Criterion) {
    let review = wide();
    assert_eq!(review.progress().pending, 20_000);
    let pick = Pick::Runs { path: RelPath::new("src/f1000.rs").unwrap(), runs: vec![5] };
    criterion.bench_function("decide one of 20,000 runs in 2,000 files", |bench| {
        bench.iter_batched(
            || review.clone(),
            |mut review| {
                review.plan(&pick, Decision::Accepted).unwrap();
                review.decide(&pick, Decision::Accepted, None);
                review
            },
            BatchSize::LargeInput,
        );
    });
    let mut long = Review::default();
    long.revise(&[revision("long.txt", &lines(100_000, usize::MAX), &lines(100_000, 2))]);
    let pick = Pick::Runs { path: RelPath::new("long.txt").unwrap(), runs: vec![25_000] };
    criterion.bench_function("decide one of 50,000 runs in one file of 100,000 lines", |bench| {
        bench.iter_batched(
            || long.clone(),
            |mut review| {
                review.plan(&pick, Decision::Accepted).unwrap();
                review.decide(&pick, Decision::Accepted, None);
                review
            },
            BatchSize::LargeInput,
        );
    });
    let mut decided = long.clone();
    decided.decide(&pick, Decision::Accepted, None);
    criterion.bench_function("undo one of 50,000 runs in one file of 100,000 lines", |bench| {
        bench.iter_batched(
            || decided.clone(),
            |mut review| {
                review.plan_undo().unwrap();
                review.undo();
                review
            },
            BatchSize::LargeInput,
        );
    });
}

/// Says what the process holds more in memory for a large review, and for a thousand decisions in it.
#[allow(clippy::print_stdout, clippy::disallowed_methods)]
fn memory(_criterion: &mut Criterion) {
    let pages = || -> f64 {
        let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        told.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0)
    };
    let megabytes = |from: f64, to: f64| (to - from) * 4096.0 / 1e6;
    let start = pages();
    let mut review = wide();
    let made = pages();
    for number in 0..1_000 {
        let path = RelPath::new(&format!("src/f{number:04}.rs")).unwrap();
        review.decide(&Pick::Runs { path, runs: vec![3] }, Decision::Accepted, None);
    }
    println!("memory: {:.1} MB for 20,000 runs in 2,000 files", megabytes(start, made));
    println!("memory: {:.1} MB more after 1,000 decisions", megabytes(made, pages()));
}

fn revise(criterion: &mut Criterion) {
    let review = wide();
    let target = lines(200, 10);
    let edit = FileRevision { base: None, ..revision("src/f1000.rs", "", &target) };
    criterion.bench_function("a model's edit to its new runs, beside 20,000 others", |bench| {
        bench.iter_batched(
            || review.clone(),
            |mut review| {
                review.revise(std::slice::from_ref(&edit));
                review
            },
            BatchSize::LargeInput,
        );
    });
    let (old, new) = (snapshot(&lines(100_000, usize::MAX)), snapshot(&lines(100_000, 2)));
    criterion.bench_function("difference of 100,000 lines, every second changed", |bench| {
        bench.iter(|| diff_texts(Some(&old), Some(&new), false));
    });
}

criterion_group!(benches, memory, decide, revise);
criterion_main!(benches);
