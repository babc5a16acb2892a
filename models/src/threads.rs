//! How many threads a model may use.
//!
//! candle reads the number from the environment when it first computes, and its pool spins while it waits: with every
//! core in use by others each step takes many times longer. So one core is left free where there are more than two.

/// The variables candle reads.
const VARIABLES: [&str; 2] = ["CANDLE_NUM_THREADS", "RAYON_NUM_THREADS"];

/// Threads for a computer with this many cores.
pub fn recommended(cores: usize) -> usize {
    if cores > 2 { cores - 1 } else { cores.max(1) }
}

/// Sets how many threads models use from now on (`None`: [`recommended`] for this computer). Call it first thing in
/// `main`. A number the user has set in the environment wins. Returns whether the setting is in force: changing the
/// environment is sound only while the program has one thread, so later calls do nothing.
pub fn set(threads: Option<usize>) -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or_else(|| recommended(cores)).max(1).to_string();
    let alone = is_only_thread();
    for name in VARIABLES {
        if std::env::var_os(name).is_none() && alone {
            set_variable(name, &threads);
        }
    }
    VARIABLES.iter().all(|name| std::env::var_os(name).is_some())
}

#[expect(unsafe_code, reason = "std offers no safe way to set a variable that candle reads in this process")]
fn set_variable(name: &str, value: &str) {
    // SAFETY: the caller has found that no other thread exists that could read the environment meanwhile (on Windows
    // the call is sound at any time).
    unsafe { std::env::set_var(name, value) }
}

#[cfg(target_os = "linux")]
fn is_only_thread() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

#[cfg(windows)]
fn is_only_thread() -> bool {
    true
}

#[cfg(not(any(target_os = "linux", windows)))]
fn is_only_thread() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_left_free_where_there_are_more_than_two() {
        assert_eq!([0, 1, 2, 3, 8].map(recommended), [1, 1, 2, 2, 7]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_environment_is_left_alone_once_there_are_threads() {
        let before = VARIABLES.map(std::env::var_os);
        std::thread::scope(|scope| {
            scope.spawn(|| set(Some(3)));
        });
        assert_eq!(VARIABLES.map(std::env::var_os), before);
    }
}
