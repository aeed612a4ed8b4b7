/** What the verifier gives and the engines take: a module of which everything is known that they would have to check. */
import type { Block } from './blocks.ts';
import type { Module } from './module.ts';
import type { Type } from './type.ts';

export interface Verified {
  module: Module;
  /** As in the module. */
  functions: VerifiedFunc[];
}

export interface VerifiedFunc {
  blocks: Block[];
  /** Types of the stack before each instruction, bottom first. */
  stack: (readonly Type[])[];
  maxStack: number;
}
