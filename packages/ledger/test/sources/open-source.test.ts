import { describe, expect, it } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';

describe('a source', () => {
  it.each(['s3://bucket/prefix', 'gs://bucket', 'http://', 'https://user:secret@host/lake'])(
    'is refused at once as a lake at %s, without showing a password',
    (lake) => {
      expect(() => openSource({ lake })).toThrow(TypeError);
      expect(() => openSource({ lake })).not.toThrow(/secret/);
    },
  );

  it('tells who names a bucket by its scheme that it has a URL', () => {
    expect(() => openSource({ lake: 's3://bucket/prefix' })).toThrow(/https:\/\/.*amazonaws\.com/);
  });

  it.each(['localhost:8000', './folder', '', 'ftp://host', 'https://user:secret@host'])(
    'is refused at once as an RPC at "%s"',
    (rpc) => {
      expect(() => openSource({ rpc })).toThrow(TypeError);
    },
  );

  it('refuses an empty name and bounds that make no sense', () => {
    expect(() => openSource({ lake: '' })).toThrow(TypeError);
    expect(() => openSource({ lake: 'folder' }, { prefetch: 0 })).toThrow(RangeError);
    expect(() => openSource({ rpc: 'http://localhost' }, { pageSize: 201 })).toThrow(RangeError);
    expect(() => openSource({ rpc: 'http://localhost' }, { pageSize: 0 })).toThrow(RangeError);
  });
});
