// Starts the simulator on a free port of the loopback address, says where it is, and ends with its standard input.

import { Miniflare } from "miniflare";

const simulator = new Miniflare({
  modules: true,
  scriptPath: new URL("bucket.js", import.meta.url).pathname,
  r2Buckets: ["BUCKET"],
  host: "127.0.0.1",
  port: 0,
});
console.log((await simulator.ready).origin);
process.stdin.resume();
process.stdin.on("end", async () => {
  await simulator.dispose();
  process.exit(0);
});
