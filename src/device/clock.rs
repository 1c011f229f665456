use crate::mqtt::Moment;

/// The page's clock: monotonic for the session, and tied once to the time of day for display.
#[derive(Clone, Debug)]
pub struct Clock {
    performance: Option<web_sys::Performance>,
    /// Milliseconds since 1970 at [`Moment::ZERO`].
    origin_millis: f64,
}

impl Clock {
    /// Starts at the present.
    pub fn start() -> Self {
        let performance = web_sys::window().and_then(|window| window.performance());
        let elapsed = performance.as_ref().map_or(0.0, web_sys::Performance::now);
        Self { performance, origin_millis: js_sys::Date::now() - elapsed }
    }

    /// The present.
    pub fn now(&self) -> Moment {
        let millis = match &self.performance {
            Some(performance) => performance.now(),
            None => js_sys::Date::now() - self.origin_millis,
        };
        // A float cast saturates, and a clock that runs backwards reads as its origin.
        Moment::from_micros((millis * 1000.0) as u64)
    }

    /// The local time of day at `moment`, as `14:32:13.124`.
    pub fn time_of_day(&self, moment: Moment) -> String {
        let millis = self.origin_millis + moment.as_micros() as f64 / 1000.0;
        let date = js_sys::Date::new(&millis.into());
        format!(
            "{:02}:{:02}:{:02}.{:03}",
            date.get_hours(),
            date.get_minutes(),
            date.get_seconds(),
            date.get_milliseconds()
        )
    }
}
