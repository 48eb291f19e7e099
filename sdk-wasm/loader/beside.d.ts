/** What a page can say to Beside. Loaded by one script tag; see the README. */
export type BesideState = "idle" | "pending" | "authorizing" | "active" | "paused" | "ended";

export interface BesideStats {
  state: BesideState;
  /** Nodes in the mirror. */
  nodes?: number;
  /** Sealed page messages and their bytes before sealing. */
  messages?: number;
  bytes?: number;
  /** Bytes of the last keyframe before sealing, with the patches that completed it. */
  keyframeBytes?: number;
  /** Bytes of pointer messages before sealing. */
  liveBytes?: number;
  /** Flushes: readings of what changed, judging and sealing included. The longest one and all of them together in
   * milliseconds; how many took more than eight. */
  flushes?: number;
  longestFlush?: number;
  flushTime?: number;
  slowFlushes?: number;
  /** The page holds more than has been sent. */
  behind?: boolean;
}

export interface BesideRequest {
  company: string;
  agent: { name: string; role: string };
}

export interface Beside {
  /** Begins; resolves with the PIN to read out. */
  start(): Promise<{ pin: string }>;
  end(): void;
  pause(): void;
  resume(): void;
  on(type: "state", listener: (state: BesideState) => void): Beside;
  /** A new PIN took the place of the old one, which is worth nothing from then on. */
  on(type: "pin", listener: (pin: string) => void): Beside;
  on(type: "error", listener: (error: { reason: string }) => void): Beside;
  off(type: string, listener: (detail: never) => void): Beside;
  identify(person: { id?: string; name?: string; topic?: string }): Beside;
  readonly state: BesideState;
  stats(): BesideStats;
  /** What an agent would lack of this page, each with the line that mends it; for the web team, before going live. */
  check(): Promise<{ fault: string; where: string; mend: string }[]>;
  /** The site's own prompts; they count only where the company's settings allow it. */
  hooks: { confirmSession?: (request: BesideRequest) => Promise<boolean>; confirmControl?: (request: BesideRequest) => Promise<boolean> };
}

declare global {
  interface Window { Beside: Beside; }
}
