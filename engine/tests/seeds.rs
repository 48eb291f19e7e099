//! The fuzz targets on the stable compiler: every seed in `fuzz/seeds`, and many random mutations of each.

mod targets;

use proptest::prelude::*;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 8] = [
    ("envelope", targets::envelope),
    ("session", targets::session),
    ("page", targets::page),
    ("sealed", targets::sealed),
    ("inflate", targets::inflate),
    ("css", targets::css),
    ("policy", targets::policy),
    ("pack", targets::pack),
];

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder).expect("seeds").flatten().map(|e| e.path()).collect();
    files.sort();
    files.iter().map(|f| std::fs::read(f).expect("readable")).collect()
}

#[test]
fn every_seed_of_every_target() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        for seed in seeds {
            target(&seed);
            for len in 0..seed.len().min(200) {
                target(&seed[..len]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn mutations_of_the_seeds(pick in any::<usize>(), changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12), cut in any::<usize>()) {
        for (name, target) in TARGETS {
            let seeds = seeds(name);
            let mut data = seeds[pick % seeds.len()].clone();
            for (at, with) in &changes {
                if !data.is_empty() {
                    let at = at % data.len();
                    data[at] = *with;
                }
            }
            data.truncate(data.len() - cut % (data.len() / 4 + 1));
            target(&data);
        }
    }
}
