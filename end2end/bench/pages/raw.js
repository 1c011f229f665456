// The ceiling: a page that does nothing but count the bytes of WebSocket frames.
import { carryOut } from './kit.js';
import { step } from './ladder.js';

const PACKET = 200;
const output = document.querySelector('output');
let bytes = 0;
let newest;

const page = {
  async open(broker) {
    const socket = new WebSocket(broker, 'mqtt');
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      bytes += data.byteLength;
      newest = data;
    };
    await new Promise((done) => (socket.onopen = done));
    const show = () => {
      output.value = String(bytes / PACKET);
      requestAnimationFrame(show);
    };
    show();
  },
  field: () => document.querySelector('textarea'),
  counts() {
    const shown = Number(output.value);
    return { received: bytes / PACKET, kept: NaN, shown };
  },
  newest: (number) => new TextDecoder().decode(newest?.slice(-PACKET)).includes(`"${String(number).padStart(9, '0')}"`),
};

await carryOut((task) => step(page, task));
