// Written by `npm run generate -w mesh` from mesh/crds/crds.yaml: change that, not this.
import type { IstioDuration, WholePercent } from '../names.ts';

export interface components {
    schemas: {
        /**
         * @description Configuration for access control on workloads. See more details at: https://istio.io/docs/reference/config/security/authorization-policy.html
         *     Rule: only one of targetRefs or selector can be set.
         */
        readonly AuthorizationPolicy: {
            /**
             * @description Optional.
             *
             *     Valid Options: ALLOW, DENY, AUDIT, CUSTOM
             * @enum {string}
             */
            readonly action?: "ALLOW" | "DENY" | "AUDIT" | "CUSTOM";
            /** @description Specifies detailed configuration of the CUSTOM action. */
            readonly provider?: {
                /** @description Specifies the name of the extension provider. */
                readonly name?: string;
            };
            /**
             * @description Optional.
             *     @maxItems 512
             */
            readonly rules?: readonly {
                /**
                 * @description Optional.
                 *     @maxItems 512
                 */
                readonly from?: readonly {
                    /**
                     * @description Source specifies the source of a request.
                     *     Rule: Cannot set serviceAccounts with namespaces or principals.
                     */
                    readonly source?: {
                        /** @description Optional. */
                        readonly ipBlocks?: readonly string[];
                        /** @description Optional. */
                        readonly namespaces?: readonly string[];
                        /** @description Optional. */
                        readonly notIpBlocks?: readonly string[];
                        /** @description Optional. */
                        readonly notNamespaces?: readonly string[];
                        /** @description Optional. */
                        readonly notPrincipals?: readonly string[];
                        /** @description Optional. */
                        readonly notRemoteIpBlocks?: readonly string[];
                        /** @description Optional. */
                        readonly notRequestPrincipals?: readonly string[];
                        /**
                         * @description Optional.
                         *     @maxItems 16
                         */
                        readonly notServiceAccounts?: readonly string[];
                        /** @description Optional. */
                        readonly notTrustDomains?: readonly string[];
                        /** @description Optional. */
                        readonly principals?: readonly string[];
                        /** @description Optional. */
                        readonly remoteIpBlocks?: readonly string[];
                        /** @description Optional. */
                        readonly requestPrincipals?: readonly string[];
                        /**
                         * @description Optional.
                         *     @maxItems 16
                         */
                        readonly serviceAccounts?: readonly string[];
                        /** @description Optional. */
                        readonly trustDomains?: readonly string[];
                    };
                }[];
                /** @description Optional. */
                readonly to?: readonly {
                    /** @description Operation specifies the operation of a request. */
                    readonly operation?: {
                        /** @description Optional. */
                        readonly hosts?: readonly string[];
                        /** @description Optional. */
                        readonly methods?: readonly string[];
                        /** @description Optional. */
                        readonly notHosts?: readonly string[];
                        /** @description Optional. */
                        readonly notMethods?: readonly string[];
                        /** @description Optional. */
                        readonly notPaths?: readonly string[];
                        /** @description Optional. */
                        readonly notPorts?: readonly string[];
                        /** @description Optional. */
                        readonly paths?: readonly string[];
                        /** @description Optional. */
                        readonly ports?: readonly string[];
                    };
                }[];
                /** @description Optional. */
                readonly when?: readonly {
                    /** @description The name of an Istio attribute. */
                    readonly key: string;
                    /** @description Optional. */
                    readonly notValues?: readonly string[];
                    /** @description Optional. */
                    readonly values?: readonly string[];
                }[];
            }[];
        } & ({
            /** @description Optional. */
            readonly selector: components["schemas"]["Selector"];
            readonly targetRef?: never;
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef: components["schemas"]["TargetRef"];
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            readonly targetRefs?: never;
        });
        /** @description Configuration affecting load balancing, outlier detection, etc. See more details at: https://istio.io/docs/reference/config/networking/destination-rule.html */
        readonly DestinationRule: {
            /** @description A list of namespaces to which this destination rule is exported. */
            readonly exportTo?: readonly string[];
            /** @description The name of a service from the service registry. */
            readonly host: string;
            /** @description One or more named sets that represent individual versions of a service. */
            readonly subsets?: readonly {
                /** @description Labels apply a filter over the endpoints of a service in the service registry. */
                readonly labels?: {
                    readonly [key: string]: string;
                };
                /** @description Name of the subset. */
                readonly name: string;
                /** @description Traffic policies that apply to this subset. */
                readonly trafficPolicy?: components["schemas"]["TrafficPolicy"];
            }[];
            /** @description Traffic policies to apply (load balancing policy, connection pool sizes, outlier detection). */
            readonly trafficPolicy?: components["schemas"]["TrafficPolicy"];
            /** @description Criteria used to select the specific set of pods/VMs on which this `DestinationRule` configuration should be applied. */
            readonly workloadSelector?: components["schemas"]["Selector"];
        };
        /**
         * @description Customizing Envoy configuration generated by Istio. See more details at: https://istio.io/docs/reference/config/networking/envoy-filter.html
         *     Rule: only one of targetRefs or workloadSelector can be set.
         */
        readonly EnvoyFilter: {
            /** @description One or more patches with match conditions. */
            readonly configPatches?: readonly {
                /**
                 * @description Specifies where in the Envoy configuration, the patch should be applied.
                 *
                 *     Valid Options: LISTENER, FILTER_CHAIN, NETWORK_FILTER, HTTP_FILTER, ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE, CLUSTER, EXTENSION_CONFIG, BOOTSTRAP, LISTENER_FILTER
                 * @enum {string}
                 */
                readonly applyTo?: "INVALID" | "LISTENER" | "FILTER_CHAIN" | "NETWORK_FILTER" | "HTTP_FILTER" | "ROUTE_CONFIGURATION" | "VIRTUAL_HOST" | "HTTP_ROUTE" | "CLUSTER" | "EXTENSION_CONFIG" | "BOOTSTRAP" | "LISTENER_FILTER";
                /**
                 * @description Match on listener/route configuration/cluster.
                 *     Rule: only support waypointMatch when context is WAYPOINT.
                 */
                readonly match?: {
                    /**
                     * @description The specific config generation context to match on.
                     *
                     *     Valid Options: ANY, SIDECAR_INBOUND, SIDECAR_OUTBOUND, GATEWAY, WAYPOINT
                     * @enum {string}
                     */
                    readonly context?: "ANY" | "SIDECAR_INBOUND" | "SIDECAR_OUTBOUND" | "GATEWAY" | "WAYPOINT";
                    /** @description Match on properties associated with a proxy. */
                    readonly proxy?: {
                        /** @description Match on the node metadata supplied by a proxy when connecting to istiod. */
                        readonly metadata?: {
                            readonly [key: string]: string;
                        };
                        /** @description A regular expression in golang regex format (RE2) that can be used to select proxies using a specific version of istio proxy. */
                        readonly proxyVersion?: string;
                    };
                } & ({
                    /** @description Match on envoy listener attributes. */
                    readonly listener: {
                        /** @description Match a specific filter chain in a listener. */
                        readonly filterChain?: {
                            /** @description Applies only to sidecars. */
                            readonly applicationProtocols?: string;
                            /**
                             * @description The destination_port value used by a filter chain's match condition.
                             *     @minimum 0
                             *     @maximum 4294967295
                             */
                            readonly destinationPort?: number;
                            /** @description The name of a specific filter to apply the patch to. */
                            readonly filter?: {
                                /** @description The filter name to match on. */
                                readonly name?: string;
                                /** @description The next level filter within this filter to match upon. */
                                readonly subFilter?: components["schemas"]["SubFilter"];
                            };
                            /** @description The name assigned to the filter chain. */
                            readonly name?: string;
                            /** @description The SNI value used by a filter chain's match condition. */
                            readonly sni?: string;
                            /** @description Applies only to `SIDECAR_INBOUND` context. */
                            readonly transportProtocol?: string;
                        };
                        /** @description Match a specific listener filter. */
                        readonly listenerFilter?: string;
                        /** @description Match a specific listener by its name. */
                        readonly name?: string;
                        readonly portName?: string;
                        /**
                         * @description The service port/gateway port to which traffic is being sent/received.
                         *     @minimum 0
                         *     @maximum 4294967295
                         */
                        readonly portNumber?: number;
                    };
                    readonly routeConfiguration?: never;
                    readonly cluster?: never;
                    readonly waypoint?: never;
                } | {
                    readonly listener?: never;
                    /** @description Match on envoy HTTP route configuration attributes. */
                    readonly routeConfiguration: {
                        /** @description The Istio gateway config's namespace/name for which this route configuration was generated. */
                        readonly gateway?: string;
                        /** @description Route configuration name to match on. */
                        readonly name?: string;
                        /** @description Applicable only for GATEWAY context. */
                        readonly portName?: string;
                        /**
                         * @description The service port number or gateway server port number for which this route configuration was generated.
                         *     @minimum 0
                         *     @maximum 4294967295
                         */
                        readonly portNumber?: number;
                        /** @description Match a specific virtual host in a route configuration and apply the patch to the virtual host. */
                        readonly vhost?: {
                            /** @description Match a domain name in a virtual host. */
                            readonly domainName?: string;
                            /** @description The VirtualHosts objects generated by Istio are named as host:port, where the host typically corresponds to the VirtualService's host field or the hostname of a service in the registry. */
                            readonly name?: string;
                            /** @description Match a specific route within the virtual host. */
                            readonly route?: {
                                /**
                                 * @description Match a route with specific action type.
                                 *
                                 *     Valid Options: ANY, ROUTE, REDIRECT, DIRECT_RESPONSE
                                 * @enum {string}
                                 */
                                readonly action?: "ANY" | "ROUTE" | "REDIRECT" | "DIRECT_RESPONSE";
                                /** @description The Route objects generated by default are named as default. */
                                readonly name?: string;
                            };
                        };
                    };
                    readonly cluster?: never;
                    readonly waypoint?: never;
                } | {
                    readonly listener?: never;
                    readonly routeConfiguration?: never;
                    /** @description Match on envoy cluster attributes. */
                    readonly cluster: {
                        /** @description The exact name of the cluster to match. */
                        readonly name?: string;
                        /**
                         * @description The service port for which this cluster was generated.
                         *     @minimum 0
                         *     @maximum 4294967295
                         */
                        readonly portNumber?: number;
                        /** @description The fully qualified service name for this cluster. */
                        readonly service?: string;
                        /** @description The subset associated with the service. */
                        readonly subset?: string;
                    };
                    readonly waypoint?: never;
                } | {
                    readonly listener?: never;
                    readonly routeConfiguration?: never;
                    readonly cluster?: never;
                    readonly waypoint: {
                        /** @description The name of a specific filter to apply the patch to. */
                        readonly filter?: {
                            /** @description The filter name to match on. */
                            readonly name?: string;
                            /** @description The next level filter within this filter to match on. */
                            readonly subFilter?: components["schemas"]["SubFilter"];
                        };
                        /**
                         * @description The service port to match on.
                         *     @minimum 1
                         *     @maximum 65535
                         */
                        readonly portNumber?: number;
                        /** @description Match a specific route. */
                        readonly route?: {
                            /** @description The Route objects generated by default are named as default. */
                            readonly name?: string;
                        };
                    };
                } | {
                    readonly listener?: never;
                    readonly routeConfiguration?: never;
                    readonly cluster?: never;
                    readonly waypoint?: never;
                });
                /** @description The patch to apply along with the operation. */
                readonly patch?: {
                    /**
                     * @description Determines the filter insertion order.
                     *
                     *     Valid Options: AUTHN, AUTHZ, STATS
                     * @enum {string}
                     */
                    readonly filterClass?: "UNSPECIFIED" | "AUTHN" | "AUTHZ" | "STATS";
                    /**
                     * @description Determines how the patch should be applied.
                     *
                     *     Valid Options: MERGE, ADD, REMOVE, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST, REPLACE, MERGE_AND_REPLACE_LIST
                     * @enum {string}
                     */
                    readonly operation?: "INVALID" | "MERGE" | "ADD" | "REMOVE" | "INSERT_BEFORE" | "INSERT_AFTER" | "INSERT_FIRST" | "REPLACE" | "MERGE_AND_REPLACE_LIST";
                    /** @description The JSON config of the object being patched. */
                    readonly value?: {
                        readonly [key: string]: unknown;
                    };
                };
            }[];
            /** @description Priority defines the order in which patch sets are applied within a context. */
            readonly priority?: number;
        } & ({
            /** @description Criteria used to select the specific set of pods/VMs on which this patch configuration should be applied. */
            readonly workloadSelector: components["schemas"]["WorkloadSelector"];
            readonly targetRefs?: never;
        } | {
            readonly workloadSelector?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly workloadSelector?: never;
            readonly targetRefs?: never;
        });
        /** @description Configuration affecting edge load balancer. See more details at: https://istio.io/docs/reference/config/networking/gateway.html */
        readonly Gateway: {
            /** @description One or more labels that indicate a specific set of pods/VMs on which this gateway configuration should be applied. */
            readonly selector?: {
                readonly [key: string]: string;
            };
            /** @description A list of server specifications. */
            readonly servers?: readonly {
                /** @description The ip or the Unix domain socket to which the listener should be bound to. */
                readonly bind?: string;
                readonly defaultEndpoint?: string;
                /** @description One or more hosts exposed by this gateway. */
                readonly hosts: readonly string[];
                /** @description An optional name of the server, when set must be unique across all servers. */
                readonly name?: string;
                /** @description The Port on which the proxy should listen for incoming connections. */
                readonly port: {
                    /** @description Label assigned to the port. */
                    readonly name: string;
                    /**
                     * @description A valid non-negative integer port number.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly number: number;
                    /** @description The protocol exposed on the port. */
                    readonly protocol: string;
                    /**
                     * @description @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly targetPort?: number;
                };
                /**
                 * @description Set of TLS related options that govern the server's behavior.
                 *     Rule: only one of credentialNames or tlsCertificates can be set.
                 *     Rule: only one of credentialName or credentialNames can be set.
                 *     Rule: only one of credentialName or tlsCertificates can be set.
                 */
                readonly tls?: components["schemas"]["GatewayTls"];
            }[];
        };
        /**
         * @description Peer authentication configuration for workloads. See more details at: https://istio.io/docs/reference/config/security/peer_authentication.html
         *     Rule: portLevelMtls requires selector.
         */
        readonly PeerAuthentication: {
            /** @description Mutual TLS settings for workload. */
            readonly mtls?: components["schemas"]["Mtls"];
            /**
             * @description Port specific mutual TLS settings.
             *     Rule: port must be between 1-65535.
             */
            readonly portLevelMtls?: {
                readonly [key: string]: components["schemas"]["Mtls"];
            };
            /** @description The selector determines the workloads to apply the PeerAuthentication on. */
            readonly selector?: components["schemas"]["Selector"];
        };
        /** @description Provides configuration for individual workloads. See more details at: https://istio.io/docs/reference/config/networking/proxy-config.html */
        readonly ProxyConfig: {
            /**
             * @description The number of worker threads to run.
             *     @minimum 0
             */
            readonly concurrency?: number;
            /** @description Additional environment variables for the proxy. */
            readonly environmentVariables?: {
                readonly [key: string]: string;
            };
            /** @description Specifies the details of the proxy image. */
            readonly image?: {
                /** @description The image type of the image. */
                readonly imageType?: string;
            };
            /** @description Optional. */
            readonly selector?: components["schemas"]["Selector"];
        };
        /**
         * @description Request authentication configuration for workloads. See more details at: https://istio.io/docs/reference/config/security/request_authentication.html
         *     Rule: only one of targetRefs or selector can be set.
         */
        readonly RequestAuthentication: {
            /**
             * @description Define the list of JWTs that can be validated at the selected workloads' proxy.
             *     @maxItems 4096
             */
            readonly jwtRules?: readonly ({
                /** @description The list of JWT [audiences](https://tools.ietf.org/html/rfc7519#section-4.1.3) that are allowed to access. */
                readonly audiences?: readonly string[];
                /** @description If set to true, the original token will be kept for the upstream request. */
                readonly forwardOriginalToken?: boolean;
                /** @description List of cookie names from which JWT is expected. */
                readonly fromCookies?: readonly string[];
                /** @description List of header locations from which JWT is expected. */
                readonly fromHeaders?: readonly {
                    /**
                     * @description The HTTP header name.
                     *     @minLength 1
                     */
                    readonly name: string;
                    /** @description The prefix that should be stripped before decoding the token. */
                    readonly prefix?: string;
                }[];
                /** @description List of query parameters from which JWT is expected. */
                readonly fromParams?: readonly string[];
                /**
                 * @description Identifies the issuer that issued the JWT.
                 *     @minLength 1
                 */
                readonly issuer?: string;
                /** @description This field specifies a list of operations to copy the claim to HTTP headers on a successfully verified token. */
                readonly outputClaimToHeaders?: readonly {
                    /**
                     * @description The name of the claim to be copied from.
                     *     @minLength 1
                     */
                    readonly claim: string;
                    /**
                     * @description The name of the header to be created.
                     *     @minLength 1
                     *     @pattern ^[-_A-Za-z0-9]+$
                     */
                    readonly header: string;
                }[];
                /** @description This field specifies the header name to output a successfully verified JWT payload to the backend. */
                readonly outputPayloadToHeader?: string;
                /**
                 * @description List of JWT claim names that should be treated as space-delimited strings.
                 *     @maxItems 64
                 */
                readonly spaceDelimitedClaims?: readonly string[];
                /**
                 * @description The maximum amount of time that the resolver, determined by the PILOT_JWT_ENABLE_REMOTE_JWKS environment variable, will spend waiting for the JWKS to be fetched.
                 *     @minimum 1ms
                 */
                readonly timeout?: IstioDuration;
            } & ({
                /**
                 * @description URL of the provider's public key set to validate signature of the JWT.
                 *     Rule: url must have scheme http:// or https://.
                 *     @minLength 1
                 *     @maxLength 2048
                 */
                readonly jwksUri: string;
                readonly jwks_uri?: never;
                readonly jwks?: never;
            } | {
                readonly jwksUri?: never;
                /**
                 * @description URL of the provider's public key set to validate signature of the JWT.
                 *     Rule: url must have scheme http:// or https://.
                 *     @minLength 1
                 *     @maxLength 2048
                 */
                readonly jwks_uri: string;
                readonly jwks?: never;
            } | {
                readonly jwksUri?: never;
                readonly jwks_uri?: never;
                /** @description JSON Web Key Set of public keys to validate signature of the JWT. */
                readonly jwks: string;
            } | {
                readonly jwksUri?: never;
                readonly jwks_uri?: never;
                readonly jwks?: never;
            }))[];
        } & ({
            /** @description Optional. */
            readonly selector: components["schemas"]["Selector"];
            readonly targetRef?: never;
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef: components["schemas"]["TargetRef"];
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            readonly targetRefs?: never;
        });
        /**
         * @description Configuration affecting service registry. See more details at: https://istio.io/docs/reference/config/networking/service-entry.html
         *     Rule: only one of WorkloadSelector or Endpoints can be set.
         *     Rule: CIDR addresses are allowed only for NONE/STATIC resolution types.
         *     Rule: NONE mode cannot set endpoints.
         *     Rule: DNS_ROUND_ROBIN mode cannot have multiple endpoints.
         */
        readonly ServiceEntry: {
            /**
             * @description The virtual IP addresses associated with the service.
             *     @maxItems 256
             */
            readonly addresses?: readonly string[];
            /** @description A list of namespaces to which this service is exported. */
            readonly exportTo?: readonly string[];
            /**
             * @description The hosts associated with the ServiceEntry.
             *     @minItems 1
             *     @maxItems 256
             */
            readonly hosts: readonly string[];
            /**
             * @description Specify whether the service should be considered external to the mesh or part of the mesh.
             *
             *     Valid Options: MESH_EXTERNAL, MESH_INTERNAL
             * @enum {string}
             */
            readonly location?: "MESH_EXTERNAL" | "MESH_INTERNAL";
            /**
             * @description The ports associated with the external service.
             *     Rule: port number cannot be duplicated.
             *     @maxItems 256
             */
            readonly ports?: readonly {
                /**
                 * @description Label assigned to the port.
                 *     @maxLength 256
                 */
                readonly name: string;
                /**
                 * @description A valid non-negative integer port number.
                 *     @minimum 1
                 *     @maximum 65535
                 */
                readonly number: number;
                /**
                 * @description The protocol exposed on the port.
                 *     @maxLength 256
                 */
                readonly protocol?: string;
                /**
                 * @description The port number on the endpoint where the traffic will be received.
                 *     @minimum 1
                 *     @maximum 65535
                 */
                readonly targetPort?: number;
            }[];
            /**
             * @description Service resolution mode for the hosts.
             *
             *     Valid Options: NONE, STATIC, DNS, DNS_ROUND_ROBIN, DYNAMIC_DNS
             * @enum {string}
             */
            readonly resolution?: "NONE" | "STATIC" | "DNS" | "DNS_ROUND_ROBIN" | "DYNAMIC_DNS";
            /** @description If specified, the proxy will verify that the server certificate's subject alternate name matches one of the specified values. */
            readonly subjectAltNames?: readonly string[];
        } & ({
            /** @description Applicable only for MESH_INTERNAL services. */
            readonly workloadSelector: components["schemas"]["WorkloadSelector"];
            readonly endpoints?: never;
        } | {
            readonly workloadSelector?: never;
            /**
             * @description One or more endpoints associated with the service.
             *     @maxItems 4096
             */
            readonly endpoints: readonly components["schemas"]["Endpoints"][];
        } | {
            readonly workloadSelector?: never;
            readonly endpoints?: never;
        });
        /** @description Configuration affecting network reachability of a sidecar. See more details at: https://istio.io/docs/reference/config/networking/sidecar.html */
        readonly Sidecar: {
            /** @description Egress specifies the configuration of the sidecar for processing outbound traffic from the attached workload instance to other services in the mesh. */
            readonly egress?: readonly {
                /** @description The IP(IPv4 or IPv6) or the Unix domain socket to which the listener should be bound to. */
                readonly bind?: string;
                /**
                 * @description When the bind address is an IP, the captureMode option dictates how traffic to the listener is expected to be captured (or not).
                 *
                 *     Valid Options: DEFAULT, IPTABLES, NONE
                 * @enum {string}
                 */
                readonly captureMode?: "DEFAULT" | "IPTABLES" | "NONE";
                /** @description One or more service hosts exposed by the listener in `namespace/dnsName` format. */
                readonly hosts: readonly string[];
                /** @description The port associated with the listener. */
                readonly port?: components["schemas"]["SidecarPort"];
            }[];
            /** @description Settings controlling the volume of connections Envoy will accept from the network. */
            readonly inboundConnectionPool?: components["schemas"]["ConnectionPool"];
            /** @description Ingress specifies the configuration of the sidecar for processing inbound traffic to the attached workload instance. */
            readonly ingress?: readonly {
                /** @description The IP(IPv4 or IPv6) to which the listener should be bound. */
                readonly bind?: string;
                /**
                 * @description The captureMode option dictates how traffic to the listener is expected to be captured (or not).
                 *
                 *     Valid Options: DEFAULT, IPTABLES, NONE
                 * @enum {string}
                 */
                readonly captureMode?: "DEFAULT" | "IPTABLES" | "NONE";
                /** @description Settings controlling the volume of connections Envoy will accept from the network. */
                readonly connectionPool?: components["schemas"]["ConnectionPool"];
                /** @description The IP endpoint or Unix domain socket to which traffic should be forwarded to. */
                readonly defaultEndpoint?: string;
                /** @description The port associated with the listener. */
                readonly port: components["schemas"]["SidecarPort"];
                /**
                 * @description Set of TLS related options that will enable TLS termination on the sidecar for requests originating from outside the mesh.
                 *     Rule: only one of credentialNames or tlsCertificates can be set.
                 *     Rule: only one of credentialName or credentialNames can be set.
                 *     Rule: only one of credentialName or tlsCertificates can be set.
                 */
                readonly tls?: components["schemas"]["GatewayTls"];
            }[];
            /** @description Set the default behavior of the sidecar for handling outbound traffic from the application. */
            readonly outboundTrafficPolicy?: {
                readonly egressProxy?: components["schemas"]["EgressProxy"];
                /**
                 * @description Valid Options: REGISTRY_ONLY, ALLOW_ANY
                 * @enum {string}
                 */
                readonly mode?: "REGISTRY_ONLY" | "ALLOW_ANY";
            };
            /** @description Criteria used to select the specific set of pods/VMs on which this `Sidecar` configuration should be applied. */
            readonly workloadSelector?: components["schemas"]["WorkloadSelector"];
        };
        /**
         * @description Telemetry configuration for workloads. See more details at: https://istio.io/docs/reference/config/telemetry.html
         *     Rule: only one of targetRefs or selector can be set.
         */
        readonly Telemetry: {
            /** @description Optional. */
            readonly accessLogging?: readonly {
                /** @description Controls logging. */
                readonly disabled?: boolean;
                /** @description Optional. */
                readonly filter?: {
                    /** @description CEL expression for selecting when requests/connections should be logged. */
                    readonly expression?: string;
                };
                /** @description Allows tailoring of logging behavior to specific conditions. */
                readonly match?: {
                    /**
                     * @description This determines whether or not to apply the access logging configuration based on the direction of traffic relative to the proxied workload.
                     *
                     *     Valid Options: CLIENT_AND_SERVER, CLIENT, SERVER
                     * @enum {string}
                     */
                    readonly mode?: "CLIENT_AND_SERVER" | "CLIENT" | "SERVER";
                };
                /** @description Optional. */
                readonly providers?: readonly components["schemas"]["Providers"][];
            }[];
            /** @description Optional. */
            readonly metrics?: readonly {
                /** @description Optional. */
                readonly overrides?: readonly {
                    /** @description Optional. */
                    readonly disabled?: boolean;
                    /** @description Match allows providing the scope of the override. */
                    readonly match?: {
                        /**
                         * @description Controls which mode of metrics generation is selected: `CLIENT`, `SERVER`, or `CLIENT_AND_SERVER`.
                         *
                         *     Valid Options: CLIENT_AND_SERVER, CLIENT, SERVER
                         * @enum {string}
                         */
                        readonly mode?: "CLIENT_AND_SERVER" | "CLIENT" | "SERVER";
                    } & ({
                        /**
                         * @description One of the well-known [Istio Standard Metrics](https://istio.io/latest/docs/reference/config/metrics/).
                         *
                         *     Valid Options: ALL_METRICS, REQUEST_COUNT, REQUEST_DURATION, REQUEST_SIZE, RESPONSE_SIZE, TCP_OPENED_CONNECTIONS, TCP_CLOSED_CONNECTIONS, TCP_SENT_BYTES, TCP_RECEIVED_BYTES, GRPC_REQUEST_MESSAGES, GRPC_RESPONSE_MESSAGES
                         * @enum {string}
                         */
                        readonly metric: "ALL_METRICS" | "REQUEST_COUNT" | "REQUEST_DURATION" | "REQUEST_SIZE" | "RESPONSE_SIZE" | "TCP_OPENED_CONNECTIONS" | "TCP_CLOSED_CONNECTIONS" | "TCP_SENT_BYTES" | "TCP_RECEIVED_BYTES" | "GRPC_REQUEST_MESSAGES" | "GRPC_RESPONSE_MESSAGES";
                        readonly customMetric?: never;
                    } | {
                        readonly metric?: never;
                        /**
                         * @description Allows free-form specification of a metric.
                         *     @minLength 1
                         */
                        readonly customMetric: string;
                    } | {
                        readonly metric?: never;
                        readonly customMetric?: never;
                    });
                    /** @description Optional. */
                    readonly tagOverrides?: {
                        readonly [key: string]: {
                            /**
                             * @description Operation controls whether or not to update/add a tag, or to remove it.
                             *
                             *     Valid Options: UPSERT, REMOVE
                             * @enum {string}
                             */
                            readonly operation?: "UPSERT" | "REMOVE";
                            /** @description Value is only considered if the operation is `UPSERT`. */
                            readonly value?: string;
                        };
                    };
                }[];
                /** @description Optional. */
                readonly providers?: readonly components["schemas"]["Providers"][];
                /**
                 * @description Optional.
                 *     @minimum 1ms
                 */
                readonly reportingInterval?: IstioDuration;
            }[];
            /** @description Optional. */
            readonly tracing?: readonly {
                /** @description Optional. */
                readonly customTags?: {
                    readonly [key: string]: {
                        /** @description Literal adds the same, hard-coded value to each span. */
                        readonly literal: {
                            /**
                             * @description The tag value to use.
                             *     @minLength 1
                             */
                            readonly value: string;
                        };
                        readonly environment?: never;
                        readonly header?: never;
                        readonly formatter?: never;
                    } | {
                        readonly literal?: never;
                        /** @description Environment adds the value of an environment variable to each span. */
                        readonly environment: {
                            /** @description Optional. */
                            readonly defaultValue?: string;
                            /**
                             * @description Name of the environment variable from which to extract the tag value.
                             *     @minLength 1
                             */
                            readonly name: string;
                        };
                        readonly header?: never;
                        readonly formatter?: never;
                    } | {
                        readonly literal?: never;
                        readonly environment?: never;
                        /** @description RequestHeader adds the value of an header from the request to each span. */
                        readonly header: {
                            /** @description Optional. */
                            readonly defaultValue?: string;
                            /**
                             * @description Name of the header from which to extract the tag value.
                             *     @minLength 1
                             */
                            readonly name: string;
                        };
                        readonly formatter?: never;
                    } | {
                        readonly literal?: never;
                        readonly environment?: never;
                        readonly header?: never;
                        /** @description Formatter adds the value of access logging substitution formatter. */
                        readonly formatter: {
                            /**
                             * @description The formatter tag value to use, same formatter as HTTP access logging (e.g.
                             *     @minLength 1
                             */
                            readonly value: string;
                        };
                    } | {
                        readonly literal?: never;
                        readonly environment?: never;
                        readonly header?: never;
                        readonly formatter?: never;
                    };
                };
                /** @description Controls whether trace context headers (e.g., `traceparent`/`tracestate` for W3C, `X-B3-*` for Zipkin) are propagated in forwarded requests. */
                readonly disableContextPropagation?: boolean;
                /** @description Controls span reporting. */
                readonly disableSpanReporting?: boolean;
                /** @description Determines whether or not trace spans generated by Envoy will include Istio specific tags. */
                readonly enableIstioTags?: boolean;
                /** @description Allows tailoring of behavior to specific conditions. */
                readonly match?: {
                    /**
                     * @description This determines whether or not to apply the tracing configuration based on the direction of traffic relative to the proxied workload.
                     *
                     *     Valid Options: CLIENT_AND_SERVER, CLIENT, SERVER
                     * @enum {string}
                     */
                    readonly mode?: "CLIENT_AND_SERVER" | "CLIENT" | "SERVER";
                };
                /** @description Optional. */
                readonly providers?: readonly components["schemas"]["Providers"][];
                /**
                 * @description Controls the rate at which traffic will be selected for tracing if no prior sampling decision has been made.
                 *     @minimum 0
                 *     @maximum 100
                 */
                readonly randomSamplingPercentage?: number;
                readonly useRequestIdForTraceSampling?: boolean;
            }[];
        } & ({
            /** @description Optional. */
            readonly selector: components["schemas"]["Selector"];
            readonly targetRef?: never;
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef: components["schemas"]["TargetRef"];
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            readonly targetRefs?: never;
        });
        /**
         * @description Extend the functionality provided by the Istio proxy through WebAssembly or Lua filters. See more details at: https://istio.io/docs/reference/config/proxy_extensions/traffic_extension.html
         *     Rule: only one of targetRefs or selector can be set.
         *     Rule: exactly one of wasm or lua must be set.
         */
        readonly TrafficExtension: {
            /** @description Specifies the criteria to determine which traffic is passed to TrafficExtension. */
            readonly match?: readonly components["schemas"]["Match"][];
            /**
             * @description Determines where in the filter chain this `TrafficExtension` is to be injected.
             *
             *     Valid Options: AUTHN, AUTHZ, STATS
             * @enum {string}
             */
            readonly phase?: "UNSPECIFIED" | "AUTHN" | "AUTHZ" | "STATS";
            /** @description Determines ordering of `TrafficExtensions` in the same `phase`. */
            readonly priority?: number;
        } & (({
            /** @description WebAssembly filter configuration. */
            readonly wasm: {
                /**
                 * @description Specifies the failure behavior for the plugin due to fatal errors.
                 *
                 *     Valid Options: FAIL_CLOSE, FAIL_OPEN, FAIL_RELOAD
                 * @enum {string}
                 */
                readonly failStrategy?: "FAIL_CLOSE" | "FAIL_OPEN" | "FAIL_RELOAD";
                /**
                 * @description The pull behaviour to be applied when fetching Wasm module by either OCI image or `http/https`.
                 *
                 *     Valid Options: IfNotPresent, Always
                 * @enum {string}
                 */
                readonly imagePullPolicy?: "UNSPECIFIED_POLICY" | "IfNotPresent" | "Always";
                /**
                 * @description Credentials to use for OCI image pulling.
                 *     @minLength 1
                 *     @maxLength 253
                 */
                readonly imagePullSecret?: string;
                /** @description The configuration that will be passed on to the plugin. */
                readonly pluginConfig?: {
                    readonly [key: string]: unknown;
                };
                /**
                 * @description The plugin name to be used in the Envoy configuration (used to be called `rootID`).
                 *     @minLength 1
                 *     @maxLength 256
                 */
                readonly pluginName?: string;
                /**
                 * @description SHA256 checksum that will be used to verify Wasm module or OCI container.
                 *     @pattern (^$|^[a-f0-9]{64}$)
                 */
                readonly sha256?: string;
                /**
                 * @description Specifies the type of Wasm Extension to be used.
                 *
                 *     Valid Options: HTTP, NETWORK
                 * @enum {string}
                 */
                readonly type?: "UNSPECIFIED_PLUGIN_TYPE" | "HTTP" | "NETWORK";
                /**
                 * @description URL of a Wasm module or OCI container.
                 *     Rule: url must have schema one of [http, https, file, oci].
                 *     @minLength 1
                 */
                readonly url: string;
                readonly verificationKey?: string;
                /** @description Configuration for a Wasm VM. */
                readonly vmConfig?: components["schemas"]["VmConfig"];
            };
            readonly lua?: never;
        } | {
            readonly wasm?: never;
            /** @description Lua filter configuration. */
            readonly lua: {
                /**
                 * @description The inline Lua code to be executed.
                 *     @minLength 1
                 *     @maxLength 65536
                 */
                readonly inlineCode: string;
            };
        } | {
            readonly wasm?: never;
            readonly lua?: never;
        }) & ({
            /** @description Optional. */
            readonly selector: components["schemas"]["Selector"];
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly selector?: never;
            readonly targetRefs?: never;
        }));
        /** @description Configuration affecting label/content routing, sni routing, etc. See more details at: https://istio.io/docs/reference/config/networking/virtual-service.html */
        readonly VirtualService: {
            /** @description A list of namespaces to which this virtual service is exported. */
            readonly exportTo?: readonly string[];
            /** @description The names of gateways and sidecars that should apply these routes. */
            readonly gateways?: readonly string[];
            /** @description The destination hosts to which traffic is being sent. */
            readonly hosts?: readonly string[];
            /** @description An ordered list of route rules for HTTP traffic. */
            readonly http?: readonly {
                /** @description Cross-Origin Resource Sharing policy (CORS). */
                readonly corsPolicy?: {
                    /** @description Indicates whether the caller is allowed to send the actual request (not the preflight) using credentials. */
                    readonly allowCredentials?: boolean;
                    /** @description List of HTTP headers that can be used when requesting the resource. */
                    readonly allowHeaders?: readonly string[];
                    /** @description List of HTTP methods allowed to access the resource. */
                    readonly allowMethods?: readonly string[];
                    readonly allowOrigin?: readonly string[];
                    /** @description String patterns that match allowed origins. */
                    readonly allowOrigins?: readonly components["schemas"]["AllowOrigins"][];
                    /** @description A list of HTTP headers that the browsers are allowed to access. */
                    readonly exposeHeaders?: readonly string[];
                    /**
                     * @description Specifies how long the results of a preflight request can be cached.
                     *     @minimum 1ms
                     */
                    readonly maxAge?: IstioDuration;
                    /**
                     * @description Indicates whether preflight requests not matching the configured allowed origin shouldn't be forwarded to the upstream.
                     *
                     *     Valid Options: FORWARD, IGNORE
                     * @enum {string}
                     */
                    readonly unmatchedPreflights?: "UNSPECIFIED" | "FORWARD" | "IGNORE";
                };
                /** @description Delegate is used to specify the particular VirtualService which can be used to define delegate HTTPRoute. */
                readonly delegate?: {
                    /** @description Name specifies the name of the delegate VirtualService. */
                    readonly name?: string;
                    /** @description Namespace specifies the namespace where the delegate VirtualService resides. */
                    readonly namespace?: string;
                };
                /** @description A HTTP rule can either return a direct_response, redirect or forward (default) traffic. */
                readonly directResponse?: {
                    /** @description Specifies the content of the response body. */
                    readonly body?: {
                        readonly string: string;
                        readonly bytes?: never;
                    } | {
                        readonly string?: never;
                        /** @description response body as base64 encoded bytes. */
                        readonly bytes: string;
                    } | {
                        readonly string?: never;
                        readonly bytes?: never;
                    };
                    /**
                     * @description Specifies the HTTP response status to be returned.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly status: number;
                };
                /** @description Fault injection policy to apply on HTTP traffic at the client side. */
                readonly fault?: {
                    /** @description Abort Http request attempts and return error codes back to downstream service, giving the impression that the upstream service is faulty. */
                    readonly abort?: {
                        /** @description Percentage of requests to be aborted with the error code provided. */
                        readonly percentage?: components["schemas"]["Percentage"];
                    } & ({
                        /** @description HTTP status code to use to abort the Http request. */
                        readonly httpStatus: number;
                        readonly grpcStatus?: never;
                        readonly http2Error?: never;
                    } | {
                        readonly httpStatus?: never;
                        /** @description GRPC status code to use to abort the request. */
                        readonly grpcStatus: string;
                        readonly http2Error?: never;
                    } | {
                        readonly httpStatus?: never;
                        readonly grpcStatus?: never;
                        readonly http2Error: string;
                    } | {
                        readonly httpStatus?: never;
                        readonly grpcStatus?: never;
                        readonly http2Error?: never;
                    });
                    /** @description Delay requests before forwarding, emulating various failures such as network issues, overloaded upstream service, etc. */
                    readonly delay?: {
                        /**
                         * @description Percentage of requests on which the delay will be injected (0-100).
                         *     @minimum 0
                         *     @maximum 100
                         */
                        readonly percent?: WholePercent;
                        /** @description Percentage of requests on which the delay will be injected. */
                        readonly percentage?: components["schemas"]["Percentage"];
                    } & ({
                        /**
                         * @description Add a fixed delay before forwarding the request.
                         *     @minimum 1ms
                         */
                        readonly fixedDelay: IstioDuration;
                        readonly exponentialDelay?: never;
                    } | {
                        readonly fixedDelay?: never;
                        /** @description @minimum 1ms */
                        readonly exponentialDelay: IstioDuration;
                    } | {
                        readonly fixedDelay?: never;
                        readonly exponentialDelay?: never;
                    });
                };
                readonly headers?: components["schemas"]["Headers"];
                /** @description Match conditions to be satisfied for the rule to be activated. */
                readonly match?: readonly {
                    /** @description HTTP Authority values are case-sensitive and formatted as follows: - `exact: "value"` for exact string match - `prefix: "value"` for prefix-based match - `regex: "value"` for [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
                    readonly authority?: components["schemas"]["AllowOrigins"];
                    /** @description Names of gateways where the rule should be applied. */
                    readonly gateways?: readonly string[];
                    /** @description The header keys must be lowercase and use hyphen as the separator, e.g. */
                    readonly headers?: {
                        readonly [key: string]: components["schemas"]["AllowOrigins"];
                    };
                    /** @description Flag to specify whether the URI matching should be case-insensitive. */
                    readonly ignoreUriCase?: boolean;
                    /** @description HTTP Method values are case-sensitive and formatted as follows: - `exact: "value"` for exact string match - `prefix: "value"` for prefix-based match - `regex: "value"` for [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
                    readonly method?: components["schemas"]["AllowOrigins"];
                    /** @description The name assigned to a match. */
                    readonly name?: string;
                    /**
                     * @description Specifies the ports on the host that is being addressed.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly port?: number;
                    /** @description Query parameters for matching. */
                    readonly queryParams?: {
                        readonly [key: string]: components["schemas"]["AllowOrigins"];
                    };
                    /** @description URI Scheme values are case-sensitive and formatted as follows: - `exact: "value"` for exact string match - `prefix: "value"` for prefix-based match - `regex: "value"` for [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
                    readonly scheme?: components["schemas"]["AllowOrigins"];
                    /** @description One or more labels that constrain the applicability of a rule to source (client) workloads with the given labels. */
                    readonly sourceLabels?: {
                        readonly [key: string]: string;
                    };
                    /** @description Source namespace constraining the applicability of a rule to workloads in that namespace. */
                    readonly sourceNamespace?: string;
                    /** @description The human readable prefix to use when emitting statistics for this route. */
                    readonly statPrefix?: string;
                    /** @description URI to match values are case-sensitive and formatted as follows: - `exact: "value"` for exact string match - `prefix: "value"` for prefix-based match - `regex: "value"` for [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
                    readonly uri?: components["schemas"]["AllowOrigins"];
                    /** @description withoutHeader has the same syntax with the header, but has opposite meaning. */
                    readonly withoutHeaders?: {
                        readonly [key: string]: components["schemas"]["AllowOrigins"];
                    };
                }[];
                /** @description Mirror HTTP traffic to a another destination in addition to forwarding the requests to the intended destination. */
                readonly mirror?: components["schemas"]["EgressProxy"];
                /**
                 * @description @minimum 0
                 *     @maximum 100
                 */
                readonly mirror_percent?: WholePercent;
                /**
                 * @description @minimum 0
                 *     @maximum 100
                 */
                readonly mirrorPercent?: WholePercent;
                /** @description Percentage of the traffic to be mirrored by the `mirror` field. */
                readonly mirrorPercentage?: components["schemas"]["Percentage"];
                /** @description Specifies the destinations to mirror HTTP traffic in addition to the original destination. */
                readonly mirrors?: readonly {
                    /** @description Destination specifies the target of the mirror operation. */
                    readonly destination: components["schemas"]["EgressProxy"];
                    /** @description Percentage of the traffic to be mirrored by the `destination` field. */
                    readonly percentage?: components["schemas"]["Percentage"];
                }[];
                /** @description The name assigned to the route for debugging purposes. */
                readonly name?: string;
                /** @description A HTTP rule can either return a direct_response, redirect or forward (default) traffic. */
                readonly redirect?: {
                    /** @description On a redirect, overwrite the Authority/Host portion of the URL with this value. */
                    readonly authority?: string;
                    /** @description On a redirect, replace the matched prefix with this value. */
                    readonly prefixRewrite?: string;
                    /**
                     * @description On a redirect, Specifies the HTTP status code to use in the redirect response.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly redirectCode?: number;
                    /** @description On a redirect, overwrite the scheme portion of the URL with this value. */
                    readonly scheme?: string;
                    /** @description On a redirect, overwrite the Path portion of the URL with this value. */
                    readonly uri?: string;
                } & ({
                    /**
                     * @description On a redirect, overwrite the port portion of the URL with this value.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly port: number;
                    readonly derivePort?: never;
                } | {
                    readonly port?: never;
                    /**
                     * @description On a redirect, dynamically set the port: * FROM_PROTOCOL_DEFAULT: automatically set to 80 for HTTP and 443 for HTTPS.
                     *
                     *     Valid Options: FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT
                     * @enum {string}
                     */
                    readonly derivePort: "FROM_PROTOCOL_DEFAULT" | "FROM_REQUEST_PORT";
                } | {
                    readonly port?: never;
                    readonly derivePort?: never;
                });
                /** @description Retry policy for HTTP requests. */
                readonly retries?: {
                    /** @description Number of retries to be allowed for a given request. */
                    readonly attempts?: number;
                    /**
                     * @description Specifies the minimum duration between retry attempts.
                     *     @minimum 1ms
                     */
                    readonly backoff?: IstioDuration;
                    /**
                     * @description Timeout per attempt for a given request, including the initial call and any retries.
                     *     @minimum 1ms
                     */
                    readonly perTryTimeout?: IstioDuration;
                    /** @description Flag to specify whether the retries should ignore previously tried hosts during retry. */
                    readonly retryIgnorePreviousHosts?: boolean;
                    /** @description Specifies the conditions under which retry takes place. */
                    readonly retryOn?: string;
                    /** @description Flag to specify whether the retries should retry to other localities. */
                    readonly retryRemoteLocalities?: boolean;
                };
                /** @description Rewrite HTTP URIs and Authority headers. */
                readonly rewrite?: {
                    /** @description rewrite the Authority/Host header with this value. */
                    readonly authority?: string;
                    /** @description rewrite the path (or the prefix) portion of the URI with this value. */
                    readonly uri?: string;
                    /** @description rewrite the path portion of the URI with the specified regex. */
                    readonly uriRegexRewrite?: {
                        /** @description [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
                        readonly match?: string;
                        /** @description The string that should replace into matching portions of original URI. */
                        readonly rewrite?: string;
                    };
                };
                /** @description A HTTP rule can either return a direct_response, redirect or forward (default) traffic. */
                readonly route?: readonly {
                    /** @description Destination uniquely identifies the instances of a service to which the request/connection should be forwarded to. */
                    readonly destination: components["schemas"]["EgressProxy"];
                    readonly headers?: components["schemas"]["Headers"];
                    /** @description Weight specifies the relative proportion of traffic to be forwarded to the destination. */
                    readonly weight?: number;
                }[];
                /**
                 * @description Timeout for HTTP requests, default is disabled.
                 *     @minimum 1ms
                 */
                readonly timeout?: IstioDuration;
            }[];
            /** @description An ordered list of route rules for opaque TCP traffic. */
            readonly tcp?: readonly {
                /** @description Match conditions to be satisfied for the rule to be activated. */
                readonly match?: readonly {
                    /** @description IPv4 or IPv6 ip addresses of destination with optional subnet. */
                    readonly destinationSubnets?: readonly string[];
                    /** @description Names of gateways where the rule should be applied. */
                    readonly gateways?: readonly string[];
                    /**
                     * @description Specifies the port on the host that is being addressed.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly port?: number;
                    /** @description One or more labels that constrain the applicability of a rule to workloads with the given labels. */
                    readonly sourceLabels?: {
                        readonly [key: string]: string;
                    };
                    /** @description Source namespace constraining the applicability of a rule to workloads in that namespace. */
                    readonly sourceNamespace?: string;
                    readonly sourceSubnet?: string;
                }[];
                /** @description The destination to which the connection should be forwarded to. */
                readonly route?: readonly components["schemas"]["Route"][];
            }[];
            /** @description An ordered list of route rule for non-terminated TLS & HTTPS traffic. */
            readonly tls?: readonly {
                /** @description Match conditions to be satisfied for the rule to be activated. */
                readonly match: readonly {
                    /** @description IPv4 or IPv6 ip addresses of destination with optional subnet. */
                    readonly destinationSubnets?: readonly string[];
                    /** @description Names of gateways where the rule should be applied. */
                    readonly gateways?: readonly string[];
                    /**
                     * @description Specifies the port on the host that is being addressed.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly port?: number;
                    /** @description SNI (server name indicator) to match on. */
                    readonly sniHosts: readonly string[];
                    /** @description One or more labels that constrain the applicability of a rule to workloads with the given labels. */
                    readonly sourceLabels?: {
                        readonly [key: string]: string;
                    };
                    /** @description Source namespace constraining the applicability of a rule to workloads in that namespace. */
                    readonly sourceNamespace?: string;
                }[];
                /** @description The destination to which the connection should be forwarded to. */
                readonly route?: readonly components["schemas"]["Route"][];
            }[];
        };
        /**
         * @description Extend the functionality provided by the Istio proxy through WebAssembly filters. See more details at: https://istio.io/docs/reference/config/proxy_extensions/wasm-plugin.html
         *     Rule: only one of targetRefs or selector can be set.
         */
        readonly WasmPlugin: {
            /**
             * @description Specifies the failure behavior for the plugin due to fatal errors.
             *
             *     Valid Options: FAIL_CLOSE, FAIL_OPEN, FAIL_RELOAD
             * @enum {string}
             */
            readonly failStrategy?: "FAIL_CLOSE" | "FAIL_OPEN" | "FAIL_RELOAD";
            /**
             * @description The pull behaviour to be applied when fetching Wasm module by either OCI image or `http/https`.
             *
             *     Valid Options: IfNotPresent, Always
             * @enum {string}
             */
            readonly imagePullPolicy?: "UNSPECIFIED_POLICY" | "IfNotPresent" | "Always";
            /**
             * @description Credentials to use for OCI image pulling.
             *     @minLength 1
             *     @maxLength 253
             */
            readonly imagePullSecret?: string;
            /** @description Specifies the criteria to determine which traffic is passed to WasmPlugin. */
            readonly match?: readonly components["schemas"]["Match"][];
            /**
             * @description Determines where in the filter chain this `WasmPlugin` is to be injected.
             *
             *     Valid Options: AUTHN, AUTHZ, STATS
             * @enum {string}
             */
            readonly phase?: "UNSPECIFIED_PHASE" | "AUTHN" | "AUTHZ" | "STATS";
            /** @description The configuration that will be passed on to the plugin. */
            readonly pluginConfig?: {
                readonly [key: string]: unknown;
            };
            /**
             * @description The plugin name to be used in the Envoy configuration (used to be called `rootID`).
             *     @minLength 1
             *     @maxLength 256
             */
            readonly pluginName?: string;
            /** @description Determines ordering of `WasmPlugins` in the same `phase`. */
            readonly priority?: number;
            /**
             * @description SHA256 checksum that will be used to verify Wasm module or OCI container.
             *     @pattern (^$|^[a-f0-9]{64}$)
             */
            readonly sha256?: string;
            /**
             * @description Specifies the type of Wasm Extension to be used.
             *
             *     Valid Options: HTTP, NETWORK
             * @enum {string}
             */
            readonly type?: "UNSPECIFIED_PLUGIN_TYPE" | "HTTP" | "NETWORK";
            /**
             * @description URL of a Wasm module or OCI container.
             *     Rule: url must have schema one of [http, https, file, oci].
             *     @minLength 1
             */
            readonly url: string;
            readonly verificationKey?: string;
            /** @description Configuration for a Wasm VM. */
            readonly vmConfig?: components["schemas"]["VmConfig"];
        } & ({
            /** @description Criteria used to select the specific set of pods/VMs on which this plugin configuration should be applied. */
            readonly selector: components["schemas"]["Selector"];
            readonly targetRef?: never;
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef: components["schemas"]["TargetRef"];
            readonly targetRefs?: never;
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            /**
             * @description Optional.
             *     @maxItems 16
             */
            readonly targetRefs: readonly components["schemas"]["TargetRef"][];
        } | {
            readonly selector?: never;
            readonly targetRef?: never;
            readonly targetRefs?: never;
        });
        /**
         * @description Configuration affecting VMs onboarded into the mesh. See more details at: https://istio.io/docs/reference/config/networking/workload-entry.html
         *     Rule: Address is required.
         *     Rule: UDS may not include ports.
         */
        readonly WorkloadEntry: {
            /**
             * @description Address associated with the network endpoint without the port.
             *     Rule: UDS must be an absolute path or abstract socket.
             *     Rule: UDS may not be a dir.
             *     @maxLength 256
             */
            readonly address?: string;
            /**
             * @description One or more labels associated with the endpoint.
             *     @maxProperties 256
             */
            readonly labels?: {
                readonly [key: string]: string;
            };
            /**
             * @description The locality associated with the endpoint.
             *     @maxLength 2048
             */
            readonly locality?: string;
            /**
             * @description Network enables Istio to group endpoints resident in the same L3 domain/network.
             *     @maxLength 2048
             */
            readonly network?: string;
            /**
             * @description Set of ports associated with the endpoint.
             *     Rule: port name must be valid.
             *     @maxProperties 128
             */
            readonly ports?: {
                readonly [key: string]: number;
            };
            /**
             * @description The service account associated with the workload if a sidecar is present in the workload.
             *     @maxLength 253
             */
            readonly serviceAccount?: string;
            /**
             * @description The load balancing weight associated with the endpoint.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly weight?: number;
        };
        /** @description Describes a collection of workload instances. See more details at: https://istio.io/docs/reference/config/networking/workload-group.html */
        readonly WorkloadGroup: {
            /** @description Metadata that will be used for all corresponding `WorkloadEntries`. */
            readonly metadata?: {
                /** @description @maxProperties 256 */
                readonly annotations?: {
                    readonly [key: string]: string;
                };
                /** @description @maxProperties 256 */
                readonly labels?: {
                    readonly [key: string]: string;
                };
            };
            /** @description `ReadinessProbe` describes the configuration the user must provide for healthchecking on their workload. */
            readonly probe?: {
                /**
                 * @description Minimum consecutive failures for the probe to be considered failed after having succeeded.
                 *     @minimum 0
                 */
                readonly failureThreshold?: number;
                /**
                 * @description Number of seconds after the container has started before readiness probes are initiated.
                 *     @minimum 0
                 */
                readonly initialDelaySeconds?: number;
                /**
                 * @description How often (in seconds) to perform the probe.
                 *     @minimum 0
                 */
                readonly periodSeconds?: number;
                /**
                 * @description Minimum consecutive successes for the probe to be considered successful after having failed.
                 *     @minimum 0
                 */
                readonly successThreshold?: number;
                /**
                 * @description Number of seconds after which the probe times out.
                 *     @minimum 0
                 */
                readonly timeoutSeconds?: number;
            } & ({
                /** @description `httpGet` is performed to a given endpoint and the status/able to connect determines health. */
                readonly httpGet: {
                    /** @description Host name to connect to, defaults to the pod IP. */
                    readonly host?: string;
                    /** @description Headers the proxy will pass on to make the request. */
                    readonly httpHeaders?: readonly {
                        /** @description @pattern ^[-_A-Za-z0-9]+$ */
                        readonly name?: string;
                        readonly value?: string;
                    }[];
                    /** @description Path to access on the HTTP server. */
                    readonly path?: string;
                    /**
                     * @description Port on which the endpoint lives.
                     *     @minimum 1
                     *     @maximum 65535
                     */
                    readonly port: number;
                    /** @description Rule: scheme must be one of [HTTP, HTTPS]. */
                    readonly scheme?: string;
                };
                readonly tcpSocket?: never;
                readonly exec?: never;
                readonly grpc?: never;
            } | {
                readonly httpGet?: never;
                /** @description Health is determined by if the proxy is able to connect. */
                readonly tcpSocket: {
                    readonly host?: string;
                    /**
                     * @description @minimum 1
                     *     @maximum 65535
                     */
                    readonly port: number;
                };
                readonly exec?: never;
                readonly grpc?: never;
            } | {
                readonly httpGet?: never;
                readonly tcpSocket?: never;
                /** @description Health is determined by how the command that is executed exited. */
                readonly exec: {
                    /** @description Command to run. */
                    readonly command: readonly string[];
                };
                readonly grpc?: never;
            } | {
                readonly httpGet?: never;
                readonly tcpSocket?: never;
                readonly exec?: never;
                /** @description GRPC call is made and response/error is used to determine health. */
                readonly grpc: {
                    /**
                     * @description Port on which the endpoint lives.
                     *     @minimum 1
                     *     @maximum 65535
                     */
                    readonly port?: number;
                    readonly service?: string;
                };
            } | {
                readonly httpGet?: never;
                readonly tcpSocket?: never;
                readonly exec?: never;
                readonly grpc?: never;
            });
            /**
             * @description Template to be used for the generation of `WorkloadEntry` resources that belong to this `WorkloadGroup`.
             *     Rule: UDS may not include ports.
             */
            readonly template: components["schemas"]["Endpoints"];
        };
        readonly Selector: {
            /**
             * @description One or more labels that indicate a specific set of pods/VMs on which a policy should be applied.
             *     Rule: wildcard not allowed in label key match.
             *     Rule: key must not be empty.
             *     @maxProperties 4096
             */
            readonly matchLabels?: {
                readonly [key: string]: string;
            };
        };
        readonly TargetRef: {
            /**
             * @description group is the group of the target resource.
             *     @maxLength 253
             *     @pattern ^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
             */
            readonly group?: string;
            /**
             * @description kind is kind of the target resource.
             *     @minLength 1
             *     @maxLength 63
             *     @pattern ^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$
             */
            readonly kind: string;
            /**
             * @description name is the name of the target resource.
             *     @minLength 1
             *     @maxLength 253
             */
            readonly name: string;
            /**
             * @description namespace is the namespace of the referent.
             *     Rule: cross namespace referencing is not currently supported.
             */
            readonly namespace?: string;
        };
        readonly TrafficPolicy: {
            readonly connectionPool?: components["schemas"]["ConnectionPool"];
            /** @description Settings controlling the load balancer algorithms. */
            readonly loadBalancer?: components["schemas"]["LoadBalancer"];
            readonly outlierDetection?: components["schemas"]["OutlierDetection"];
            /**
             * @description Traffic policies specific to individual ports.
             *     @maxItems 4096
             */
            readonly portLevelSettings?: readonly {
                readonly connectionPool?: components["schemas"]["ConnectionPool"];
                /** @description Settings controlling the load balancer algorithms. */
                readonly loadBalancer?: components["schemas"]["LoadBalancer"];
                readonly outlierDetection?: components["schemas"]["OutlierDetection"];
                /** @description Specifies the number of a port on the destination service on which this policy is being applied. */
                readonly port?: components["schemas"]["Port"];
                /** @description TLS related settings for connections to the upstream service. */
                readonly tls?: components["schemas"]["Tls"];
            }[];
            /** @description The upstream PROXY protocol settings. */
            readonly proxyProtocol?: {
                /**
                 * @description The PROXY protocol version to use.
                 *
                 *     Valid Options: V1, V2
                 * @enum {string}
                 */
                readonly version?: "V1" | "V2";
            };
            /** @description Specifies a limit on concurrent retries in relation to the number of active requests. */
            readonly retryBudget?: {
                /** @description Specifies the duration in which requests will be considered when calculating the budget for retries. */
                readonly budgetInterval?: IstioDuration;
                /**
                 * @description Specifies the minimum retry concurrency allowed for the retry budget.
                 *     @minimum 0
                 *     @maximum 4294967295
                 */
                readonly minRetryConcurrency?: number;
                /**
                 * @description Specifies the limit on concurrent retries as a percentage of the sum of active requests and active pending requests.
                 *     @minimum 0
                 *     @maximum 100
                 */
                readonly percent?: number;
            };
            /** @description TLS related settings for connections to the upstream service. */
            readonly tls?: components["schemas"]["Tls"];
            /** @description Configuration of tunneling TCP over other transport or application layers for the host configured in the DestinationRule. */
            readonly tunnel?: {
                /** @description Specifies which protocol to use for tunneling the downstream connection. */
                readonly protocol?: string;
                /** @description Specifies a host to which the downstream connection is tunneled. */
                readonly targetHost: string;
                /**
                 * @description Specifies a port to which the downstream connection is tunneled.
                 *     @minimum 0
                 *     @maximum 4294967295
                 */
                readonly targetPort: number;
            };
        };
        readonly ConnectionPool: {
            /** @description HTTP connection pool settings. */
            readonly http?: {
                /**
                 * @description Specify if http1.1 connection should be upgraded to http2 for the associated destination.
                 *
                 *     Valid Options: DEFAULT, DO_NOT_UPGRADE, UPGRADE
                 * @enum {string}
                 */
                readonly h2UpgradePolicy?: "DEFAULT" | "DO_NOT_UPGRADE" | "UPGRADE";
                /** @description Maximum number of requests that will be queued while waiting for a ready connection pool connection. */
                readonly http1MaxPendingRequests?: number;
                /** @description Configure HTTP/2 PING frames for upstream connections. */
                readonly http2KeepAlive?: {
                    /**
                     * @description Send HTTP/2 PING frames at this interval.
                     *     @minimum 1ms
                     */
                    readonly interval?: IstioDuration;
                    /**
                     * @description How long to wait for a response to an HTTP/2 PING frame before closing the connection.
                     *     @minimum 1ms
                     */
                    readonly timeout?: IstioDuration;
                };
                /** @description Maximum number of active requests to a destination. */
                readonly http2MaxRequests?: number;
                /**
                 * @description The idle timeout for upstream connection pool connections.
                 *     @minimum 1ms
                 */
                readonly idleTimeout?: IstioDuration;
                /** @description The maximum number of concurrent streams allowed for a peer on one HTTP/2 connection. */
                readonly maxConcurrentStreams?: number;
                /** @description Maximum number of requests per connection to a backend. */
                readonly maxRequestsPerConnection?: number;
                /** @description Maximum number of retries that can be outstanding to all hosts in a cluster at a given time. */
                readonly maxRetries?: number;
                /** @description If set to true, client protocol will be preserved while initiating connection to backend. */
                readonly useClientProtocol?: boolean;
            };
            /** @description Settings common to both HTTP and TCP upstream connections. */
            readonly tcp?: {
                /**
                 * @description TCP connection timeout.
                 *     @minimum 1ms
                 */
                readonly connectTimeout?: IstioDuration;
                /** @description The idle timeout for TCP connections. */
                readonly idleTimeout?: IstioDuration;
                /**
                 * @description The maximum duration of a connection.
                 *     @minimum 1ms
                 */
                readonly maxConnectionDuration?: IstioDuration;
                /** @description Maximum number of HTTP1 /TCP connections to a destination host. */
                readonly maxConnections?: number;
                /** @description If set then set SO_KEEPALIVE on the socket to enable TCP Keepalives. */
                readonly tcpKeepalive?: {
                    /**
                     * @description The time duration between keep-alive probes.
                     *     @minimum 1ms
                     */
                    readonly interval?: IstioDuration;
                    /**
                     * @description Maximum number of keepalive probes to send without response before deciding the connection is dead.
                     *     @minimum 0
                     *     @maximum 4294967295
                     */
                    readonly probes?: number;
                    /**
                     * @description The time duration a connection needs to be idle before keep-alive probes start being sent.
                     *     @minimum 1ms
                     */
                    readonly time?: IstioDuration;
                };
            };
        };
        readonly LoadBalancer: {
            /** @description Locality load balancer settings. */
            readonly localityLbSetting?: {
                /** @description Optional: only one of distribute, failover or failoverPriority can be set. */
                readonly distribute?: readonly {
                    /** @description Originating locality, '/' separated, e.g. */
                    readonly from?: string;
                    /** @description Map of upstream localities to traffic distribution weights. */
                    readonly to?: {
                        readonly [key: string]: number;
                    };
                }[];
                /** @description Enable locality load balancing. */
                readonly enabled?: boolean;
                /** @description Optional: only one of distribute, failover or failoverPriority can be set. */
                readonly failover?: readonly components["schemas"]["Failover"][];
                /** @description failoverPriority is an ordered list of labels used to sort endpoints to do priority based load balancing. */
                readonly failoverPriority?: readonly string[];
            };
            /** @description Represents the warmup configuration of Service. */
            readonly warmup?: {
                /**
                 * @description This parameter controls the speed of traffic increase over the warmup duration.
                 *     @minimum 0
                 */
                readonly aggression?: number;
                /** @description @minimum 1ms */
                readonly duration: IstioDuration;
                /**
                 * @description @minimum 0
                 *     @maximum 100
                 */
                readonly minimumPercent?: number;
            };
            /**
             * @description Deprecated: use `warmup` instead.
             *     @minimum 1ms
             */
            readonly warmupDurationSecs?: IstioDuration;
            /** @description Zone Aware load balancer settings. */
            readonly zoneAwareLbSetting?: {
                /** @description Enable zone aware load balancing. */
                readonly enabled?: boolean;
                /** @description Optional. */
                readonly failover?: readonly components["schemas"]["Failover"][];
                /** @description failoverPriority is an ordered list of labels used to sort endpoints for priority-based load balancing. */
                readonly failoverPriority?: readonly string[];
                /**
                 * @description Minimum number of hosts in the upstream cluster's local region required for zone-aware load balancing to be enabled.
                 *     @minimum 1
                 *     @maximum 4294967295
                 */
                readonly minClusterSize?: number;
            };
        } & ({
            /**
             * @description Standard load balancing algorithms that require no tuning.
             *
             *     Valid Options: LEAST_CONN, RANDOM, PASSTHROUGH, ROUND_ROBIN, LEAST_REQUEST
             * @enum {string}
             */
            readonly simple: "UNSPECIFIED" | "LEAST_CONN" | "RANDOM" | "PASSTHROUGH" | "ROUND_ROBIN" | "LEAST_REQUEST";
            readonly consistentHash?: never;
        } | {
            readonly simple?: never;
            /** @description Consistent Hash-based load balancing can be used to provide soft session affinity based on HTTP headers, cookies or other properties. */
            readonly consistentHash: {
                /**
                 * @description Deprecated.
                 *     @minimum 0
                 */
                readonly minimumRingSize?: number;
            } & (({
                /** @description Hash based on a specific HTTP header. */
                readonly httpHeaderName: string;
                readonly httpCookie?: never;
                readonly useSourceIp?: never;
                readonly httpQueryParameterName?: never;
            } | {
                readonly httpHeaderName?: never;
                /** @description Hash based on HTTP cookie. */
                readonly httpCookie: {
                    /** @description Additional attributes for the cookie. */
                    readonly attributes?: readonly {
                        /** @description The name of the cookie attribute. */
                        readonly name: string;
                        /** @description The optional value of the cookie attribute. */
                        readonly value?: string;
                    }[];
                    /** @description Name of the cookie. */
                    readonly name: string;
                    /** @description Path to set for the cookie. */
                    readonly path?: string;
                    /** @description Lifetime of the cookie. */
                    readonly ttl?: IstioDuration;
                };
                readonly useSourceIp?: never;
                readonly httpQueryParameterName?: never;
            } | {
                readonly httpHeaderName?: never;
                readonly httpCookie?: never;
                /** @description Hash based on the source IP address. */
                readonly useSourceIp: boolean;
                readonly httpQueryParameterName?: never;
            } | {
                readonly httpHeaderName?: never;
                readonly httpCookie?: never;
                readonly useSourceIp?: never;
                /** @description Hash based on a specific HTTP query parameter. */
                readonly httpQueryParameterName: string;
            } | {
                readonly httpHeaderName?: never;
                readonly httpCookie?: never;
                readonly useSourceIp?: never;
                readonly httpQueryParameterName?: never;
            }) & ({
                /** @description The ring/modulo hash load balancer implements consistent hashing to backend hosts. */
                readonly ringHash: {
                    /**
                     * @description The minimum number of virtual nodes to use for the hash ring.
                     *     @minimum 0
                     */
                    readonly minimumRingSize?: number;
                };
                readonly maglev?: never;
            } | {
                readonly ringHash?: never;
                /** @description The Maglev load balancer implements consistent hashing to backend hosts. */
                readonly maglev: {
                    /**
                     * @description The table size for Maglev hashing.
                     *     @minimum 0
                     */
                    readonly tableSize?: number;
                };
            } | {
                readonly ringHash?: never;
                readonly maglev?: never;
            }));
        } | {
            readonly simple?: never;
            readonly consistentHash?: never;
        });
        readonly Failover: {
            /** @description Originating region. */
            readonly from?: string;
            /** @description Destination region the traffic will fail over to when endpoints in the 'from' region becomes unhealthy. */
            readonly to?: string;
        };
        readonly OutlierDetection: {
            /**
             * @description Minimum ejection duration.
             *     @minimum 1ms
             */
            readonly baseEjectionTime?: IstioDuration;
            /**
             * @description Number of 5xx errors before a host is ejected from the connection pool.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly consecutive5xxErrors?: number;
            readonly consecutiveErrors?: number;
            /**
             * @description Number of gateway errors before a host is ejected from the connection pool.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly consecutiveGatewayErrors?: number;
            /**
             * @description The number of consecutive locally originated failures before ejection occurs.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly consecutiveLocalOriginFailures?: number;
            /**
             * @description Time interval between ejection sweep analysis.
             *     @minimum 1ms
             */
            readonly interval?: IstioDuration;
            /**
             * @description Maximum % of hosts in the load balancing pool for the upstream service that can be ejected.
             *     @minimum 0
             *     @maximum 100
             */
            readonly maxEjectionPercent?: WholePercent;
            /**
             * @description Outlier detection will be enabled as long as the associated load balancing pool has at least `minHealthPercent` hosts in healthy mode.
             *     @minimum 0
             *     @maximum 100
             */
            readonly minHealthPercent?: WholePercent;
            /** @description Specifies the HTTP response status codes that are treated as outlier detection errors. */
            readonly outlierDetectionHttpErrorCodes?: readonly number[];
            /** @description Determines whether to distinguish local origin failures from external errors. */
            readonly splitExternalLocalOriginErrors?: boolean;
        };
        readonly Port: {
            /**
             * @description @minimum 0
             *     @maximum 4294967295
             */
            readonly number?: number;
        };
        readonly Tls: {
            /** @description OPTIONAL: The path to the file containing certificate authority certificates to use in verifying a presented server certificate. */
            readonly caCertificates?: string;
            /** @description OPTIONAL: The path to the file containing the certificate revocation list (CRL) to use in verifying a presented server certificate. */
            readonly caCrl?: string;
            /** @description REQUIRED if mode is `MUTUAL`. */
            readonly clientCertificate?: string;
            /** @description The name of the secret that holds the TLS certs for the client including the CA certificates. */
            readonly credentialName?: string;
            /** @description `insecureSkipVerify` specifies whether the proxy should skip verifying the CA signature and SAN for the server certificate corresponding to the host. */
            readonly insecureSkipVerify?: boolean;
            /**
             * @description Indicates whether connections to this port should be secured using TLS.
             *
             *     Valid Options: DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL
             * @enum {string}
             */
            readonly mode?: "DISABLE" | "SIMPLE" | "MUTUAL" | "ISTIO_MUTUAL";
            /** @description REQUIRED if mode is `MUTUAL`. */
            readonly privateKey?: string;
            /** @description SNI string to present to the server during TLS handshake. */
            readonly sni?: string;
            /** @description A list of alternate names to verify the subject identity in the certificate. */
            readonly subjectAltNames?: readonly string[];
        };
        readonly SubFilter: {
            /** @description The filter name to match on. */
            readonly name?: string;
        };
        readonly WorkloadSelector: {
            /**
             * @description One or more labels that indicate a specific set of pods/VMs on which the configuration should be applied.
             *     @maxProperties 256
             */
            readonly labels?: {
                readonly [key: string]: string;
            };
        };
        readonly GatewayTls: {
            /** @description For mutual TLS, the name of the secret or the configmap that holds CA certificates. */
            readonly caCertCredentialName?: string;
            /** @description REQUIRED if mode is `MUTUAL` or `OPTIONAL_MUTUAL`. */
            readonly caCertificates?: string;
            /** @description OPTIONAL: The path to the file containing the certificate revocation list (CRL) to use in verifying a presented client side certificate. */
            readonly caCrl?: string;
            /** @description Optional: If specified, only support the specified cipher list. */
            readonly cipherSuites?: readonly string[];
            /** @description For gateways running on Kubernetes, the name of the secret that holds the TLS certs including the CA certificates. */
            readonly credentialName?: string;
            /** @description If set to true, the load balancer will send a 301 redirect for all http connections, asking the clients to use HTTPS. */
            readonly httpsRedirect?: boolean;
            /** @description Optional: If set to true, the proxy will try to validate the certificate, but even if the validation fails, it will allow the connection through. */
            readonly insecureSkipVerify?: boolean;
            /**
             * @description Optional: Maximum TLS protocol version.
             *
             *     Valid Options: TLS_AUTO, TLSV1_0, TLSV1_1, TLSV1_2, TLSV1_3
             * @enum {string}
             */
            readonly maxProtocolVersion?: "TLS_AUTO" | "TLSV1_0" | "TLSV1_1" | "TLSV1_2" | "TLSV1_3";
            /**
             * @description Optional: Minimum TLS protocol version.
             *
             *     Valid Options: TLS_AUTO, TLSV1_0, TLSV1_1, TLSV1_2, TLSV1_3
             * @enum {string}
             */
            readonly minProtocolVersion?: "TLS_AUTO" | "TLSV1_0" | "TLSV1_1" | "TLSV1_2" | "TLSV1_3";
            /**
             * @description Optional: Indicates whether connections to this port should be secured using TLS.
             *
             *     Valid Options: PASSTHROUGH, SIMPLE, MUTUAL, AUTO_PASSTHROUGH, ISTIO_MUTUAL, OPTIONAL_MUTUAL
             * @enum {string}
             */
            readonly mode?: "PASSTHROUGH" | "SIMPLE" | "MUTUAL" | "AUTO_PASSTHROUGH" | "ISTIO_MUTUAL" | "OPTIONAL_MUTUAL";
            /** @description REQUIRED if mode is `SIMPLE` or `MUTUAL`. */
            readonly privateKey?: string;
            /** @description REQUIRED if mode is `SIMPLE` or `MUTUAL`. */
            readonly serverCertificate?: string;
            /** @description A list of alternate names to verify the subject identity in the certificate presented by the client. */
            readonly subjectAltNames?: readonly string[];
            /** @description An optional list of hex-encoded SHA-256 hashes of the authorized client certificates. */
            readonly verifyCertificateHash?: readonly string[];
            /** @description An optional list of base64-encoded SHA-256 hashes of the SPKIs of authorized client certificates. */
            readonly verifyCertificateSpki?: readonly string[];
        } & ({
            /**
             * @description Only one of `server_certificate`, `private_key` or `credential_name` or `credential_names` or `tls_certificates` should be specified.
             *     @minItems 1
             *     @maxItems 2
             */
            readonly tlsCertificates: readonly {
                readonly caCertificates?: string;
                /** @description REQUIRED if mode is `SIMPLE` or `MUTUAL`. */
                readonly privateKey?: string;
                /** @description REQUIRED if mode is `SIMPLE` or `MUTUAL`. */
                readonly serverCertificate?: string;
            }[];
            readonly credentialNames?: never;
        } | {
            readonly tlsCertificates?: never;
            /**
             * @description Same as CredentialName but for multiple certificates.
             *     @minItems 1
             *     @maxItems 2
             */
            readonly credentialNames: readonly string[];
        } | {
            readonly tlsCertificates?: never;
            readonly credentialNames?: never;
        });
        readonly Mtls: {
            /**
             * @description Defines the mTLS mode used for peer authentication.
             *
             *     Valid Options: DISABLE, PERMISSIVE, STRICT
             * @enum {string}
             */
            readonly mode?: "UNSET" | "DISABLE" | "PERMISSIVE" | "STRICT";
        };
        readonly Endpoints: {
            /**
             * @description Address associated with the network endpoint without the port.
             *     Rule: UDS must be an absolute path or abstract socket.
             *     Rule: UDS may not be a dir.
             *     @maxLength 256
             */
            readonly address?: string;
            /**
             * @description One or more labels associated with the endpoint.
             *     @maxProperties 256
             */
            readonly labels?: {
                readonly [key: string]: string;
            };
            /**
             * @description The locality associated with the endpoint.
             *     @maxLength 2048
             */
            readonly locality?: string;
            /**
             * @description Network enables Istio to group endpoints resident in the same L3 domain/network.
             *     @maxLength 2048
             */
            readonly network?: string;
            /**
             * @description Set of ports associated with the endpoint.
             *     Rule: port name must be valid.
             *     @maxProperties 128
             */
            readonly ports?: {
                readonly [key: string]: number;
            };
            /**
             * @description The service account associated with the workload if a sidecar is present in the workload.
             *     @maxLength 253
             */
            readonly serviceAccount?: string;
            /**
             * @description The load balancing weight associated with the endpoint.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly weight?: number;
        };
        readonly SidecarPort: {
            /** @description Label assigned to the port. */
            readonly name?: string;
            /**
             * @description A valid non-negative integer port number.
             *     @minimum 0
             *     @maximum 4294967295
             */
            readonly number?: number;
            /** @description The protocol exposed on the port. */
            readonly protocol?: string;
            /**
             * @description @minimum 0
             *     @maximum 4294967295
             */
            readonly targetPort?: number;
        };
        readonly EgressProxy: {
            /** @description The name of a service from the service registry. */
            readonly host: string;
            /** @description Specifies the port on the host that is being addressed. */
            readonly port?: components["schemas"]["Port"];
            /** @description The name of a subset within the service. */
            readonly subset?: string;
        };
        readonly Providers: {
            /**
             * @description Required.
             *     @minLength 1
             */
            readonly name: string;
        };
        readonly Match: {
            /**
             * @description Criteria for selecting traffic by their direction.
             *
             *     Valid Options: CLIENT, SERVER, CLIENT_AND_SERVER
             * @enum {string}
             */
            readonly mode?: "UNDEFINED" | "CLIENT" | "SERVER" | "CLIENT_AND_SERVER";
            /** @description Criteria for selecting traffic by their destination port. */
            readonly ports?: readonly {
                /**
                 * @description @minimum 1
                 *     @maximum 65535
                 */
                readonly number: number;
            }[];
        };
        readonly VmConfig: {
            /**
             * @description Specifies environment variables to be injected to this VM.
             *     @maxItems 256
             */
            readonly env?: readonly {
                /**
                 * @description Name of the environment variable.
                 *     @minLength 1
                 *     @maxLength 256
                 */
                readonly name: string;
                /**
                 * @description Value for the environment variable.
                 *     @maxLength 2048
                 */
                readonly value?: string;
                /**
                 * @description Source for the environment variable's value.
                 *
                 *     Valid Options: INLINE, HOST
                 * @enum {string}
                 */
                readonly valueFrom?: "INLINE" | "HOST";
            }[];
        };
        readonly AllowOrigins: {
            readonly exact: string;
            readonly prefix?: never;
            readonly regex?: never;
        } | {
            readonly exact?: never;
            readonly prefix: string;
            readonly regex?: never;
        } | {
            readonly exact?: never;
            readonly prefix?: never;
            /** @description [RE2 style regex-based match](https://github.com/google/re2/wiki/Syntax). */
            readonly regex: string;
        } | {
            readonly exact?: never;
            readonly prefix?: never;
            readonly regex?: never;
        };
        readonly Percentage: {
            readonly value?: number;
        };
        readonly Headers: {
            readonly request?: components["schemas"]["Request"];
            readonly response?: components["schemas"]["Request"];
        };
        readonly Request: {
            readonly add?: {
                readonly [key: string]: string;
            };
            readonly remove?: readonly string[];
            readonly set?: {
                readonly [key: string]: string;
            };
        };
        readonly Route: {
            /** @description Destination uniquely identifies the instances of a service to which the request/connection should be forwarded to. */
            readonly destination: components["schemas"]["EgressProxy"];
            /** @description Weight specifies the relative proportion of traffic to be forwarded to the destination. */
            readonly weight?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
