//! Listeners, and a thread for each connection that one of them accepts.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Stack of a connection's threads, in bytes.
const STACK: usize = 512 * 1024;

/// Counts the connections of a listener, or of several.
#[derive(Clone)]
pub(crate) struct Places {
    taken: Arc<AtomicUsize>,
    most: usize,
}

/// A connection's place; free again when it is dropped.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Places {
    pub(crate) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    fn take(&self) -> Option<Place> {
        let place = Place(Arc::clone(&self.taken));
        let before = self.taken.fetch_add(1, Ordering::Relaxed);
        (before < self.most).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Listens, or says what stands against it.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is in use by another program; choose another port, or 0 for a free one")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

/// Starts a thread that accepts, and a thread for each connection. Connections for which there is no place are closed.
pub(crate) fn accept<F>(listener: TcpListener, places: Places, serve: F) -> std::io::Result<()>
where
    F: Fn(TcpStream, SocketAddr, Place) + Clone + Send + 'static,
{
    thread("accept", move || {
        loop {
            let Ok((stream, peer)) = listener.accept() else {
                // Mostly no file descriptor is left.
                std::thread::sleep(Duration::from_millis(50));
                continue;
            };
            let Some(place) = places.take() else { continue };
            let serve = serve.clone();
            // Without a thread the connection is dropped, and so closed.
            let _ = thread("connection", move || {
                if stream.set_nodelay(true).is_ok() {
                    serve(stream, peer, place);
                }
            });
        }
    })
}

/// Starts a thread.
pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work).map(drop)
}
