export { ChunkReader } from './chunk-reader.ts';
export { ChunkWriter, type TableFile } from './chunk-writer.ts';
export { duckDbVersion, Engine, identifier, literal, unlessAborted } from './engine.ts';
