//! Parts of the program that are fetched when they are first needed, so that the first screen needs little.
//!
//! In a delivered page the program is one WebAssembly module for the start and one for each part; they share memory and
//! functions (`delivery/` cuts them out, by the feature `split`). Elsewhere all of it is one module, and each part is there
//! from the start. A part is what a function leads to that nothing else in the start leads to: a view, or a table of
//! functions. So whoever calls such a function by its own name takes it out of its part.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// Fetches a part: whether it came.
pub type Fetching = Pin<Box<dyn Future<Output = bool>>>;

/// See the [module's docs](self). Made by the macro [`part`].
pub struct Part<T: 'static> {
    /// What tells it from others.
    name: &'static str,
    fetch: fn() -> Fetching,
    take: fn() -> Option<T>,
}

type OnFailure = Rc<dyn Fn()>;

thread_local! {
    static THERE: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    static ON_FAILURE: RefCell<Option<OnFailure>> = const { RefCell::new(None) };
}

/// Sets what happens when a part that somebody waits for does not come.
pub fn on_failure(tell: impl Fn() + 'static) {
    ON_FAILURE.with_borrow_mut(|known| *known = Some(Rc::new(tell)));
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T: 'static> Part<T> {
    #[doc(hidden)]
    pub const fn new(name: &'static str, fetch: fn() -> Fetching, take: fn() -> Option<T>) -> Self {
        Self { name, fetch, take }
    }

    /// Whether it can be had at once.
    pub fn is_there(self) -> bool {
        cfg!(not(feature = "split")) || THERE.with_borrow(|there| there.contains(&self.name))
    }

    /// What it holds; None until it was fetched.
    pub fn get(self) -> Option<T> {
        self.is_there().then(self.take).flatten()
    }

    /// Fetches it; whether it is there then. A failure is not remembered: the next call tries anew.
    pub async fn fetch(self) -> bool {
        if self.is_there() {
            return true;
        }
        let came = (self.fetch)().await;
        if came && !self.is_there() {
            THERE.with_borrow_mut(|there| there.push(self.name));
        }
        came
    }

    /// Does something with it: at once where it is there, else as soon as it came. If it does not come, that is told, and nothing
    /// else happens.
    pub fn with(self, act: impl FnOnce(T) + 'static) {
        if let Some(held) = self.get() {
            return act(held);
        }
        wasm_bindgen_futures::spawn_local(async move {
            self.fetch().await;
            match self.get() {
                Some(held) => act(held),
                None => {
                    let tell = ON_FAILURE.with_borrow(Clone::clone);
                    tell.iter().for_each(|tell| tell());
                }
            }
        });
    }
}

/// What a future has at once: one whose part is there waits for nothing.
#[cfg(feature = "split")]
pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

/// Makes a constant [`Part`] of an expression. The names: of the module it is in, with others that are wanted at the same time, since
/// what several modules need is a module too; of the function that fetches it; of the one that leads into it.
#[cfg(feature = "split")]
macro_rules! part {
    ($(#[$doc:meta])* $vis:vis $constant:ident: $held:ty = $name:ident, $fetch:ident, $take:ident => $value:expr) => {
        #[wasm_split_helpers::wasm_split($name, preload($fetch), fallible)]
        fn $take() -> Result<$held, wasm_split_helpers::SplitLoaderError> {
            Ok($value)
        }

        $(#[$doc])*
        $vis const $constant: $crate::parts::Part<$held> = $crate::parts::Part::new(
            stringify!($fetch),
            || Box::pin(async { $fetch().await.is_ok() }),
            || $crate::parts::at_once($take()).and_then(Result::ok),
        );
    };
}

#[cfg(not(feature = "split"))]
macro_rules! part {
    ($(#[$doc:meta])* $vis:vis $constant:ident: $held:ty = $name:ident, $fetch:ident, $take:ident => $value:expr) => {
        $(#[$doc])*
        $vis const $constant: $crate::parts::Part<$held> = $crate::parts::Part::new(
            stringify!($fetch),
            || Box::pin(std::future::ready(true)),
            || Some($value),
        );
    };
}

pub(crate) use part;
