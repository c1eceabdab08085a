import { parseByteSize, parseStorageUrl } from '../../src/storage/storage-url';

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['1048576', 1048576],
    ['10 B', 10],
    ['64KiB', 65_536],
    ['512MiB', 536_870_912],
    ['1GiB', 1_073_741_824],
    ['1gib', 1_073_741_824],
    ['2 TiB', 2_199_023_255_552],
    ['5GB', 5_000_000_000],
    ['100MB', 100_000_000],
    ['1kB', 1000],
  ])('reads %s as %i bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'GiB', '-1', '1.5GiB', '1e9', '0x10', '1GiBi', '1 G', '99999999999999999999', 'one'])(
    'refuses %j',
    (text) => {
      expect(() => parseByteSize(text)).toThrow(`'${text}' is not a size`);
    },
  );
});

describe('parseStorageUrl', () => {
  const s3 = {
    kind: 's3',
    bucket: 'bucket',
    prefix: '',
    region: undefined,
    endpoint: undefined,
    forcePathStyle: false,
    checksum: undefined,
    partBytes: 8 * 1024 * 1024,
    concurrency: 3,
  };

  it.each([
    ['file:./data/blobs', { kind: 'file', root: './data/blobs' }],
    ['file:/var/lib/blobs', { kind: 'file', root: '/var/lib/blobs' }],
    ['file:///var/lib/my%20blobs', { kind: 'file', root: '/var/lib/my blobs' }],
    ['FILE:blobs', { kind: 'file', root: 'blobs' }],
    ['memory:', { kind: 'memory', maxBytes: 1024 ** 3 }],
    ['memory:?max=64MiB', { kind: 'memory', maxBytes: 64 * 1024 ** 2 }],
    ['s3://bucket', s3],
    ['s3://bucket/', s3],
    ['s3://bucket/a/b', { ...s3, prefix: 'a/b/' }],
    ['s3://bucket//a//b//', { ...s3, prefix: 'a//b/' }],
    ['s3://bucket//', s3],
    ['s3://bucket/a%20b/?region=eu-west-1', { ...s3, prefix: 'a b/', region: 'eu-west-1' }],
    ['s3://bucket?endpoint=http://minio:9000', { ...s3, endpoint: 'http://minio:9000', forcePathStyle: true }],
    [
      's3://bucket?endpoint=https://s3.example.com&forcePathStyle=false',
      { ...s3, endpoint: 'https://s3.example.com', forcePathStyle: false },
    ],
    [
      's3://my.bucket/p?endpoint=http://127.0.0.1:9000&forcePathStyle=true&checksum=md5&partSize=16MiB&concurrency=2',
      {
        ...s3,
        bucket: 'my.bucket',
        prefix: 'p/',
        endpoint: 'http://127.0.0.1:9000',
        forcePathStyle: true,
        checksum: 'md5',
        partBytes: 16 * 1024 * 1024,
        concurrency: 2,
      },
    ],
  ])('reads %s', (url, settings) => {
    expect(parseStorageUrl(url)).toEqual(settings);
  });

  it.each([
    ['', 'write file:PATH'],
    ['/var/lib/blobs', 'write file:PATH'],
    ['gs://bucket', 'write file:PATH'],
    ['file:', 'file: needs a folder'],
    ['file:./data?max=1', 'file: takes no parameters'],
    ['file://host/path', 'file:// needs an absolute path'],
    ['memory:1GiB', 'memory: has no path'],
    ['memory:?max=', "'max' is empty"],
    ['memory:?max=lots', "'lots' is not a size"],
    ['memory:?max=0', 'max is 0'],
    ['memory:?size=1GiB', "'size' is not a parameter here; there are max"],
    ['memory:?max=1&max=2', "'max' is given twice"],
    ['s3:', 's3:// needs a bucket'],
    ['s3:///prefix', 's3:// needs a bucket'],
    ['s3:bucket', 's3:// needs a bucket'],
    ['s3://host:9000/bucket', 'takes a bucket, not a host'],
    ['s3://a_/x', '"a_" is not the name of a bucket'],
    ['s3://bucket/100%', 'a percent sign in the prefix is written %25'],
    ['s3://bucket?regoin=x', "'regoin' is not a parameter here"],
    ['s3://bucket?endpoint=localhost:9000', 'endpoint is an address such as'],
    ['s3://bucket?endpoint=http://key:secret@host', 'endpoint is an address such as'],
    ['s3://bucket?forcePathStyle=yes', 'forcePathStyle is one of true, false'],
    ['s3://bucket?checksum=crc', 'checksum is one of'],
    ['s3://bucket?partSize=1MiB', 'partSize lies between 5MiB and 5GiB'],
    ['s3://bucket?concurrency=0', 'concurrency is a whole number'],
  ])('refuses %j with a sentence', (url, sentence) => {
    expect(() => parseStorageUrl(url)).toThrow(sentence);
  });

  it('never repeats a secret', () => {
    for (const url of [
      's3://AKIA:hush@bucket/x',
      's3://bucket?endpoint=http://key:hush@host',
      's3://bucket/x?secret=hush',
    ]) {
      expect(() => parseStorageUrl(url)).toThrow(/^(?!.*hush)/s);
    }
  });
});
