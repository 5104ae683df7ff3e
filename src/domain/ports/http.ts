export interface HttpAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string;
}

/**
 * No response: the server cannot be reached, took too long, or closed the connection. It may have carried out the
 * request nevertheless.
 */
export class NetworkFault extends Error {
  readonly url: string;
  /** The platform's error: `ECONNREFUSED`, `ENOTFOUND`, `TimeoutError`, … */
  readonly code: string;

  constructor(url: string, code: string, options?: ErrorOptions) {
    super(`no response from ${url}: ${code}`, options);
    this.name = 'NetworkFault';
    this.url = url;
    this.code = code;
  }
}

export interface Http {
  /** Returns the answer, whatever its status. Redirects are not followed. @throws NetworkFault */
  request(method: string, url: string, body: string | null, signal: AbortSignal): Promise<HttpAnswer>;
}

/** The response of a public server. */
export interface PublicAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KB. */
  readonly body: string;
}

/** Public servers, reached from this machine without credentials. */
export interface PublicWeb {
  /**
   * Sends a GET request over HTTPS; does not follow redirects.
   * @param connectTo address and port to connect to instead of what the name resolves to
   * @throws NetworkFault with Node's code, such as `ENOTFOUND` or `CERT_HAS_EXPIRED`
   */
  get(
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    connectTo: string | null,
    signal: AbortSignal,
  ): Promise<PublicAnswer>;
  /** Resolves a name; empty if it has no address. @throws NetworkFault if no resolver responds */
  addresses(host: string): Promise<readonly string[]>;
}

/**
 * Returns when the certificate of a public host expires, in ISO 8601. The certificate must be valid for the host.
 * @param connectTo address and port to connect to instead of what the name resolves to
 * @throws NetworkFault with Node's code, such as `ENOTFOUND` or `CERT_HAS_EXPIRED`
 */
export type CertificateEnd = (host: string, connectTo: string | null, signal: AbortSignal) => Promise<string>;
