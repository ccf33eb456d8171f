//! The modules of an npm package, for `import` and for `require`.

/// One module of types, as both kinds of importers find it.
#[derive(Debug)]
pub(crate) struct Both {
    /// For `import`: `.d.ts` in a package of ECMAScript modules.
    pub(crate) esm: String,
    /// For `require`: `.d.cts`.
    pub(crate) cjs: String,
}

/// A module of `./client`, from the body of an emitted file; its first line names the package and nothing of the server's side.
///
/// The types of a dependency may differ between its two builds, so each half imports the half of its own kind.
pub(crate) fn client(package: &str, body: &str) -> Both {
    const EMITTED: &str = " from './events-client.js';";
    let half = |file: &str| {
        // The first is the import: it stands before every text of the user's.
        let body = body.replacen(EMITTED, &format!(" from './{file}';"), 1);
        format!("// Types of {package}; emitted by pubsub-gen package.\n{body}")
    };
    Both {
        esm: half("index.js"),
        cjs: half("index.cjs"),
    }
}

/// A module of types only, for `import`.
pub(crate) const NO_VALUES_ESM: &str = "// Types only.\nexport {};\n";

/// A module of types only, for `require`.
pub(crate) const NO_VALUES_CJS: &str = "'use strict';\n// Types only.\nObject.defineProperty(exports, '__esModule', { value: true });\n";

/// The data of `./server`, for `require`.
pub(crate) const SERVER_CJS: &str = "'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
exports.manifest = require('./events-manifest.json');
exports.schemas = require('./events-schemas.json');
exports.asyncapi = require('./asyncapi.json');
";

/// The data of `./server`, for `import`: JSON can be imported by new versions of Node only.
pub(crate) const SERVER_ESM: &str = "import data from './index.cjs';

export const manifest = data.manifest;
export const schemas = data.schemas;
export const asyncapi = data.asyncapi;
";

/// The types of `./server`.
pub(crate) const SERVER_TYPES: &str = "/** A JSON Schema 2020-12. */
export type JsonSchema = boolean | { readonly [word: string]: unknown };

/** Both schemas of one type. */
export interface TypeManifest {
  /** What the server writes. */
  readonly output: JsonSchema;
  /** What the server accepts. */
  readonly input: JsonSchema;
}

/** One channel, with its policy. */
export interface ChannelManifest {
  readonly name: string;
  readonly description?: string;
  /** The members that `events-manifest.json` has beside. */
  readonly [member: string]: unknown;
}

/** One event. */
export interface EventManifest {
  /** The full name, such as `orders:created`. */
  readonly name: string;
  readonly channel: string;
  /** The part of the name after the colon. */
  readonly word: string;
  /** `sse`: the server sends it; `cse`: clients do; `both`. */
  readonly direction: 'sse' | 'cse' | 'both';
  readonly version: number;
  readonly description?: string;
  readonly deprecated?: string;
  readonly payload: TypeManifest;
  readonly reply?: TypeManifest;
  readonly error?: TypeManifest;
  /** The members that `events-manifest.json` has beside. */
  readonly [member: string]: unknown;
}

/** Everything declared. */
export interface Manifest {
  readonly manifestVersion: number;
  readonly domains: readonly string[];
  readonly channels: readonly ChannelManifest[];
  readonly events: readonly EventManifest[];
  /** What `#/$defs/X` of an event's schemas refers to, by direction. */
  readonly schemas: {
    readonly output: { readonly [name: string]: JsonSchema };
    readonly input: { readonly [name: string]: JsonSchema };
  };
}

/** Standard JSON Schema of every event; references point into this same document. */
export interface Schemas {
  readonly $schema: string;
  readonly $defs: { readonly [side: string]: JsonSchema };
  /** By the name of the event. */
  readonly events: {
    readonly [name: string]: {
      /** What subscribers receive. */
      readonly output?: JsonSchema;
      /** What clients may send. */
      readonly input?: JsonSchema;
      /** What the sender is answered. */
      readonly reply?: JsonSchema;
      /** What the sender is told of a failure. */
      readonly error?: JsonSchema;
    };
  };
  /** By the name of the channel. */
  readonly channels?: { readonly [name: string]: { readonly snapshot?: JsonSchema } };
}

/** `events-manifest.json`. */
export declare const manifest: Manifest;
/** `events-schemas.json`. */
export declare const schemas: Schemas;
/** `asyncapi.json`: the channels, operations and messages as AsyncAPI 3.1. */
export declare const asyncapi: { readonly asyncapi: string; readonly [member: string]: unknown };
";
