//! A registration carried out in the world, as a device does it.

use std::time::Duration;

use uiot_testbench::mqtt::{ClientId, ConnectOptions, ConnectReturnCode, Event, Secret};
use uiot_testbench::uiot::Credential;
use uiot_testbench::uiot::registration::{Action, Cause, Course, Failure, Happened, Progress, Step};

use super::{Handle, PRODUCT_SECRET, World, device, static_options};

/// Carries a registration out, as a device does: to its end, or until it waits for something that does not come.
pub struct Runner {
    pub registration: Course,
    /// The present connection.
    pub handle: Option<Handle>,
    /// What it wants done next.
    pub next: Option<Action>,
}

impl Runner {
    /// One whose first step is still to be done.
    pub fn prepare(world: &World, device: &Credential, product_secret: &str, request_id: &str) -> Self {
        let secret = Secret::new(product_secret);
        let (registration, first) = Course::start(world.now, device.clone(), secret, request_id);
        Self { registration, handle: None, next: Some(first) }
    }

    pub fn start(world: &mut World, device: &Credential, product_secret: &str) -> Self {
        let mut runner = Self::prepare(world, device, product_secret, "100");
        runner.finish(world);
        runner
    }

    /// One that has come to this step, and has its work still to do.
    pub fn at(world: &mut World, step: Step) -> Self {
        let mut runner = Self::prepare(world, &device(), PRODUCT_SECRET, "100");
        while runner.registration.step() != step {
            let next = runner.next.take().unwrap();
            runner.next = runner.carry_out(world, next);
        }
        runner
    }

    /// Goes on to the end, or until it waits.
    pub fn finish(&mut self, world: &mut World) {
        while let Some(next) = self.next.take() {
            self.next = self.carry_out(world, next);
        }
    }

    /// Lets time pass, tells it that its time has come, and goes on.
    pub fn wait(&mut self, world: &mut World, span: Duration) {
        world.run(span);
        self.next = self.registration.woken(world.now);
        self.finish(world);
    }

    fn carry_out(&mut self, world: &mut World, action: Action) -> Option<Action> {
        match action {
            Action::Connect { client_id, login } => {
                let base = static_options();
                let client_id = ClientId::parse(&client_id).unwrap();
                let handle = world.add(&ConnectOptions { client_id, login, ..base });
                self.handle = Some(handle);
                match world.connect(handle)? {
                    ConnectReturnCode::Accepted => self.registration.handle(world.now, Happened::Connected),
                    code => self.registration.handle(world.now, Happened::Refused(code)),
                }
            }
            Action::Subscribe { filter, qos } => {
                let handle = self.handle.unwrap();
                let granted = world.subscribe(handle, &filter, qos);
                let refused = |event: &Event| matches!(event, Event::SubscriptionRefused { filter: known, .. } if known.as_str() == filter);
                let happened = match granted {
                    Some(_) => Happened::Subscribed,
                    None if world.events(handle).iter().any(refused) => Happened::SubscriptionRefused,
                    None => return None,
                };
                self.registration.handle(world.now, happened)
            }
            Action::Publish(outgoing) => {
                world.publish(self.handle.unwrap(), &outgoing.topic, outgoing.payload, outgoing.qos).unwrap();
                self.listen(world)
            }
            Action::KeepSecretAndDisconnect(_) => {
                world.disconnect(self.handle.unwrap());
                self.registration.handle(world.now, Happened::Disconnected)
            }
            Action::Disconnect => {
                world.disconnect(self.handle.unwrap());
                None
            }
        }
    }

    /// Takes what came; the first that leads on says what is next.
    pub fn listen(&mut self, world: &mut World) -> Option<Action> {
        let came = world.inbox(self.handle.unwrap());
        came.iter().find_map(|message| self.registration.receive(world.now, &message.payload))
    }

    pub fn failure(&self) -> (Step, Cause) {
        match self.registration.progress() {
            Progress::Failed(Failure { step, cause }) => (*step, cause.clone()),
            progress => panic!("{progress:?}"),
        }
    }
}
