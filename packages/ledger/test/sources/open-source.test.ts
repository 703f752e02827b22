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

  it('named by the scheme of a bucket is refused with a hint at its URL', () => {
    expect(() => openSource({ lake: 's3://bucket/prefix' })).toThrow(/https:\/\/.*amazonaws\.com/);
  });

  it.each(['localhost:8000', './folder', '', 'ftp://host', 'https://user:secret@host'])(
    'is refused at once as an RPC at "%s"',
    (rpc) => {
      expect(() => openSource({ rpc })).toThrow(TypeError);
    },
  );

  it('refuses an empty name and limits outside their range', () => {
    expect(() => openSource({ lake: '' })).toThrow(TypeError);
    expect(() => openSource({ lake: 'folder' }, { prefetch: 0 })).toThrow(RangeError);
    expect(() => openSource({ rpc: 'http://localhost' }, { pageSize: 201 })).toThrow(RangeError);
    expect(() => openSource({ rpc: 'http://localhost' }, { pageSize: 0 })).toThrow(RangeError);
  });
});
