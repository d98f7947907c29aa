import { defineMesh } from '@mesh-platform/mesh';

const reads = { idempotent: true, retries: { attempts: 2, perTry: '400ms', on: ['unavailable', 'reset', 'connect-failure'] } } as const;

/** A shop of twelve services: HTTP at the edge, gRPC inside, two databases, and a card processor outside. */
export default defineMesh({
  name: 'shop',
  namespace: 'shop',
  gateway: {
    to: 'storefront',
    hosts: ['shop.example.com'],
    timeout: '10s',
    methods: { 'GET,HEAD /*': { retries: { attempts: 2, perTry: '3s', on: ['gateway-error', 'connect-failure'] } }, 'POST /orders': {} },
    sticky: { cookie: 'storefront', assets: '/static/{version}/' },
  },
  services: {
    storefront: {
      protocol: 'http',
      port: 8080,
      versions: ['v1', 'v2'],
      calls: {
        api: { timeout: '8s', methods: { 'GET /api/*': { retries: { attempts: 1, on: ['5xx', 'reset'] } }, 'POST,PATCH /api/*': {} } },
      },
    },
    api: {
      protocol: 'http',
      port: 8080,
      versions: ['v1'],
      calls: {
        catalog: { timeout: '2s', methods: { 'shop.catalog.v1.Catalog/Get,List': reads } },
        search: { timeout: '1s' },
        cart: { timeout: '2s', methods: { 'shop.cart.v1.Cart/*': {} } },
        checkout: { timeout: '6s', methods: { 'shop.checkout.v1.Checkout/Place': { retries: { attempts: 0 } } } },
        accounts: { timeout: '2s', methods: { 'shop.accounts.v1.Accounts/Get': reads, 'shop.accounts.v1.Accounts/Update': {} } },
      },
    },
    catalog: { protocol: 'grpc', port: 9090, versions: ['v1', 'v2'], calls: { postgres: {} } },
    search: {
      protocol: 'http',
      port: 9200,
      versions: ['v1'],
      calls: { catalog: { timeout: '5s', methods: { 'shop.catalog.v1.Catalog/List': reads } } },
    },
    cart: {
      protocol: 'grpc',
      port: 9090,
      versions: ['v1'],
      calls: { redis: {}, catalog: { timeout: '2s', methods: { 'shop.catalog.v1.Catalog/Get': reads } } },
    },
    checkout: {
      protocol: 'grpc',
      port: 9090,
      versions: ['v1'],
      calls: {
        cart: { timeout: '2s', methods: { 'shop.cart.v1.Cart/Get': reads } },
        orders: {
          timeout: '2s',
          methods: { 'shop.orders.v1.Orders/Create': { idempotent: true, retries: { attempts: 3, perTry: '500ms', on: ['unavailable'] } } },
        },
        payments: { timeout: '4s', retries: { attempts: 0 } },
      },
    },
    orders: { protocol: 'grpc', port: 9090, versions: ['v1', 'v2'], calls: { postgres: {}, shipping: { timeout: '3s' } } },
    payments: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { 'card-processor': {}, postgres: {} } },
    shipping: {
      protocol: 'grpc',
      port: 9090,
      versions: ['v1'],
      calls: { orders: { timeout: '2s', methods: { 'shop.orders.v1.Orders/MarkShipped': {} } } },
    },
    accounts: { protocol: 'grpc', port: 9090, versions: ['v1'], calls: { postgres: {} } },
    postgres: { protocol: 'tcp', port: 5432, versions: ['v1'], stateful: true },
    redis: { protocol: 'tcp', port: 6379, versions: ['v1', 'v2'] },
  },
  externals: { 'card-processor': { hosts: ['api.cards.example'], port: 443, protocol: 'tls' } },
  weights: { storefront: { v1: 50, v2: 50 }, catalog: { v1: 80, v2: 20 }, orders: { v1: 0, v2: 100 } },
});
