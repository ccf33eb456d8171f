//! Where actions run: on threads of their own, so that one that blocks cannot stall streams.
//!
//! Handing a call to another thread and its answer back costs more processor time than most actions take. So an action whose
//! calls have been quick for a while is polled once where its request is served, and handed over only if it waits. What an action
//! can do to streams stays bounded: at any moment at most one is polled there, on a runtime that has other workers, one of which is
//! woken to take over the network if the poll lasts; and an action that was slow once goes back to the threads of its own. What
//! stays behind is a task of the server's runtime that the action itself woke just before it blocked.

use std::{
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Builder, Handle, Runtime, RuntimeFlavor},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use super::lookout::Lookout;
use crate::words::error::{Error, ErrorKind, Result};

/// How many calls in a row must have been quick before the next one is polled where its request is served.
const TRUST: u32 = 64;
/// How often the right to be polled there is asked for before the action is handed over: some microseconds.
const SPINS: u32 = 64;
/// A poll that takes longer is slow.
const QUICK: Duration = Duration::from_millis(1);

/// Runs actions apart from the tasks that serve connections.
pub(crate) struct ActionRuntime {
    /// Taken on drop only.
    runtime: Option<Runtime>,
    in_flight: Arc<Semaphore>,
    max_in_flight: u32,
    /// Whether an action is being polled where its request is served.
    inline: AtomicBool,
    lookout: Lookout,
}

/// How quick the calls of one action have been.
#[derive(Debug, Default)]
pub(crate) struct Pace(AtomicU32);

impl Pace {
    fn is_trusted(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= TRUST
    }

    fn note(&self, took: Duration) {
        if took > QUICK {
            self.0.store(0, Ordering::Relaxed);
        } else if !self.is_trusted() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A future that owns what it needs.
pub(super) type Work<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl ActionRuntime {
    /// A runtime with this many threads, that runs at most `max_in_flight` actions at a time.
    pub(crate) fn new(threads: usize, max_in_flight: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("pubsub-action")
            .enable_all()
            .build()?;
        let max_in_flight = u32::try_from(max_in_flight).unwrap_or(u32::MAX);
        Ok(Self {
            runtime: Some(runtime),
            in_flight: Arc::new(Semaphore::new(max_in_flight as usize)),
            max_in_flight,
            inline: AtomicBool::new(false),
            lookout: Lookout::new()?,
        })
    }

    /// Waits for the actions under way, whose callers may have left, and takes no more once there is none.
    pub(crate) async fn drain(&self) {
        if let Ok(all) = self.in_flight.acquire_many(self.max_in_flight).await {
            all.forget();
        }
    }

    /// Runs `action`, then what `finish` makes of its answer, to the end, even if the caller stops waiting: what an action did is
    /// published, or not done.
    ///
    /// # Errors
    ///
    /// What both answer; `SERVICE_UNAVAILABLE` if too many are under way; `INTERNAL_SERVER_ERROR` if one panicked.
    pub(super) async fn run<A: Send + 'static, T: Send + 'static>(
        &self,
        pace: &Arc<Pace>,
        mut action: Work<A>,
        finish: impl FnOnce(A) -> Work<T> + Send + 'static,
    ) -> Result<T> {
        let Some(runtime) = &self.runtime else {
            return Err(shutting_down());
        };
        let Ok(permit) = Arc::clone(&self.in_flight).try_acquire_owned() else {
            let busy = Error::new(
                ErrorKind::Unavailable,
                "too many actions are under way; try again later",
            );
            return Err(busy.with_retry_after(Duration::from_secs(1)));
        };
        if pace.is_trusted()
            && let Some(alone) = Alone::try_new(&self.inline, &self.lookout)
        {
            let polled = poll_here(runtime, &mut action, Some(pace)).await;
            drop(alone);
            match polled? {
                Poll::Ready(answer) => {
                    let mut rest = finish(answer?);
                    return match poll_here(runtime, &mut rest, None).await? {
                        Poll::Ready(result) => result,
                        Poll::Pending => hand_over(runtime, permit, rest).await,
                    };
                }
                Poll::Pending => {
                    let rest = Box::pin(async move { finish(action.await?).await });
                    return hand_over(runtime, permit, rest).await;
                }
            }
        }
        let pace = Arc::clone(pace);
        let timed = poll_fn(move |cx| {
            let started = Instant::now();
            let polled = action.as_mut().poll(cx);
            pace.note(started.elapsed());
            polled
        });
        let work = Box::pin(async move { finish(timed.await?).await });
        hand_over(runtime, permit, work).await
    }
}

/// Polls `work` once, where the request is served; what it starts, such as timers and tasks, belongs to the actions' own runtime.
async fn poll_here<T>(
    runtime: &Runtime,
    work: &mut Work<T>,
    pace: Option<&Pace>,
) -> Result<Poll<Result<T>>> {
    poll_fn(|cx| {
        let _context = runtime.enter();
        let started = pace.map(|pace| (pace, Instant::now()));
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
        if let Some((pace, started)) = started {
            pace.note(started.elapsed());
        }
        Poll::Ready(polled.map_err(|payload| panicked(&*payload)))
    })
    .await
}

/// Runs `work` on the actions' own threads.
async fn hand_over<T: Send + 'static>(
    runtime: &Runtime,
    permit: OwnedSemaphorePermit,
    work: Work<T>,
) -> Result<T> {
    let task = runtime.spawn(async move {
        let result = work.await;
        drop(permit);
        result
    });
    match task.await {
        Ok(result) => result,
        Err(join) => match join.try_into_panic() {
            Ok(payload) => Err(panicked(&*payload)),
            Err(_) => Err(shutting_down()),
        },
    }
}

/// The right to poll an action where its request is served.
struct Alone<'a> {
    taken: &'a AtomicBool,
    lookout: &'a Lookout,
}

impl<'a> Alone<'a> {
    /// `None` if another action is polled that way now, or if this runtime has no other worker that could take over.
    fn try_new(taken: &'a AtomicBool, lookout: &'a Lookout) -> Option<Self> {
        let handle = Handle::try_current().ok()?;
        let has_others = handle.runtime_flavor() == RuntimeFlavor::MultiThread
            && handle.metrics().num_workers() > 1;
        if !has_others {
            return None;
        }
        // A quick poll is over sooner than a thread is woken, so it is worth a few moments of waiting.
        let free = || !taken.load(Ordering::Relaxed) && !taken.swap(true, Ordering::Acquire);
        let came_free = (0..SPINS).any(|_| {
            free() || {
                std::hint::spin_loop();
                false
            }
        });
        if !came_free {
            return None;
        }
        lookout.begin(handle);
        Some(Self { taken, lookout })
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.lookout.end();
        self.taken.store(false, Ordering::Release);
    }
}

fn shutting_down() -> Error {
    Error::new(ErrorKind::Unavailable, "the server is shutting down")
}

fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!(
        "an action panicked: {}",
        text.unwrap_or("no message")
    ))
}

impl Drop for ActionRuntime {
    fn drop(&mut self) {
        // A runtime may not be dropped where it would block, and this may be dropped on any task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for ActionRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionRuntime")
            .field("free", &self.in_flight.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    fn work<T: Send + 'static>(
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Work<T> {
        Box::pin(future)
    }

    async fn run<T: Send + 'static>(
        actions: &ActionRuntime,
        pace: &Arc<Pace>,
        action: Work<T>,
    ) -> Result<T> {
        actions
            .run(pace, action, |answer| work(async { Ok(answer) }))
            .await
    }

    async fn thread_of(actions: &ActionRuntime, pace: &Arc<Pace>) -> String {
        let name = work(async { Ok(thread::current().name().unwrap_or_default().to_owned()) });
        run(actions, pace, name).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_quick_action_comes_to_its_request_and_a_slow_one_goes_back() {
        let (actions, pace) = (
            ActionRuntime::new(2, 100).unwrap(),
            Arc::new(Pace::default()),
        );
        assert_eq!(thread_of(&actions, &pace).await, "pubsub-action");
        pace.0.store(TRUST, Ordering::Relaxed);
        let here = tokio::spawn(async move {
            let here = thread_of(&actions, &pace).await;
            let slow = work(async {
                thread::sleep(QUICK * 2);
                Ok(())
            });
            run(&actions, &pace, slow).await.unwrap();
            (here, thread_of(&actions, &pace).await)
        });
        let (quick, after_slow) = here.await.unwrap();
        assert_ne!(quick, "pubsub-action");
        assert_eq!(after_slow, "pubsub-action");
    }

    #[tokio::test]
    async fn a_runtime_with_one_thread_never_polls_an_action_itself() {
        let (actions, pace) = (
            ActionRuntime::new(1, 100).unwrap(),
            Arc::new(Pace::default()),
        );
        pace.0.store(TRUST, Ordering::Relaxed);
        assert_eq!(thread_of(&actions, &pace).await, "pubsub-action");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn while_one_trusted_action_blocks_every_other_goes_elsewhere() {
        let actions = Arc::new(ActionRuntime::new(2, 100).unwrap());
        let pace = Arc::new(Pace::default());
        pace.0.store(TRUST, Ordering::Relaxed);
        let (started, is_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let blocked = tokio::spawn({
            let (actions, pace) = (Arc::clone(&actions), Arc::clone(&pace));
            async move {
                let blocking = work(async move {
                    started
                        .send(thread::current().name().unwrap_or_default().to_owned())
                        .unwrap();
                    released.recv().unwrap();
                    Ok(())
                });
                run(&actions, &pace, blocking).await
            }
        });
        let blocked_on = is_started.recv().unwrap();
        assert_ne!(
            blocked_on, "pubsub-action",
            "it blocks a thread that serves requests"
        );
        let other = Arc::new(Pace::default());
        other.0.store(TRUST, Ordering::Relaxed);
        let elsewhere = tokio::spawn({
            let actions = Arc::clone(&actions);
            async move { thread_of(&actions, &other).await }
        });
        assert_eq!(elsewhere.await.unwrap(), "pubsub-action");
        release.send(()).unwrap();
        blocked.await.unwrap().unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_trusted_action_waits_for_is_awaited_on_its_own_threads() {
        let (actions, pace) = (
            ActionRuntime::new(2, 100).unwrap(),
            Arc::new(Pace::default()),
        );
        pace.0.store(TRUST, Ordering::Relaxed);
        let waits = work(async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok(thread::current().name().unwrap_or_default().to_owned())
        });
        let after = tokio::spawn(async move { run(&actions, &pace, waits).await });
        assert_eq!(after.await.unwrap().unwrap(), "pubsub-action");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_is_the_failure_of_its_own_call_wherever_it_happens() {
        let (actions, pace) = (
            Arc::new(ActionRuntime::new(2, 100).unwrap()),
            Arc::new(Pace::default()),
        );
        for trust in [0, TRUST] {
            pace.0.store(trust, Ordering::Relaxed);
            let (actions, pace) = (Arc::clone(&actions), Arc::clone(&pace));
            let answer = tokio::spawn(async move {
                run::<()>(&actions, &pace, work(async { panic!("secret") })).await
            });
            let error = answer.await.unwrap().unwrap_err();
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Internal, "internal server error")
            );
        }
    }

    #[test]
    fn a_trusted_action_that_blocks_does_not_stall_the_network() {
        use std::{
            io::{Read as _, Write as _},
            net::TcpStream,
        };
        use tokio::{io::AsyncReadExt as _, io::AsyncWriteExt as _, net::TcpListener};

        let (started, is_started) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(std::sync::Mutex::new(released));
        let runtime = Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()
            .unwrap();
        let actions = Arc::new(ActionRuntime::new(2, 100).unwrap());
        let pace = Arc::new(Pace::default());
        pace.0.store(TRUST, Ordering::Relaxed);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let (actions, pace) = (Arc::clone(&actions), Arc::clone(&pace));
                let (started, released) = (started.clone(), Arc::clone(&released));
                tokio::spawn(async move {
                    while let Ok(byte) = socket.read_u8().await {
                        let (started, released) = (started.clone(), Arc::clone(&released));
                        let blocking = work(async move {
                            started.send(()).unwrap();
                            released.lock().unwrap().recv().unwrap();
                            Ok(())
                        });
                        if byte == b'b' {
                            run(&actions, &pace, blocking).await.unwrap();
                        }
                        socket.write_u8(byte).await.unwrap();
                    }
                });
            }
        });
        let echo = |socket: &mut TcpStream, byte| {
            socket.write_all(&[byte]).unwrap();
            socket.read_exact(&mut [0]).unwrap();
        };
        let [mut blocked, mut other] = [(); 2].map(|()| TcpStream::connect(address).unwrap());
        // What stalls would stall until the action is let go, which is after the other's answer.
        other
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        echo(&mut blocked, b'a');
        echo(&mut other, b'a');
        // Every worker rests, one of them where events of the network arrive.
        thread::sleep(Duration::from_millis(200));
        blocked.write_all(b"b").unwrap();
        is_started.recv().unwrap();
        echo(&mut other, b'a');
        release.send(()).unwrap();
        blocked.read_exact(&mut [0]).unwrap();
        runtime.shutdown_background();
    }
}
