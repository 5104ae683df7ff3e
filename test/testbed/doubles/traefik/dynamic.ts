/** The part of Traefik's dynamic configuration that the double supports in labels: HTTP only. */
export interface HttpConfiguration {
  readonly routers: Readonly<Record<string, Router>>;
  readonly services: Readonly<Record<string, Service>>;
  readonly middlewares: Readonly<Record<string, Middleware>>;
}

export interface Router {
  readonly rule: string;
  /** Entry points; empty means all. */
  readonly entryPoints: readonly string[];
  readonly middlewares: readonly string[];
  readonly service: string;
  /** 0 means the length of the rule. */
  readonly priority: number;
  readonly tls: boolean;
}

export interface Service {
  /** Such as `http://172.18.0.3:3000`. */
  readonly servers: readonly string[];
  readonly port: string;
  readonly scheme: string;
  readonly passHostHeader: boolean;
  /** Load balancer labels that the double ignores, but that must be equal for a merge. */
  readonly others: Readonly<Record<string, string>>;
}

export interface Middleware {
  /** In lower case, such as `stripprefix`. */
  readonly kind: string;
  readonly options: Readonly<Record<string, string>>;
}
