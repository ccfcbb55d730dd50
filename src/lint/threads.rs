//! Work on threads other than this one.

/// Deep templates recurse; the stack of a worker in bytes.
pub(super) const STACK: usize = 32 << 20;

/// Runs something on a thread whose stack is as deep as a worker's.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("cannot start a thread: {error}"),
        }
    })
}

/// What comes of each item, in their order, with so many threads at work. They have usual stacks.
pub fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    one: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let each = |items: &[T]| -> Vec<R> { items.iter().map(&one).collect() };
    let share = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let mut shares = items.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|share| scope.spawn(|| each(share))).collect();
        let mut all = each(own);
        for other in others {
            match other.join() {
                Ok(more) => all.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..10).collect();
        let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
        for threads in [1, 2, 3, 10, 11] {
            assert_eq!(side_by_side(&items, threads, |item| item * 2), doubled);
        }
        assert!(side_by_side(&items[..0], 2, |item| *item).is_empty());
    }
}
