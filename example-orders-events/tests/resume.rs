//! The typed stubs against the real server, over a network that fails: nothing is lost, nothing comes twice, and what cannot be
//! continued is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use orders_events::{
    Client,
    orders::{OrderAck, OrderCreated, OrderIngested},
    store::OrderStore,
};
use pubsub_runtime::{
    PathSegment, PubSubServer,
    client::{ClientError, Filters, HttpEvents, HttpTransport, Incoming, Received, Subscription},
    system::GapReason,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

const LONGEST: Duration = Duration::from_secs(30);

/// A server that stops at once when it is told to.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(listen: &str) -> Self {
        let server = PubSubServer::builder(orders_events::registry())
            .service(OrderStore::default())
            .configure(|config| config.drain_window = Duration::ZERO)
            .build()
            .await
            .unwrap();
        let bound = server.bind(listen).await.unwrap();
        let address = bound.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            bound
                .serve_until(async { drop(stopped.await) })
                .await
                .unwrap();
        });
        Self {
            address,
            stop,
            task,
        }
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

/// Passes connections on to `target`; every notification cuts those that are open.
async fn cutting_proxy(target: SocketAddr) -> (SocketAddr, Arc<Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let cut = Arc::new(Notify::new());
    let cuts = Arc::clone(&cut);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let cut = Arc::clone(&cuts);
            tokio::spawn(async move {
                let mut far = TcpStream::connect(target).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut near, &mut far) => {}
                    () = cut.notified() => {}
                }
            });
        }
    });
    (address, cut)
}

fn client(address: SocketAddr) -> Client<HttpTransport> {
    let transport = HttpTransport::builder(&format!("http://{address}"))
        .reconnect_delay(Duration::from_millis(5), Duration::from_millis(50))
        .build();
    Client::new(transport.unwrap())
}

fn order(number: usize) -> OrderCreated {
    OrderCreated {
        order_id: format!("order-{number}"),
        total: 1.0,
    }
}

async fn within<F: IntoFuture>(what: F) -> F::Output {
    tokio::time::timeout(LONGEST, what.into_future())
        .await
        .unwrap()
}

/// What comes next, apart from having caught up.
async fn next<P: Incoming>(subscription: &mut Subscription<HttpEvents, P>) -> Option<Received<P>> {
    loop {
        match within(subscription.next()).await.unwrap() {
            Some(Received::Live) => {}
            other => return other,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_arrives_once_and_in_order_while_connections_are_cut() {
    const ORDERS: usize = 300;
    let server = Server::start("127.0.0.1:0").await;
    let (proxy, cut) = cutting_proxy(server.address).await;
    let mut orders = within(client(proxy).orders().on_created()).await.unwrap();
    let mut ingested = within(client(proxy).orders().on_ingested()).await.unwrap();
    let sender = client(server.address);
    let sending = tokio::spawn(async move {
        for number in 0..ORDERS {
            let ack = sender.orders().created(order(number)).await.unwrap();
            assert_eq!(ack, OrderAck { ok: true });
            if number % 30 == 7 {
                cut.notify_waiters();
            }
        }
    });
    for number in 0..ORDERS {
        let Received::Event(event) = next(&mut orders).await.unwrap() else {
            panic!("nothing is lost before order {number}");
        };
        assert_eq!(event.payload, order(number));
        let Received::Event(event) = next(&mut ingested).await.unwrap() else {
            panic!("nothing is lost before order {number}");
        };
        let OrderIngested { order_id } = event.payload;
        assert_eq!(order_id, order(number).order_id);
    }
    sending.await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_place_replays_exactly_what_follows_it() {
    let server = Server::start("127.0.0.1:0").await;
    let client = client(server.address);
    let mut first = within(client.orders().subscribe()).await.unwrap();
    for number in 0..3 {
        client.orders().created(order(number)).await.unwrap();
    }
    let mut places = vec![(first.cursor().to_owned(), String::new())];
    for _ in 0..6 {
        let Some(Received::Event(event)) = next(&mut first).await else {
            panic!("an event arrives");
        };
        places.push((first.cursor().to_owned(), event.id));
    }
    for (seen, (token, id)) in places.iter().enumerate() {
        // A place is the token, or the id of the event itself.
        for place in [token, id].into_iter().filter(|place| !place.is_empty()) {
            let mut resumed = within(client.orders().subscribe().resume_from(place))
                .await
                .unwrap();
            for (_, expected) in places.iter().skip(seen + 1) {
                let Some(Received::Event(event)) = next(&mut resumed).await else {
                    panic!("an event is replayed");
                };
                assert_eq!(&event.id, expected, "after {place}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_may_start_early_and_hears_when_it_has_caught_up() {
    let server = Server::start("127.0.0.1:0").await;
    let client = client(server.address);
    for number in 0..2 {
        client.orders().created(order(number)).await.unwrap();
    }
    let mut orders = within(client.orders().on_created().from_earliest())
        .await
        .unwrap();
    let (mut times, mut places) = (Vec::new(), Vec::new());
    for number in 0..2 {
        let Some(Received::Event(event)) = within(orders.next()).await.unwrap() else {
            panic!("order {number} is replayed");
        };
        assert_eq!(event.payload, order(number));
        times.push(event.timestamp);
        places.push(orders.cursor().to_owned());
    }
    let caught_up = within(orders.next()).await.unwrap();
    assert!(matches!(caught_up, Some(Received::Live)), "{caught_up:?}");

    let since = client.orders().on_created().since(times[1]);
    let mut since = within(since).await.unwrap();
    let Some(Received::Event(event)) = within(since.next()).await.unwrap() else {
        panic!("the moment of an event includes it");
    };
    // The first of that moment: both orders may be of one millisecond.
    assert_eq!(event.payload, order(usize::from(times[0] < times[1])));

    // With a place, the other starts say nothing.
    let resumed = client.orders().on_created().from_earliest();
    let mut resumed = within(resumed.resume_from(&places[0])).await.unwrap();
    let Some(Received::Event(event)) = within(resumed.next()).await.unwrap() else {
        panic!("what follows the place is replayed");
    };
    assert_eq!(event.payload, order(1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_no_event_declares_is_refused_by_its_name() {
    let server = Server::start("127.0.0.1:0").await;
    let filters = Filters::new().with("colour", "red");
    let orders = client(server.address).orders().subscribe().filter(filters);
    let Err(ClientError::Rejected(rejection)) = within(orders).await else {
        panic!("no event has a colour");
    };
    assert_eq!(rejection.http_status, 400);
    let path = &rejection.issues[0].path;
    let expected = ["filters", "colour"].map(|key| PathSegment::Key(key.to_owned()));
    assert_eq!(path, &expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restart_loses_is_told_before_the_next_event() {
    let server = Server::start("127.0.0.1:0").await;
    let address = server.address;
    let client = client(address);
    let mut orders = within(client.orders().on_created()).await.unwrap();
    client.orders().created(order(1)).await.unwrap();
    assert!(matches!(next(&mut orders).await, Some(Received::Event(_))));

    server.stop().await;
    let server = Server::start(&address.to_string()).await;
    let Some(Received::Gap(gap)) = next(&mut orders).await else {
        panic!("a gap is told");
    };
    assert_eq!(gap.reason, GapReason::EpochChanged);
    client.orders().created(order(2)).await.unwrap();
    let Some(Received::Event(event)) = next(&mut orders).await else {
        panic!("an event follows the gap");
    };
    assert_eq!(event.payload, order(2));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_nobody_knows_is_told_too() {
    let server = Server::start("127.0.0.1:0").await;
    let client = client(server.address);
    for (place, reason) in [
        ("c1.broken", GapReason::InvalidCursor),
        ("not a place", GapReason::InvalidCursor),
        ("01a20ef3-3a63-7001-89b2-64a21a52bd82", GapReason::UnknownId),
    ] {
        let mut orders = within(client.orders().subscribe().resume_from(place))
            .await
            .unwrap();
        let Some(Received::Gap(gap)) = next(&mut orders).await else {
            panic!("a gap is told for {place}");
        };
        assert_eq!((gap.reason, gap.requested.as_str()), (reason, place));
        assert_ne!(orders.cursor(), place);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_the_code_and_a_foreign_server_is_no_event_server() {
    let server = Server::start("127.0.0.1:0").await;
    let client = client(server.address);
    let infinite = OrderCreated {
        order_id: "a".to_owned(),
        total: f64::INFINITY,
    };
    // JSON has no infinity: that is told before anything is sent.
    let error = client.orders().created(infinite).await.unwrap_err();
    let ClientError::Declaration { what, source } = error else {
        panic!("{error:?}");
    };
    assert_eq!(what, "payload");
    assert!(source.to_string().contains("total`"), "{source}");
    let large = OrderCreated {
        order_id: "a".repeat(1 << 20),
        total: 1.0,
    };
    let Err(ClientError::Rejected(rejection)) = client.orders().created(large).await else {
        panic!("nobody takes an id of a mebibyte");
    };
    assert_eq!(
        (rejection.code.as_str(), rejection.http_status),
        ("PAYLOAD_TOO_LARGE", 413)
    );
    server.stop().await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let foreign = self::client(listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 1024];
        assert_ne!(stream.read(&mut head).await.unwrap(), 0);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi";
        stream.write_all(answer).await.unwrap();
    });
    let error = within(foreign.orders().subscribe()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server answered 200 OK instead of an event stream"
    );
}
