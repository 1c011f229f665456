// The least that a page with MQTT.js can be: the fields of our form, and a button that connects with them.
const form = document.forms[0];
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const { product, device, secret, host, port, path, wss, keepalive, protocol, clean, reconnect } = form.elements;
  const client = window.mqtt.connect(`${wss.checked ? 'wss' : 'ws'}://${host.value}:${port.value}${path.value}`, {
    clientId: `${product.value}.${device.value}`,
    username: `${product.value}|${device.value}|1`,
    password: secret.value,
    keepalive: Number(keepalive.value),
    protocolVersion: Number(protocol.value),
    protocolId: protocol.value === '3' ? 'MQIsdp' : 'MQTT',
    clean: clean.checked,
    reconnectPeriod: reconnect.checked ? 4000 : 0,
  });
  for (const said of ['connect', 'close', 'error']) client.on(said, () => (form.querySelector('output').value = said));
});
form.querySelector('button').disabled = false;
