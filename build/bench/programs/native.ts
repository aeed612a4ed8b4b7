/** The programs of the bench in languages that this machine may have: C, Lua and Python. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const C = `#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static int64_t fib(int64_t n) { return n <= 1 ? n : fib(n - 1) + fib(n - 2); }
static int64_t loop(int64_t n) { int64_t sum = 0; for (int64_t i = 0; i < n; i++) { int64_t r = i % 1000003; sum += r * r % 1000003; } return sum; }
static int64_t sieve(int64_t n) {
  char *prime = malloc(n + 1); int64_t count = 0; memset(prime, 1, n + 1);
  for (int64_t i = 2; i <= n; i++) if (prime[i]) { count++; for (int64_t j = i * i; j <= n; j += i) prime[j] = 0; }
  free(prime); return count;
}
int main(int argc, char **argv) {
  int64_t n = atoll(argv[2]); struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a);
  volatile int64_t r = !strcmp(argv[1], "fib") ? fib(n) : !strcmp(argv[1], "loop") ? loop(n) : sieve(n);
  clock_gettime(CLOCK_MONOTONIC, &b); (void)r;
  printf("%f\\n", (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6);
}`;

const LUA = `local function fib(n) if n <= 1 then return n end return fib(n - 1) + fib(n - 2) end
local function loop(n) local sum = 0 for i = 0, n - 1 do local r = i % 1000003 sum = sum + r * r % 1000003 end return sum end
local function sieve(n)
  local prime, count = {}, 0
  for i = 0, n do prime[i] = true end
  for i = 2, n do if prime[i] then count = count + 1 for j = i * i, n, i do prime[j] = false end end end
  return count
end
local programs = { fib = fib, loop = loop, sieve = sieve }
local start = os.clock()
programs[arg[1]](tonumber(arg[2]))
print((os.clock() - start) * 1000)`;

const PYTHON = `import sys, time
def fib(n):
    return n if n <= 1 else fib(n - 1) + fib(n - 2)
def loop(n):
    total = 0
    for i in range(n):
        r = i % 1000003
        total += r * r % 1000003
    return total
def sieve(n):
    prime = [True] * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if prime[i]:
            count += 1
            for j in range(i * i, n + 1, i):
                prime[j] = False
    return count
start = time.perf_counter()
{"fib": fib, "loop": loop, "sieve": sieve}[sys.argv[1]](int(sys.argv[2]))
print((time.perf_counter() - start) * 1000)`;

export interface NativeTime {
  language: string;
  program: string;
  ms: number;
}

/** Milliseconds of each program in each language that is there; start of the process not counted. */
export function nativeTimes(programs: readonly (readonly [name: string, n: number])[]): NativeTime[] {
  const folder = mkdtempSync(join(tmpdir(), 'voike-bench-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (command: string, args: string[]): string | undefined => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      // Not on this machine.
      return undefined;
    }
  };
  try {
    const binary = join(folder, 'programs');
    const languages: [string, string, string[]][] = [
      ['Lua', 'lua', [file('programs.lua', LUA)]],
      ['LuaJIT', 'luajit', [join(folder, 'programs.lua')]],
      ['CPython', 'python3', [file('programs.py', PYTHON)]],
    ];
    if (run('cc', ['-O2', '-o', binary, file('programs.c', C)]) !== undefined) languages.unshift(['C -O2', binary, []]);
    return languages.flatMap(([language, command, args]) =>
      programs.flatMap(([program, n]) => {
        // A hundred million times round is a minute of Python: a tenth of it says as much.
        const share = program === 'loop' && language === 'CPython' ? 10 : 1;
        const out = run(command, [...args, program, String(n / share)]);
        return out === undefined ? [] : [{ language, program, ms: Number(out.trim()) * share }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
