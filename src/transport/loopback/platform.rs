use super::{Broker, BrokerOutput};
use crate::mqtt::Moment;
use crate::simulator::{ConnectionId, Output, Platform};

impl Broker for Platform {
    type Id = ConnectionId;

    fn connect(&mut self, now: Moment) -> ConnectionId {
        Self::connect(self, now)
    }

    fn receive(&mut self, now: Moment, id: ConnectionId, bytes: &[u8]) {
        Self::receive(self, now, id, bytes);
    }

    fn closed(&mut self, now: Moment, id: ConnectionId) {
        Self::closed(self, now, id);
    }

    fn woken(&mut self, now: Moment) {
        Self::woken(self, now);
    }

    fn wake_at(&self) -> Option<Moment> {
        Self::wake_at(self)
    }

    fn tie(&mut self, millis_at_zero: u64) {
        self.tie_to_wall(millis_at_zero);
    }

    fn poll(&mut self) -> Option<BrokerOutput<ConnectionId>> {
        Self::poll(self).map(|output| match output {
            Output::Send(id, bytes) => BrokerOutput::Send(id, bytes),
            Output::Close(id, style) => BrokerOutput::Close(id, style),
        })
    }
}
