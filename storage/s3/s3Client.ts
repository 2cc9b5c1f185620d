import { Readable } from 'node:stream';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { PassingFault } from '../remote/passingFault.js';
import { textOf, type HttpReply, type Transport } from '../remote/transport.js';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3ClientOptions {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly pathStyle: boolean | undefined;
  readonly credentials: S3Credentials | undefined;
  readonly anonymous: boolean;
  readonly requesterPays: boolean;
}

/** The SDK writes warnings to the console of whoever gives it no logger. */
const SILENT: NonNullable<S3ClientConfig['logger']> = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** The parts of the SDK's requests that a handler sees. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * The SDK's client, sending through our transport: the same time-outs and connections for all requests, one try each.
 */
export function s3Client({ endpoint, region, pathStyle, credentials, anonymous }: S3ClientOptions, transport: Transport): S3Client {
  // It tells of its plans for Node versions on stderr, at every start of every process.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const server = endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const isOther = server !== undefined && !/\.amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(server);
  const config: S3ClientConfig = {
    ...(server === undefined ? {} : { endpoint: server }),
    ...(region === undefined ? (isOther && process.env.AWS_REGION === undefined && process.env.AWS_DEFAULT_REGION === undefined ? { region: 'us-east-1' } : {}) : { region }),
    ...(region === undefined && process.env.AWS_REGION === undefined && process.env.AWS_DEFAULT_REGION !== undefined ? { region: process.env.AWS_DEFAULT_REGION } : {}),
    forcePathStyle: pathStyle ?? isOther,
    followRegionRedirects: true,
    maxAttempts: 1,
    expectContinueHeader: false, // undici knows no 100-continue
    logger: SILENT,
    // Servers other than AWS often know no newer checksums; bodies are guarded by length, parts and marks by sha256.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(credentials === undefined ? {} : { credentials }),
    ...(anonymous ? { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async <T>(request: T) => request } } : {}),
    requestHandler: {
      async handle(request: SdkRequest, options?: { readonly abortSignal?: unknown }) {
        const { method, protocol, hostname, port, headers, body } = request;
        const reply = await transport.send({
          method: method as 'GET',
          origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
          path: request.path + queryText(request.query),
          headers,
          body: typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array | undefined),
          signal: options?.abortSignal instanceof AbortSignal ? options.abortSignal : undefined,
          url: `${protocol}//${hostname}`,
        });
        const text = await wholeAnswer(reply, transport, `${protocol}//${hostname}`);
        return { response: { statusCode: reply.status, headers: reply.headers, body: Readable.from(text.length === 0 ? [] : [text], { objectMode: false }) } };
      },
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      destroy: () => {},
    } as unknown as NonNullable<S3ClientConfig['requestHandler']>,
  };
  return new S3Client(config);
}

/** Objects are never read by the SDK, so answers are short XML. Its parser takes a list that was cut for a shorter list: then objects would be lost in silence. */
async function wholeAnswer(reply: HttpReply, transport: Transport, server: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of transport.read(reply.body, server)) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  const all = text.toString('utf8').trim();
  const root = /^(?:<\?[^>]*\?>)?\s*<([A-Za-z][\w:]*)/.exec(all)?.[1];
  const isCut = all.startsWith('<') && (root === undefined || !(all.endsWith(`</${root}>`) || new RegExp(`<${root}[^<]*/>$`).test(all)));
  if (isCut) throw new PassingFault('truncated', server, `the answer broke off after ${text.length} bytes`);
  return text;
}

/** As the signature has it: names and values encoded, `name=` where there is no value. */
function queryText(query: SdkRequest['query']): string {
  const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const parts = Object.entries(query ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, value]) =>
    value === null ? [encode(name)] : (typeof value === 'string' ? [value] : value).map((one) => `${encode(name)}=${encode(one)}`),
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Signs and addresses looks and ranged reads: the SDK's whole way of one request costs six times the CPU (bench/README.md). */
export class DirectReads {
  readonly #client: S3Client;
  readonly #options: S3ClientOptions;
  /** By bucket: where it is, once known. */
  readonly #regions = new Map<string, string>();
  readonly #bases = new Map<string, Promise<URL>>();
  readonly #signers = new Map<string, ReturnType<S3Client['config']['signer']>>();

  constructor(client: S3Client, options: S3ClientOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Origin, path and signed headers of a request. @param key as it stands in the path */
  async signed(method: 'GET' | 'HEAD', bucket: string, key: string, range: string | undefined): Promise<{ readonly origin: string; readonly path: string; readonly headers: Record<string, string> }> {
    const base = await this.#base(bucket);
    const path = `${base.pathname.replace(/\/$/, '')}/${key}`;
    const headers: Record<string, string> = {
      host: base.host,
      ...(range === undefined ? {} : { range }),
      ...(this.#options.requesterPays ? { 'x-amz-request-payer': 'requester' } : {}),
    };
    if (this.#options.anonymous) return { origin: base.origin, path, headers };
    const signer = await this.#signer(bucket);
    const port = base.port === '' ? undefined : Number(base.port);
    const request = await signer.sign({
      method, protocol: base.protocol, hostname: base.hostname, port, path, query: {},
      headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    } as Parameters<typeof signer.sign>[0]);
    return { origin: base.origin, path, headers: (request as { headers: Record<string, string> }).headers };
  }

  /** Take a bucket's region from an answer. @returns whether that was news */
  learnt(bucket: string, reply: HttpReply): boolean {
    const region = reply.headers['x-amz-bucket-region'];
    if (region === undefined || this.#regions.get(bucket) === region) return false;
    this.#regions.set(bucket, region);
    this.#bases.delete(bucket);
    this.#signers.delete(bucket);
    return true;
  }

  #base(bucket: string): Promise<URL> {
    let base = this.#bases.get(bucket);
    if (base === undefined) {
      const { config } = this.#client;
      base = (async () => {
        const endpoint = await config.endpoint?.();
        const [region, dualStack, fips] = await Promise.all([config.region(), config.useDualstackEndpoint(), config.useFipsEndpoint()]);
        const text = endpoint === undefined ? undefined : `${endpoint.protocol}//${endpoint.hostname}${endpoint.port === undefined ? '' : `:${endpoint.port}`}${endpoint.path}`;
        return config.endpointProvider({
          Bucket: bucket, Region: this.#regions.get(bucket) ?? region, UseFIPS: fips, UseDualStack: dualStack, ForcePathStyle: config.forcePathStyle,
          ...(text === undefined ? {} : { Endpoint: text }),
        } as Parameters<typeof config.endpointProvider>[0], {}).url;
      })();
      this.#bases.set(bucket, base);
      base.catch(() => this.#bases.delete(bucket));
    }
    return base;
  }

  #signer(bucket: string): ReturnType<S3Client['config']['signer']> {
    const region = this.#regions.get(bucket) ?? '';
    let signer = this.#signers.get(region);
    if (signer === undefined) {
      signer = this.#client.config.signer(region === '' ? undefined : { name: 'sigv4', signingName: 's3', signingRegion: region, properties: {} });
      this.#signers.set(region, signer);
    }
    return signer;
  }
}

/** S3's error code in an XML body. */
export async function codeOf(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  return /<Code>([A-Za-z0-9]+)<\/Code>/.exec(await textOf(body))?.[1];
}
