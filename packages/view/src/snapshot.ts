// What the page shows, as the server sends it: the contract between both.

/** Whole percents by version. */
export type VersionPercents = Readonly<Record<string, number>>;

/** One caller's requests to one version of a callee since the view was opened. */
export interface VersionTraffic {
  readonly version: string;
  /** Final answers. */
  readonly answers: number;
  /** Final answers that mean a failure: 5xx, or a gRPC status that does. */
  readonly failures: number;
  /** 4xx, or a gRPC status of the caller's mistakes. */
  readonly clientErrors: number;
  /** Attempts that failed and were retried: clients do not see them. */
  readonly retried: number;
  /** Milliseconds within which half of the responses, and 99 % of them, came: the upper bound of a bucket of the proxies. */
  readonly p50?: number;
  readonly p99?: number;
}

/** Who calls whom. */
export interface CallTraffic {
  readonly from: string;
  readonly to: string;
  /** `undeclared` was tried although the topology does not name it. */
  readonly kind: 'http' | 'grpc' | 'tcp' | 'tls' | 'undeclared';
  /** Requests a second during the last ten seconds. */
  readonly rate: number;
  /** Of `tcp` and `tls`, which have no requests: connections that were opened. */
  readonly connections?: number;
  /** And those that are open now. */
  readonly open?: number;
  readonly versions: readonly VersionTraffic[];
  /** Requests and connections among the failed ones of the list that a policy refused. */
  readonly refused: number;
  /** False while a proxy of the caller does not answer: the numbers are those from before. */
  readonly isKnown: boolean;
}

export interface PodState {
  readonly pod: string;
  readonly version: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** Whether its proxy is connected to istiod; undefined where its proxy does not answer. */
  readonly connected?: boolean;
  /** TLS handshakes that its proxy accepted, and those that failed, since the view was opened. */
  readonly handshakes: number;
  readonly failedHandshakes: number;
}

/** How the weight of a version and its measured share of the answers fit. */
export interface Share {
  readonly version: string;
  /** Percent that the routes in the cluster give it. */
  readonly weight: number;
  /** Answers of it since the weights were set. */
  readonly answers: number;
  /** Whether chance explains the difference; undefined without an answer. */
  readonly isExplained?: boolean;
}

/** A rollout as its Lease records it. */
export interface RolloutView {
  readonly canary: string;
  readonly baseline: string;
  readonly phase: string;
  readonly reason: string;
  readonly weights: VersionPercents;
  readonly steps: readonly number[];
  readonly step: number;
  /** Whether it keeps the weights from others: it runs, was interrupted, is paused or undecided. */
  readonly isOpen: boolean;
  /** Seconds since the last sign of life where no process works on it. */
  readonly unattendedSeconds?: number;
  readonly harm: number;
  readonly harmLimit: number;
  readonly safety: number;
  readonly safetyLimit: number;
  readonly metrics: readonly {
    readonly name: string;
    readonly canary: Counted;
    readonly baseline: Counted;
    readonly harm: number;
    readonly safety: number;
  }[];
}
export interface Counted {
  readonly requests: number;
  readonly bad: number;
}

export interface ServiceState {
  readonly name: string;
  /** The gateway, a service of the topology, or something outside of the mesh. */
  readonly kind: 'gateway' | 'service' | 'external';
  readonly versions: readonly string[];
  readonly pods: readonly PodState[];
  /** Requests and connections that its policies refused since the view was opened. */
  readonly refused: number;
  /** Empty where no route splits its traffic. */
  readonly shares: readonly Share[];
  readonly rollout?: RolloutView;
}

/** A request that failed, was refused or was retried, with its cause: what `./platform logs --failures` prints. */
export interface FailedRequest {
  readonly time: number;
  readonly requestId?: string;
  /** `GET /api/path` */
  readonly what: string;
  readonly status: number;
  readonly recovered: boolean;
  readonly count: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly hops: readonly RequestHop[];
  /** What the services traced of it; unset where it was not traced. */
  readonly spans?: readonly RequestSpan[];
  /** Who was refused by whom, where a policy did that. */
  readonly refused?: { readonly from: string; readonly to: string };
}

/** What one proxy logged of a request. */
export interface RequestHop {
  /** `preview v1` */
  readonly at: string;
  readonly direction: string;
  readonly callee?: string;
  readonly status: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly milliseconds: number;
  /** Why it failed here. */
  readonly message?: string;
}

/** A piece of work that a service traced. */
export interface RequestSpan {
  readonly id: string;
  /** The span that caused it. */
  readonly parent?: string;
  readonly service: string;
  readonly version: string;
  /** `server`: it answers a request. `client`: it calls another service or the database. */
  readonly kind: 'server' | 'client';
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly milliseconds: number;
  /** HTTP's or gRPC's. */
  readonly status?: string;
  /** What kind of failure it ended with. */
  readonly failure?: string;
  /** Which attempt of its caller's proxy it answers, from the second one on. */
  readonly attempt?: number;
}

/** What is known of one request: what the proxies logged, in the order of travel, and what the services traced, the earliest first. */
export interface RequestRecord {
  readonly hops: readonly RequestHop[];
  readonly spans: readonly RequestSpan[];
}

/** What the services traced of one request. */
export interface RequestTrace {
  readonly requestId: string;
  readonly spans: readonly RequestSpan[];
}

/** What `plan` and `check` found when they ran last. */
export interface Verification {
  /** ISO 8601; undefined before the first time. */
  readonly at?: string;
  /** Objects of the cluster that differ from the topology. */
  readonly drift: readonly string[];
  /** Weights that `split` set, each with those of the topology: chosen differences. */
  readonly splits: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly object: string;
    readonly message: string;
    readonly hint: string;
  }[];
  /** Why it could not run. */
  readonly error?: string;
}

export interface Snapshot {
  /** ISO 8601. */
  readonly at: string;
  readonly openedAt: string;
  readonly platform: { readonly topology: string; readonly namespace: string; readonly target: string; readonly url: string };
  /** What is not known now, each as a sentence; the numbers that it concerns are those from before. */
  readonly unknown: readonly string[];
  readonly istiod: { readonly ready: number; readonly pods: number };
  readonly services: readonly ServiceState[];
  readonly calls: readonly CallTraffic[];
  /** The newest first. */
  readonly failures: readonly FailedRequest[];
  /** Requests that the services traced last, the newest first. */
  readonly traces: readonly RequestTrace[];
  readonly verification: Verification;
}
