//! What the transport tells, handed to the session at the time at which it came.

use super::{Changes, Core, Device};
use crate::journal::Note;
use crate::mqtt::{Input, Moment};
use crate::transport::TransportEvent;

impl Device {
    pub(super) fn transport_event(&self, number: u64, event: TransportEvent) {
        let now = self.0.clock.now();
        let mut core = self.0.core.borrow_mut();
        if core.transport_number != number {
            return;
        }
        let before = core.journal.total();
        let state = match &event {
            TransportEvent::Opened(sub_protocol) => {
                core.journal.append_note(now, Note::Opened { sub_protocol: sub_protocol.clone() });
                self.input(&mut core, now, Input::Opened { sub_protocol })
            }
            TransportEvent::Failed(words) => self.input(&mut core, now, Input::OpenFailed(words)),
            TransportEvent::Received(bytes) => self.input(&mut core, now, Input::Received(bytes)),
            TransportEvent::Batch(batch) => {
                let mut state = false;
                for (at, bytes) in batch.pieces() {
                    // What the person did meanwhile was later, and stands in the journal: time does not run back.
                    let at = Moment::from_micros(at).clamp(core.latest.min(now), now);
                    state |= self.input(&mut core, at, Input::Received(bytes));
                    // The connection may have come to its end by what was received.
                    if core.transport_number != number {
                        break;
                    }
                }
                state
            }
            TransportEvent::Text(text) => self.input(&mut core, now, Input::TextFrame(text)),
            TransportEvent::Closed(info) => self.input(&mut core, now, Input::Closed(info.clone())),
        };
        let rows = core.journal.total() - before;
        let services = core.take_services_changed();
        drop(core);
        self.0.frames.request(now, Changes { state, journal: true, services }, rows);
    }

    /// Hands something to the session and carries out what comes of it; tells whether more than the journal changed.
    fn input(&self, core: &mut Core, now: Moment, input: Input<'_>) -> bool {
        core.latest = core.latest.max(now);
        let Some(session) = &mut core.session else { return false };
        session.handle_input(now, input);
        self.drain(core, now)
    }
}
