/** What a module is known by. Browser-safe. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Module } from '../module.ts';
import { encode } from './encode.ts';

/** SHA-256 of the binary form without its debug section, as 64 lower-case hex digits: what a module is, is what it does. */
export function moduleId(module: Module): string {
  return bytesToHex(sha256(encode(withoutDebug(module))));
}

/** The module without what tells where it came from. */
export function withoutDebug(module: Module): Module {
  const { debug: _debug, ...rest } = module;
  return rest;
}
