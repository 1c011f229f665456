// MQTT.js, counting its messages and nothing else.
import { carryOut } from './kit.js';
import { step } from './ladder.js';

const output = document.querySelector('output');
let count = 0;
let newest;

const page = {
  async open(broker) {
    const client = window.mqtt.connect(broker, { protocolVersion: 4, reconnectPeriod: 0, clientId: 'counter' });
    client.on('message', (_, payload) => {
      count += 1;
      newest = payload;
    });
    await new Promise((done, fail) => client.once('connect', done).once('error', fail));
    await client.subscribeAsync('#');
    const show = () => {
      output.value = String(count);
      requestAnimationFrame(show);
    };
    show();
  },
  field: () => document.querySelector('textarea'),
  counts() {
    return { received: count, kept: NaN, shown: Number(output.value) };
  },
  newest: (number) => new TextDecoder().decode(newest).includes(`"${String(number).padStart(9, '0')}"`),
};

await carryOut((task) => step(page, task));
