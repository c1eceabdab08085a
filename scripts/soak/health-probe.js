// Asks /healthz every 50 ms in a process of its own, since the clients that flood keep theirs busy, and prints
// milliseconds as a JSON array when it is told to stop.
const { get } = require('node:http');

const url = process.argv[2];
const times = [];
let isStopping = false;

function ask() {
  const startedAt = performance.now();
  const finish = (isFine) => {
    times.push(isFine ? performance.now() - startedAt : null);
    if (isStopping) process.stdout.write(JSON.stringify(times), () => process.exit(0));
    else setTimeout(ask, 50);
  };
  // a connection of its own each time: a new client must get in
  get(url, { agent: false, timeout: 20_000 }, (response) => {
    response.resume();
    response.on('end', () => finish(response.statusCode === 200));
  })
    .on('timeout', function () {
      this.destroy(new Error('timeout'));
    })
    .on('error', () => finish(false));
}

process.on('SIGTERM', () => {
  isStopping = true;
});
ask();
