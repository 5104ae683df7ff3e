interface Extras {
  readonly details?: string | undefined;
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error answer in the form of PostgREST (PostgREST/postgrest, src/PostgREST/Error.hs). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: string | undefined;
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, { details, hint, headers = {} }: Extras = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.hint = hint;
    this.headers = headers;
  }

  /** `{"code":…,"details":…,"hint":…,"message":…}`, absent ones as null, keys in this order. */
  get body(): string {
    const { code, details = null, hint = null, message } = this;
    return JSON.stringify({ code, details, hint, message });
  }
}

/** Reports a feature of PostgREST that the double lacks. PostgREST itself never answers with 501. */
export function unsupported(what: string): ApiError {
  return new ApiError(501, 'DOUBLE', `This double of PostgREST does not know ${what}`);
}
