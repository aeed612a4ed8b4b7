/** The programs of the bench in plain JavaScript, as one would write them there. */

export function fib(n: number): number {
  return n <= 1 ? n : fib(n - 1) + fib(n - 2);
}

export function loop(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const r = i % 1000003;
    sum += (r * r) % 1000003;
  }
  return sum;
}

export function sieve(n: number): number {
  const prime: boolean[] = [];
  for (let i = 0; i <= n; i++) prime.push(true);
  let count = 0;
  for (let i = 2; i <= n; i++) {
    if (!prime[i]) continue;
    count++;
    for (let j = i * i; j <= n; j += i) prime[j] = false;
  }
  return count;
}

export interface Body {
  x: number;
  y: number;
  z: number;
  vx: number;
  vy: number;
  vz: number;
  mass: number;
}

/** Sun, Jupiter, Saturn, Uranus and Neptune: astronomical units, days, and masses of which the sun's is 4π². */
export const planets = (): Body[] =>
  [
    [0, 0, 0, 0, 0, 0, 39.478],
    [4.84, -1.16, -0.1, 0.606, 2.81, -0.02, 0.0377],
    [8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.0113],
    [12.89, -15.11, -0.22, 1.08, 0.868, -0.011, 0.0017],
    [15.38, -25.92, 0.18, 0.979, 0.594, -0.035, 0.002],
  ].map(([x, y, z, vx, vy, vz, mass]) => ({ x, y, z, vx, vy, vz, mass }) as Body);

export function nbody(bodies: Body[], dt: number, steps: number): number {
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i]!;
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j]!;
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const dz = a.z - b.z;
        const square = dx * dx + dy * dy + dz * dz;
        const pull = dt / (square * Math.sqrt(square));
        a.vx -= dx * b.mass * pull;
        a.vy -= dy * b.mass * pull;
        a.vz -= dz * b.mass * pull;
        b.vx += dx * a.mass * pull;
        b.vy += dy * a.mass * pull;
        b.vz += dz * a.mass * pull;
      }
    }
    for (const body of bodies) {
      body.x += dt * body.vx;
      body.y += dt * body.vy;
      body.z += dt * body.vz;
    }
  }
  return bodies[0]!.x;
}

export function words(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().split(' ')) {
    const count = counts.get(word);
    counts.set(word, count === undefined ? 1 : count + 1);
  }
  return counts;
}
